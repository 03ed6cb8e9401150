/// Base64 of RFC 4648, in the standard alphabet (§4) and the one for URLs and file names (§5).
///
/// Decoding takes canonical text only: no white space, no foreign character, no set bits after the
/// last byte, so that two different texts never stand for the same bytes.
package enum Base64 {
    /// The standard alphabet, padded.
    package static func encode(_ bytes: [UInt8]) -> String {
        encode(bytes, with: standard, isPadded: true)
    }

    /// The alphabet for URLs, not padded.
    package static func encodeURL(_ bytes: [UInt8]) -> String {
        encode(bytes, with: urlSafe, isPadded: false)
    }

    /// The bytes of padded text in the standard alphabet, or nil.
    package static func decode(_ text: String) -> [UInt8]? {
        guard text.utf8.count.isMultiple(of: 4) else { return nil }
        return decode(text, with: standardValues)
    }

    /// The bytes of text in the alphabet for URLs, or nil. Padding may be there, in full, or not.
    package static func decodeURL(_ text: String) -> [UInt8]? {
        decode(text, with: urlSafeValues)
    }
}

extension Base64 {
    private static let standard = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let urlSafe = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    private static let standardValues = values(of: standard)
    private static let urlSafeValues = values(of: urlSafe)
    private static let padding = UInt8(ascii: "=")
    private static let noValue: UInt8 = 0xFF

    private static func values(of alphabet: [UInt8]) -> [UInt8] {
        var values = [UInt8](repeating: noValue, count: 256)
        for (value, character) in alphabet.enumerated() { values[Int(character)] = UInt8(value) }
        return values
    }

    private static func encode(_ bytes: [UInt8], with alphabet: [UInt8], isPadded: Bool) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        var index = 0
        while index < bytes.count {
            let left = bytes.count - index
            let second = left > 1 ? bytes[index + 1] : 0
            let third = left > 2 ? bytes[index + 2] : 0
            text.append(alphabet[Int(bytes[index] >> 2)])
            text.append(alphabet[Int((bytes[index] & 0x03) << 4 | second >> 4)])
            if left > 1 {
                text.append(alphabet[Int((second & 0x0F) << 2 | third >> 6)])
            } else if isPadded {
                text.append(padding)
            }
            if left > 2 {
                text.append(alphabet[Int(third & 0x3F)])
            } else if isPadded {
                text.append(padding)
            }
            index += 3
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func decode(_ text: String, with values: [UInt8]) -> [UInt8]? {
        var characters = Array(text.utf8)
        if characters.last == padding {
            // Padding fills the last group of four: "xx==" or "xxx=".
            guard characters.count.isMultiple(of: 4) else { return nil }
            characters.removeLast()
            if characters.last == padding { characters.removeLast() }
        }
        guard characters.count % 4 != 1 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(characters.count / 4 * 3 + 2)
        var bits: UInt32 = 0
        var bitCount: UInt32 = 0
        for character in characters {
            let value = values[Int(character)]
            guard value != noValue else { return nil }
            bits = bits << 6 | UInt32(value)
            bitCount += 6
            if bitCount >= 8 {
                bitCount -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> bitCount))
                bits &= (1 << bitCount) - 1
            }
        }
        return bits == 0 ? bytes : nil
    }
}
