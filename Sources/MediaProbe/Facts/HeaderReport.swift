/// What `vipsheader -a` writes: `key: value` lines, those of the picture's shape before those that the file brings.
struct HeaderReport {
    private static let maximumLines = 1000

    private var values: [Substring: Substring] = [:]

    init(_ bytes: [UInt8]) {
        let text = String(decoding: bytes, as: UTF8.self)
        for line in text.split(separator: "\n").prefix(Self.maximumLines) {
            guard let colon = line.firstIndex(of: ":") else { continue }
            // The first one counts: a comment in the file may look like a line of its own.
            let key = line[..<colon]
            if values[key] == nil { values[key] = line[line.index(after: colon)...].drop { $0 == " " } }
        }
    }

    func text(_ key: String) -> String? { values[key[...]].map(String.init) }

    func integer(_ key: String) -> Int? { text(key).flatMap { Int($0) } }

    /// What makes vipsthumbnail convert the colours to sRGB: it does so by itself, but for a picture that brings a
    /// profile of its own. One without would be changed by being told.
    var conversion: [String] { values["icc-profile-data"] == nil ? [] : ["-e", "srgb"] }

    /// Whether the pixels have an alpha channel: one band more than the colours need.
    var hasAlpha: Bool? {
        guard let bands = integer("bands"), let interpretation = text("interpretation") else { return nil }
        return switch interpretation {
        case "b-w", "grey16": bands == 2
        case "cmyk": bands == 5
        default: bands == 4
        }
    }
}
