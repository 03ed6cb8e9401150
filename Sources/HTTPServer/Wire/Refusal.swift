/// A request that the server answers itself because it breaks the protocol or a limit; the connection closes.
struct Refusal: Error, Equatable {
    var status: Int
    /// One short sentence for the client; never anything that the client sent.
    var reason: String

    init(_ status: Int, _ reason: String) {
        self.status = status
        self.reason = reason
    }

    static let malformedRequestLine = Refusal(400, "The request line is malformed.")
    static let badMethod = Refusal(400, "The method is not a token.")
    static let badTarget = Refusal(400, "The request target is malformed.")
    static let badVersion = Refusal(505, "Only HTTP/1.0 and HTTP/1.1 are spoken here.")
    static let bareLineFeed = Refusal(400, "A line does not end with CR LF.")
    static let foldedField = Refusal(400, "A header field is folded over several lines.")
    static let badFieldName = Refusal(400, "The name of a header field is not a token.")
    static let badFieldValue = Refusal(400, "The value of a header field holds a control byte.")
    static let badHost = Refusal(400, "The Host field is missing, given twice or malformed.")
    static let badContentLength = Refusal(400, "The Content-Length field is malformed.")
    static let ambiguousLength = Refusal(400, "Content-Length and Transfer-Encoding exclude each other.")
    static let badTransferEncoding = Refusal(400, "The Transfer-Encoding field is malformed.")
    static let unknownTransferEncoding = Refusal(501, "Of transfer codings only chunked is known.")
    static let connectRefused = Refusal(501, "This server is not a proxy.")
    static let targetTooLong = Refusal(414, "The request target is too long.")
    static let headTooLarge = Refusal(431, "The header is too large.")
    static let tooManyFields = Refusal(431, "The header has too many fields.")
    static let bodyTooLarge = Refusal(413, "The body is too large.")
    static let badChunk = Refusal(400, "The chunked body is malformed.")
    static let trailersTooLarge = Refusal(431, "The trailer is too large.")
    static let headerTooSlow = Refusal(408, "The request did not arrive in time.")
    static let tooManyConnections = Refusal(503, "Too many connections.")
}
