import HTTPServer
import MediaProbe

/// The words of a query that ask for a picture of a file.
struct PictureWords {
    static let names: Set<String> = ["w", "h", "fit", "format", "page"]

    private var words: [String: String] = [:]

    var isEmpty: Bool { words.isEmpty }

    /// False for a word that is there already.
    mutating func take(_ name: String, _ value: String) -> Bool {
        words.updateValue(value, forKey: name) == nil
    }

    func request() throws(Refusal) -> PictureRequest {
        let fit = words["fit"].map { PictureRequest.Fit(rawValue: $0) } ?? .inside
        let format = words["format"].map { PictureRequest.Format(rawValue: $0) } ?? .webp
        guard let fit, let format,
            let request = PictureRequest(
                width: try number("w"), height: try number("h"), fit: fit, format: format,
                page: try number("page") ?? 1)
        else {
            throw .invalid(
                """
                A picture has w and h of 1 to \(PictureRequest.largestSide) pixels, a fit of \
                \(Self.list(PictureRequest.Fit.allCases)) and a format of \
                \(Self.list(PictureRequest.Format.allCases)); a document has pages of 1 to \
                \(PictureRequest.lastPage).
                """)
        }
        return request
    }

    private func number(_ name: String) throws(Refusal) -> Int? {
        guard let word = words[name] else { return nil }
        guard let number = wireNumber(word) else {
            throw .invalid("The parameter \(name) is no number.")
        }
        return Int(min(number, Int64(Int32.max)))
    }

    private static func list<Word: RawRepresentable<String>>(_ words: [Word]) -> String {
        words.map(\.rawValue).joined(separator: ", ")
    }
}
