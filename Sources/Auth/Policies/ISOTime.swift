/// Moments as ISO 8601 writes them with punctuation, in UTC: `2025-01-31T12:00:00Z`, with a fraction or without, or
/// the date alone.
package enum ISOTime {
    /// `2025-01-31T12:00:00Z`, of seconds since 1970.
    package static func text(_ seconds: Int64) -> String { AWSTimestamp.extended(seconds) }

    /// Seconds since 1970; nil for anything else, and before 1970. A fraction is dropped.
    package static func seconds(_ text: String) -> Int64? {
        var text = text[...]
        if text.hasSuffix("+00:00") { text = text.dropLast("+00:00".count) + "Z" }
        if text.utf8.count == 10 { text += "T00:00:00Z" }
        guard text.utf8.last == UInt8(ascii: "Z") else { return nil }
        if let point = text.firstIndex(of: ".") {
            let fraction = text[text.index(after: point)...].dropLast()
            guard !fraction.isEmpty, fraction.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
                return nil
            }
            text = text[..<point] + "Z"
        }
        let bytes = Array(text.utf8)
        guard bytes.count == 20, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":")
        else { return nil }
        let basic = bytes.filter { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: ":") }
        return AWSTimestamp(String(decoding: basic, as: UTF8.self))?.seconds
    }
}
