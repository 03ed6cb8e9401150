/// Writes a PDF.
enum Paper {
    /// Pages of 200 by 100 points, painted red on the left half.
    static func document(pages: Int) -> [UInt8] {
        var text = "%PDF-1.4\n"
        var places: [Int] = []
        func object(_ body: String) {
            places.append(text.utf8.count)
            text += "\(places.count) 0 obj\n\(body)\nendobj\n"
        }
        let paint = "1 0 0 rg 0 0 100 100 re f"
        object("<< /Type /Catalog /Pages 2 0 R >>")
        let kids = (0..<pages).map { "\($0 + 4) 0 R" }.joined(separator: " ")
        object("<< /Type /Pages /Kids [\(kids)] /Count \(pages) >>")
        object("<< /Length \(paint.utf8.count) >>\nstream\n\(paint)\nendstream")
        for _ in 0..<pages {
            object("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 100] /Contents 3 0 R >>")
        }
        let table = text.utf8.count
        text += "xref\n0 \(places.count + 1)\n0000000000 65535 f \n"
        for place in places {
            let digits = String(place)
            text += String(repeating: "0", count: 10 - digits.count) + digits + " 00000 n \n"
        }
        text += "trailer\n<< /Size \(places.count + 1) /Root 1 0 R >>\nstartxref\n\(table)\n%%EOF\n"
        return Array(text.utf8)
    }
}
