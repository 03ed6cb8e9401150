/// What the header fields of a request say about the message itself: framing, host, persistence, expectation.
struct FieldFacts {
    private(set) var hostCount = 0
    private(set) var hostIsValid = true
    private(set) var asksClose = false
    private(set) var asksKeepAlive = false
    private var contentLength: Int64?
    private var transferEncoding: String?
    private var asksContinue = false

    /// Looks at a field; names are told apart by their length first, because most are of no interest.
    mutating func note(_ field: HeaderFields.Field) throws(Refusal) {
        switch field.name.utf8.count {
        case 4 where HeaderFields.sameName(field.name, "host"):
            hostCount += 1
            hostIsValid = field.value.utf8.allSatisfy { ByteClass.host.contains($0) }
        case 6 where HeaderFields.sameName(field.name, "expect"):
            for word in Self.words(field.value) where HeaderFields.sameName(word, "100-continue") {
                asksContinue = true
            }
        case 10 where HeaderFields.sameName(field.name, "connection"):
            for word in Self.words(field.value) {
                if HeaderFields.sameName(word, "close") { asksClose = true }
                if HeaderFields.sameName(word, "keep-alive") { asksKeepAlive = true }
            }
        case 14 where HeaderFields.sameName(field.name, "content-length"):
            try noteLength(field.value)
        case 17 where HeaderFields.sameName(field.name, "transfer-encoding"):
            transferEncoding = transferEncoding.map { $0 + "," + field.value } ?? field.value
        default:
            break
        }
    }

    /// The members of a list that are tokens; what is none says nothing to this server.
    private static func words(_ list: String) -> [String] {
        list.utf8.split(separator: 0x2C /* , */).compactMap { member in
            var reader = FieldReader(String(Substring(member)))
            reader.skipBlanks()
            let word = reader.text { ByteClass.token.contains($0) }
            reader.skipBlanks()
            return reader.atEnd ? String(word) : nil
        }
    }

    /// A length is digits and nothing else, and is given once: two that agree are refused as well, because a
    /// proxy in front may have read the other one (RFC 9112 section 6.3).
    private mutating func noteLength(_ value: String) throws(Refusal) {
        guard contentLength == nil else { throw .badContentLength }
        var reader = FieldReader(value)
        guard let length = reader.number(), reader.atEnd else { throw .badContentLength }
        contentLength = length
    }

    func framing(minorVersion: Int) throws(Refusal) -> RequestHead.Framing {
        guard let transferEncoding else {
            guard let contentLength, contentLength > 0 else { return .none }
            return .length(contentLength)
        }
        guard contentLength == nil else { throw .ambiguousLength }
        // HTTP/1.0 has no transfer codings: what comes after such a field cannot be framed (RFC 9112 section 6.1).
        guard minorVersion == 1 else { throw .badTransferEncoding }
        var codings: [String] = []
        for part in transferEncoding.utf8.split(separator: 0x2C, omittingEmptySubsequences: false) {
            var reader = FieldReader(String(Substring(part)))
            reader.skipBlanks()
            let coding = reader.text { ByteClass.token.contains($0) }
            reader.skipBlanks()
            guard !coding.isEmpty else { throw .badTransferEncoding }
            guard reader.atEnd else { throw .unknownTransferEncoding }
            codings.append(coding.lowercased())
        }
        if codings == ["chunked"] { return .chunked }
        throw codings.dropLast().contains("chunked") ? .badTransferEncoding : .unknownTransferEncoding
    }

    /// An expectation of another kind is ignored, as S3 does: RFC 9110 section 10.1.1 allows a 417, and asks for
    /// none.
    func expectsContinue(minorVersion: Int) -> Bool { minorVersion == 1 && asksContinue }
}
