/// Takes out of a text what would open a door to its reader.
enum Redaction {
    /// What stands behind these, up to the end of the value, is secret: query parameters of signed URLs, and fields.
    private static let marks: [[UInt8]] = [
        "signature=", "x-amz-credential=", "x-amz-security-token=", "awsaccesskeyid=", "credential=",
        "bearer ", "basic ", "secret=", "token=",
    ].map { Array($0.utf8) }
    private static let replacement = Array("redacted".utf8)

    /// The text with every secret that is marked as one replaced; in most texts there is none.
    static func clean(_ text: String) -> String {
        let bytes = Array(text.utf8)
        var clean: [UInt8] = []
        var index = 0
        var isChanged = false
        while index < bytes.count {
            guard let mark = marks.first(where: { starts(bytes, index, $0) }) else {
                clean.append(bytes[index])
                index += 1
                continue
            }
            clean += bytes[index..<(index + mark.count)]
            index += mark.count
            let end = bytes[index...].firstIndex(where: isEnd) ?? bytes.count
            guard end > index else { continue }
            clean += replacement
            index = end
            isChanged = true
        }
        return isChanged ? String(decoding: clean, as: UTF8.self) : text
    }

    private static func starts(_ bytes: [UInt8], _ index: Int, _ mark: [UInt8]) -> Bool {
        guard bytes.count - index >= mark.count else { return false }
        return mark.indices.allSatisfy { offset in
            let byte = bytes[index + offset]
            return (0x41...0x5A).contains(byte) ? byte | 0x20 == mark[offset] : byte == mark[offset]
        }
    }

    /// What ends a value in a query, a field or a sentence.
    private static func isEnd(_ byte: UInt8) -> Bool {
        switch byte {
        case 0...0x20, UInt8(ascii: "&"), UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\""),
            UInt8(ascii: "'"), UInt8(ascii: ")"):
            true
        default: false
        }
    }
}
