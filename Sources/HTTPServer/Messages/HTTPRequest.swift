import Glibc

/// One request as it came from the wire: nothing is decoded, folded or normalised.
package struct HTTPRequest: Sendable {
    package var requestID: RequestID
    package var method: HTTPMethod
    /// The request target exactly as sent, absolute form included.
    package var target: String
    /// The path before the first `?`, still percent-encoded; of an absolute-form target the path within it.
    package var rawPath: String
    /// What follows the first `?`; nil when there is none, empty when the target ends with it.
    package var rawQuery: String?
    package var headers: HeaderFields
    package var body: RequestBody
    /// The client's IP address in text, without the port.
    package var remoteAddress: String
    package var localPort: Int
    /// The name that the listener was given when it was bound.
    package var listener: String
    package var isSecure: Bool
    /// Wall clock when the head was complete, milliseconds since 1970.
    package var receivedAt: Int64
    /// Authority of an absolute-form target, which outranks the Host field (RFC 9112 section 3.2.2).
    var authority: String?

    package init(
        id: RequestID = .random(), method: HTTPMethod = .get, target: String,
        headers: HeaderFields = HeaderFields(), body: RequestBody = .empty,
        remoteAddress: String = "127.0.0.1", localPort: Int = 0, listener: String = "",
        isSecure: Bool = false, receivedAt: Int64 = wallClockMilliseconds()
    ) {
        let parts = RequestTarget(target)
        requestID = id
        self.method = method
        self.target = target
        rawPath = parts.rawPath
        rawQuery = parts.rawQuery
        authority = parts.authority
        self.headers = headers
        self.body = body
        self.remoteAddress = remoteAddress
        self.localPort = localPort
        self.listener = listener
        self.isSecure = isSecure
        self.receivedAt = receivedAt
    }

    /// `req_` and 16 hexadecimal digits; unique for tracing, not a secret.
    package var id: String { requestID.description }

    /// Host and, as sent, port; in lower case; nil when the request names none (HTTP/1.0).
    package var host: String? {
        guard let name = authority ?? headers[first: "host"] else { return nil }
        // Nearly always it is in lower case already.
        for byte in name.utf8 where byte >= 0x41 && byte <= 0x5A || byte >= 0x80 { return name.lowercased() }
        return name
    }
}

/// Milliseconds since 1970 by the wall clock.
package func wallClockMilliseconds() -> Int64 {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    return Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000
}
