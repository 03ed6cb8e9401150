/// A bucket's name, valid by construction: 3–63 bytes of lower-case letters, digits, dots and hyphens.
///
/// Source: AWS, "General purpose bucket naming rules".
package struct BucketName: Hashable, Sendable, CustomStringConvertible {
    package let string: String

    package init?(_ string: String) {
        guard Self.isValid(Array(string.utf8)) else { return nil }
        self.string = string
    }

    package var description: String { string }

    private static func isValid(_ bytes: [UInt8]) -> Bool {
        guard (3...63).contains(bytes.count), isAlphanumeric(bytes[0]), isAlphanumeric(bytes[bytes.count - 1])
        else { return false }
        var previous: UInt8 = 0
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "."):
                if previous == UInt8(ascii: ".") || previous == UInt8(ascii: "-") { return false }
            case UInt8(ascii: "-"):
                if previous == UInt8(ascii: ".") { return false }
            default:
                if !isAlphanumeric(byte) { return false }
            }
            previous = byte
        }
        return !looksLikeIPv4(bytes)
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private static func looksLikeIPv4(_ bytes: [UInt8]) -> Bool {
        let labels = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return labels.count == 4
            && labels.allSatisfy { label in
                (1...3).contains(label.count)
                    && label.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            }
    }
}
