import NIOHTTP1

/// What a request head announces, or why it is refused (RFC 9112 sections 3 and 6).
struct RequestHead {
    enum Framing: Equatable {
        case none
        case length(Int64)
        case chunked
    }

    struct Refusal: Error, Equatable {
        var status: Int
        var reason: String

        init(_ status: Int, _ reason: String) {
            self.status = status
            self.reason = reason
        }
    }

    var framing: Framing
    var expectsContinue: Bool
    var keepsAlive: Bool
    var isHTTP10: Bool
    var fields: HeaderFields

    init(_ head: HTTPRequestHead, limits: ServerLimits) throws(Refusal) {
        guard head.version.major == 1, head.version.minor <= 1 else {
            throw Refusal(505, "HTTP version not supported")
        }
        isHTTP10 = head.version.minor == 0
        guard head.uri.utf8.count <= limits.maxTargetBytes else { throw Refusal(414, "URI too long") }
        var fields = HeaderFields()
        fields.reserveCapacity(head.headers.count)
        var bytes = head.uri.utf8.count
        for (name, value) in head.headers {
            bytes += name.utf8.count + value.utf8.count + 4
            fields.add(name, value)
        }
        guard fields.count <= limits.maxHeaderCount, bytes <= limits.maxHeaderBytes else {
            throw Refusal(431, "Request header fields too large")
        }
        self.fields = fields
        let hosts = fields.values("host")
        guard hosts.count == 1 || (isHTTP10 && hosts.isEmpty) else {
            throw Refusal(400, "One Host field is required")
        }
        framing = try Self.framing(fields, isHTTP10: isHTTP10)
        if case .length(let length) = framing, length > limits.maxBodyBytes {
            throw Refusal(413, "Content too large")
        }
        expectsContinue = try Self.expectation(fields) && !isHTTP10 && framing != .none
        keepsAlive = head.isKeepAlive
    }

    /// Both lengths together, and lengths that disagree, are how requests are smuggled past proxies: refused.
    private static func framing(_ fields: HeaderFields, isHTTP10: Bool) throws(Refusal) -> Framing {
        let codings = fields.values("transfer-encoding")
        let lengths = fields.values("content-length")
        if !codings.isEmpty {
            guard lengths.isEmpty, !isHTTP10 else {
                throw Refusal(400, "Transfer-Encoding excludes Content-Length")
            }
            guard codings.count == 1, HeaderFields.sameName(codings[0], "chunked") else {
                throw Refusal(501, "Transfer coding not supported")
            }
            return .chunked
        }
        guard let text = lengths.first else { return .none }
        guard lengths.allSatisfy({ $0 == text }), let length = digits(text) else {
            throw Refusal(400, "Content-Length is not one number")
        }
        return length == 0 ? .none : .length(length)
    }

    private static func digits(_ text: String) -> Int64? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int64(text)
    }

    private static func expectation(_ fields: HeaderFields) throws(Refusal) -> Bool {
        guard let expect = fields[first: "expect"] else { return false }
        guard HeaderFields.sameName(expect, "100-continue") else { throw Refusal(417, "Expectation failed") }
        return true
    }
}
