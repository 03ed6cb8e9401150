/// The size that an SVG's root element gives itself, read without an XML reader: nothing is resolved or expanded.
struct SVGHead {
    /// Bytes in which the root element must stand.
    static let maximumLength = 1 << 16

    /// CSS pixels.
    let width: Double
    let height: Double

    /// Nil where there is no root element, or no size in it.
    init?(_ bytes: [UInt8]) {
        guard let attributes = Self.rootAttributes(bytes.prefix(Self.maximumLength)) else { return nil }
        let box = attributes["viewBox"].map { text in
            text.split { $0 == " " || $0 == "," || $0.isNewline || $0 == "\t" }.compactMap { Double($0) }
        }
        let sides = box.flatMap { $0.count == 4 && $0[2] > 0 && $0[3] > 0 ? ($0[2], $0[3]) : nil }
        let width = attributes["width"].flatMap(Self.pixels)
        let height = attributes["height"].flatMap(Self.pixels)
        switch (width, height, sides) {
        case (let width?, let height?, _): (self.width, self.height) = (width, height)
        case (let width?, nil, let sides?): (self.width, self.height) = (width, width * sides.1 / sides.0)
        case (nil, let height?, let sides?): (self.width, self.height) = (height * sides.0 / sides.1, height)
        case (nil, nil, let sides?): (self.width, self.height) = sides
        default: return nil
        }
        guard self.width > 0, self.height > 0, self.width < 1e6, self.height < 1e6 else { return nil }
    }

    /// Whether the root element stands in the first bytes, where libvips looks for it too.
    static func isVector(_ bytes: [UInt8]) -> Bool {
        !bytes.prefix(1000).contains(0) && rootAttributes(bytes.prefix(maximumLength)) != nil
            && String(decoding: bytes.prefix(1000), as: UTF8.self).contains("<svg")
    }

    /// A length of CSS; relative ones say nothing.
    private static func pixels(_ text: String) -> Double? {
        let trimmed = text.drop { $0 == " " }
        let number = trimmed.prefix { $0.isNumber || $0 == "." || $0 == "-" || $0 == "+" }
        let unit = trimmed.dropFirst(number.count).filter { $0 != " " }
        let scales = ["": 1, "px": 1, "in": 96, "cm": 96 / 2.54, "mm": 96 / 25.4, "pt": 96 / 72.0, "pc": 16]
        guard let value = Double(number), value.isFinite, let scale = scales[String(unit)] else { return nil }
        return value * scale
    }

    /// Attributes of the first element, if it is `svg`.
    private static func rootAttributes(_ bytes: ArraySlice<UInt8>) -> [String: String]? {
        var rest = Substring(String(decoding: bytes, as: UTF8.self))
        // Each turn takes away a comment, an instruction or the document type.
        while let start = rest.firstIndex(of: "<") {
            rest = rest[start...]
            if rest.hasPrefix("<!--") {
                guard let end = rest.firstRange(of: "-->") else { return nil }
                rest = rest[end.upperBound...]
            } else if rest.hasPrefix("<?") {
                guard let end = rest.firstRange(of: "?>") else { return nil }
                rest = rest[end.upperBound...]
            } else if rest.hasPrefix("<!") {
                let bracket = rest.firstIndex(of: "[")
                guard let close = rest.firstIndex(of: ">") else { return nil }
                if let bracket, bracket < close {
                    guard let end = rest.firstRange(of: "]>") else { return nil }
                    rest = rest[end.upperBound...]
                } else {
                    rest = rest[close...].dropFirst()
                }
            } else {
                return rest.hasPrefix("<svg") ? attributes(rest.dropFirst(4)) : nil
            }
        }
        return nil
    }

    private static func attributes(_ text: Substring) -> [String: String] {
        var found: [String: String] = [:]
        var rest = text
        while let equals = rest.firstIndex(where: { $0 == "=" || $0 == ">" }), rest[equals] == "=" {
            let name = rest[..<equals].split(whereSeparator: \.isWhitespace).last.map(String.init) ?? ""
            rest = rest[equals...].dropFirst().drop(while: \.isWhitespace)
            guard let quote = rest.first, quote == "\"" || quote == "'" else { return found }
            rest = rest.dropFirst()
            guard let end = rest.firstIndex(of: quote) else { return found }
            if found[name] == nil { found[name] = String(rest[..<end]) }
            rest = rest[end...].dropFirst()
        }
        return found
    }
}
