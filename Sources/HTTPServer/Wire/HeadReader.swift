/// Reads the lines of one complete head; every line is known to end with CR LF.
struct HeadReader {
    let bytes: UnsafeRawBufferPointer
    let maxTargetBytes: Int

    private var fields = FieldFacts()

    init(bytes: UnsafeRawBufferPointer, maxTargetBytes: Int) {
        self.bytes = bytes
        self.maxTargetBytes = maxTargetBytes
    }

    mutating func read() throws(Refusal) -> RequestHead {
        var position = 0
        while bytes[position] == 0x0D, bytes[position + 1] == 0x0A { position += 2 }
        var end = lineEnd(from: position)
        let (method, target, minorVersion) = try requestLine(position..<end)
        var headers = HeaderFields()
        headers.reserveCapacity(8)
        position = end + 2
        while true {
            end = lineEnd(from: position)
            if end == position { break }
            let line = try FieldLine(UnsafeRawBufferPointer(rebasing: bytes[position..<end]))
            try fields.note(line.field)
            headers.add(line.field.name, line.field.value, isLatin1: line.isLatin1)
            position = end + 2
        }
        try checkTarget(target, method: method, minorVersion: minorVersion)
        return RequestHead(
            method: method, target: target, minorVersion: minorVersion, headers: headers,
            framing: try fields.framing(minorVersion: minorVersion),
            keepsAlive: minorVersion == 0 ? fields.asksKeepAlive && !fields.asksClose : !fields.asksClose,
            expectsContinue: fields.expectsContinue(minorVersion: minorVersion))
    }

    /// Index of the CR that ends the line.
    private func lineEnd(from start: Int) -> Int {
        var index = start
        while bytes[index] != 0x0A { index += 1 }
        return index - 1
    }

    private func requestLine(_ line: Range<Int>) throws(Refusal) -> (HTTPMethod, String, Int) {
        var index = line.lowerBound
        while index < line.upperBound, ByteClass.token.contains(bytes[index]) { index += 1 }
        guard index > line.lowerBound else { throw .badMethod }
        guard index < line.upperBound else { throw .malformedRequestLine }
        guard bytes[index] == 0x20 else { throw .badMethod }
        let method = self.method(line.lowerBound..<index)
        let targetStart = index + 1
        index = targetStart
        while index < line.upperBound, bytes[index] != 0x20 { index += 1 }
        let target = targetStart..<index
        guard target.count <= maxTargetBytes else { throw .targetTooLong }
        guard index < line.upperBound, !target.isEmpty else { throw .malformedRequestLine }
        let minorVersion = try version(index + 1..<line.upperBound)
        for byte in bytes[target] where byte < 0x21 || byte == 0x7F || byte == 0x23 /* # */ {
            throw .badTarget
        }
        // Bytes beyond ASCII are not allowed in a target, but common clients send names in UTF-8 as they are.
        guard let text = String(validating: bytes[target], as: UTF8.self) else { throw .badTarget }
        return (method, text, minorVersion)
    }

    private func method(_ range: Range<Int>) -> HTTPMethod {
        // The common ones without making a string.
        switch (range.count, bytes[range.lowerBound]) {
        case (3, 0x47) where bytes[range.lowerBound + 1] == 0x45 && bytes[range.lowerBound + 2] == 0x54:
            return .get
        default:
            return HTTPMethod(String(decoding: bytes[range], as: UTF8.self))
        }
    }

    private func version(_ range: Range<Int>) throws(Refusal) -> Int {
        guard range.count == 8 else { throw .malformedRequestLine }
        let text: StaticString = "HTTP/"
        let matches = text.withUTF8Buffer { text in
            (0..<5).allSatisfy { bytes[range.lowerBound + $0] == text[$0] }
        }
        let major = bytes[range.lowerBound + 5]
        let minor = bytes[range.lowerBound + 7]
        let isDigit: (UInt8) -> Bool = { $0 >= 0x30 && $0 <= 0x39 }
        guard matches, isDigit(major), bytes[range.lowerBound + 6] == 0x2E /* . */, isDigit(minor) else {
            throw .malformedRequestLine
        }
        guard major == 0x31, minor <= 0x31 else { throw .badVersion }
        return Int(minor - 0x30)
    }

    /// RFC 9112 section 3.2: the four forms of a target, and one Host field in every request of HTTP/1.1.
    private func checkTarget(_ target: String, method: HTTPMethod, minorVersion: Int) throws(Refusal) {
        if method == .other("CONNECT") { throw .connectRefused }
        guard fields.hostCount <= 1, fields.hostCount == 1 || minorVersion == 0, fields.hostIsValid else {
            throw .badHost
        }
        if target.utf8.first == 0x2F /* / */ { return }
        if target == "*", method == .options { return }
        guard let authority = RequestTarget(target).authority, !authority.isEmpty,
            authority.utf8.allSatisfy({ ByteClass.host.contains($0) })
        else { throw .badTarget }
    }
}
