import HTTPServer

/// The query of a request, each name and value decoded and encoded again in the one way that is signed.
struct CanonicalQuery: Sendable {
    /// Parameters in a query; more are refused.
    static let limit = 1000

    struct Item: Sendable {
        var name: String
        /// Nil without `=`.
        var value: String?
        var encodedName: String
        var encodedValue: String
    }

    /// In the order sent.
    let items: [Item]

    /// Nil when an escape is bad or there are more than `limit` parameters.
    ///
    /// `+` is a space in a query, as AWS reads it; a client that means a plus sends `%2B`.
    init?(_ raw: String?) {
        var items: [Item] = []
        for part in (raw ?? "").utf8.split(separator: 0x26 /* & */) {
            guard items.count < Self.limit else { return nil }
            let mark = part.firstIndex(of: 0x3D /* = */)
            guard let name = Self.decoded(part[..<(mark ?? part.endIndex)]) else { return nil }
            var value: [UInt8]?
            if let mark {
                guard let decoded = Self.decoded(part[part.index(after: mark)...]) else { return nil }
                value = decoded
            }
            items.append(
                Item(
                    name: String(decoding: name, as: UTF8.self),
                    value: value.map { String(decoding: $0, as: UTF8.self) },
                    encodedName: percentEncode(name, keepingSlash: false),
                    encodedValue: percentEncode(value ?? [], keepingSlash: false)))
        }
        self.items = items
    }

    /// The values of every parameter with exactly this name, one of letters, digits and hyphens.
    ///
    /// Encoded names are compared: they are ASCII, and no two spellings of Unicode are taken for the same.
    func values(_ name: String) -> [String] {
        items.compactMap { $0.encodedName == name ? $0.value ?? "" : nil }
    }

    func contains(_ name: String) -> Bool {
        items.contains { $0.encodedName == name }
    }

    /// Sorted by encoded name, then encoded value, without the parameter that holds the signature.
    func canonical(excluding excluded: String? = nil) -> String {
        items
            .filter { $0.encodedName != excluded }
            .sorted { ($0.encodedName, $0.encodedValue) < ($1.encodedName, $1.encodedValue) }
            .map { "\($0.encodedName)=\($0.encodedValue)" }
            .joined(separator: "&")
    }

    /// A `+` that was sent as `%2B` must stay one, so spaces are put in before the escapes are decoded.
    private static func decoded(_ part: Substring.UTF8View) -> [UInt8]? {
        guard part.contains(0x2B) else { return percentDecode(Substring(part)) }
        let spaced = part.flatMap { $0 == 0x2B ? Array("%20".utf8) : [$0] }
        return percentDecode(String(decoding: spaced, as: UTF8.self))
    }
}
