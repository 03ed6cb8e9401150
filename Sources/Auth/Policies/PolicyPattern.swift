/// A text of a policy in which `*` stands for any run of characters and `?` for any one.
struct PolicyPattern: Hashable, Sendable {
    let bytes: [UInt8]

    init(_ text: some StringProtocol) {
        bytes = Array(text.utf8)
    }

    init(lowercased text: String) {
        self.init(text.lowercased())
    }

    /// Linear in the product of both lengths at worst, whatever the pattern is.
    func matches(_ text: [UInt8]) -> Bool {
        var pattern = 0
        var index = 0
        var star: (pattern: Int, index: Int)?
        while index < text.count {
            if pattern < bytes.count, bytes[pattern] == UInt8(ascii: "*") {
                star = (pattern, index)
                pattern += 1
            } else if pattern < bytes.count,
                bytes[pattern] == text[index] || bytes[pattern] == UInt8(ascii: "?")
            {
                pattern += 1
                index += 1
            } else if let last = star {
                star = (last.pattern, last.index + 1)
                pattern = last.pattern + 1
                index = last.index + 1
            } else {
                return false
            }
        }
        return bytes[pattern...].allSatisfy { $0 == UInt8(ascii: "*") }
    }

    func matches(_ text: String) -> Bool { matches(Array(text.utf8)) }

    /// Whether it stands for one text only.
    var isExact: Bool { !bytes.contains(UInt8(ascii: "*")) && !bytes.contains(UInt8(ascii: "?")) }

    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// With `${key}` replaced by what the request has for it; nil when it has nothing or several values.
    func resolved(_ values: (String) -> [String]?) -> PolicyPattern? {
        guard bytes.contains(UInt8(ascii: "$")) else { return self }
        var rest = text[...]
        var resolved = ""
        while let start = rest.firstRange(of: "${") {
            resolved += rest[..<start.lowerBound]
            guard let end = rest[start.upperBound...].firstIndex(of: "}") else { return nil }
            let name = rest[start.upperBound..<end]
            switch name {
            // Escapes for characters that mean something in a pattern; they cannot be told from them here.
            case "*", "?", "$": resolved += name
            default:
                guard let value = values(name.lowercased()), value.count == 1 else { return nil }
                resolved += value[0]
            }
            rest = rest[rest.index(after: end)...]
        }
        return PolicyPattern(resolved + rest)
    }
}
