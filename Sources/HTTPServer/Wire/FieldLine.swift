/// One field line (RFC 9110 section 5), read without its CR LF.
struct FieldLine {
    let field: HeaderFields.Field
    /// A value that is not UTF-8 is read as ISO 8859-1, so that no byte of it is lost.
    let isLatin1: Bool

    init(_ line: UnsafeRawBufferPointer) throws(Refusal) {
        var colon = 0
        while colon < line.count, ByteClass.token.contains(line[colon]) { colon += 1 }
        guard colon > 0 else {
            throw line[0] == 0x20 || line[0] == 0x09 ? .foldedField : .badFieldName
        }
        guard colon < line.count, line[colon] == 0x3A else { throw .badFieldName }
        var start = colon + 1
        var end = line.count
        while start < end, line[start] == 0x20 || line[start] == 0x09 { start += 1 }
        while end > start, line[end - 1] == 0x20 || line[end - 1] == 0x09 { end -= 1 }
        var isASCII: UInt8 = 0
        for byte in line[start..<end] {
            isASCII |= byte
            if byte < 0x20 && byte != 0x09 || byte == 0x7F { throw .badFieldValue }
        }
        let value = line[start..<end]
        let name = String(decoding: line[..<colon], as: UTF8.self)
        let text =
            isASCII < 0x80
            ? String(decoding: value, as: UTF8.self) : String(validating: value, as: UTF8.self)
        field = (name: name, value: text ?? Self.latin1(value))
        isLatin1 = text == nil
    }

    private static func latin1(_ bytes: Slice<UnsafeRawBufferPointer>) -> String {
        var text = String.UnicodeScalarView()
        for byte in bytes { text.append(Unicode.Scalar(byte)) }
        return String(text)
    }
}
