/// The line before a chunk: `10000;chunk-signature=ad80c7…`, or `10000` where chunks are not signed.
struct ChunkHeader {
    private static let signatureName = Array(";chunk-signature=".utf8)
    private static let signatureLength = 64
    /// Hexadecimal digits of a size.
    private static let digits = 1...16

    var size: Int64
    /// As sent, in hex; empty where chunks are not signed.
    var signature: [UInt8]

    /// `line` with its line end, which must be CRLF.
    init(_ line: [UInt8], isSigned: Bool) throws(S3AuthError) {
        let fault = S3AuthError.incompleteBody("The line before a chunk is not a size and a signature.")
        guard line.count >= 2, line[line.count - 2] == 0x0D, line[line.count - 1] == 0x0A else { throw fault }
        let content = line.dropLast(2)
        let end = content.firstIndex(of: 0x3B /* ; */) ?? content.endIndex
        guard let size = Self.size(content[..<end]) else { throw fault }
        self.size = size
        let rest = content[end...]
        guard isSigned else {
            // Some clients write the semicolon with nothing behind it.
            guard rest.count <= 1 else { throw fault }
            signature = []
            return
        }
        guard rest.starts(with: Self.signatureName),
            rest.count == Self.signatureName.count + Self.signatureLength
        else { throw fault }
        signature = Array(rest.dropFirst(Self.signatureName.count))
    }

    private static func size(_ text: ArraySlice<UInt8>) -> Int64? {
        guard digits.contains(text.count) else { return nil }
        var value: UInt64 = 0
        for byte in text {
            let digit: UInt8
            switch byte {
            case 0x30...0x39: digit = byte - 0x30
            case 0x41...0x46: digit = byte - 0x41 + 10
            case 0x61...0x66: digit = byte - 0x61 + 10
            default: return nil
            }
            value = value << 4 | UInt64(digit)
        }
        return Int64(exactly: value)
    }
}
