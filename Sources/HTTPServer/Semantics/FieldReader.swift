/// Reads the value of a header field from left to right, byte by byte.
struct FieldReader {
    private let bytes: [UInt8]
    private(set) var position = 0

    init(_ text: String) {
        bytes = Array(text.utf8)
    }

    var peek: UInt8? { position < bytes.count ? bytes[position] : nil }
    var atEnd: Bool { position == bytes.count }

    mutating func next() -> UInt8? {
        guard position < bytes.count else { return nil }
        defer { position += 1 }
        return bytes[position]
    }

    mutating func skip(_ byte: UInt8) -> Bool {
        guard peek == byte else { return false }
        position += 1
        return true
    }

    /// Skips a word of ASCII letters written in lower case here, in any case there.
    mutating func skipWord(_ word: StaticString) -> Bool {
        word.withUTF8Buffer { word in
            guard bytes.count - position >= word.count else { return false }
            for index in 0..<word.count where lowerCased(bytes[position + index]) != word[index] {
                return false
            }
            position += word.count
            return true
        }
    }

    /// Skips OWS: spaces and tabs (RFC 9110 section 5.6.3).
    mutating func skipBlanks() {
        while let byte = peek, byte == 0x20 || byte == 0x09 { position += 1 }
    }

    /// Digits only; nil when there is none or when the number does not fit.
    mutating func number() -> Int64? {
        var value: Int64 = 0
        let start = position
        while let byte = peek, byte >= 0x30, byte <= 0x39 {
            let (product, over) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(Int64(byte - 0x30))
            if over || carry { return nil }
            value = sum
            position += 1
        }
        return position > start ? value : nil
    }

    /// Digits only; nil when there is none, Int64.max when the number does not fit.
    mutating func saturatingNumber() -> Int64? {
        let start = position
        if let value = number() { return value }
        guard position > start else { return nil }
        while let byte = peek, byte >= 0x30, byte <= 0x39 { position += 1 }
        return .max
    }

    /// Takes bytes while they satisfy the condition.
    mutating func text(while condition: (UInt8) -> Bool) -> String {
        let start = position
        while let byte = peek, condition(byte) { position += 1 }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }
}
