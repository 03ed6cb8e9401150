import NIOCore

/// What a handler answers.
///
/// The server adds `Date`, `Server`, `Connection` and the framing fields; what a handler sets of the latter is
/// dropped. A field name that is not a token or a value with CR, LF or NUL turns the whole response into a 500.
package struct HTTPResponse: Sendable {
    package var status: Int
    package var headers: HeaderFields
    package var body: ResponseBody
    /// For HEAD: the Content-Length of the body that GET would have; nil takes it from `body`.
    package var headLength: Int64?
    /// Closes the connection after this response.
    package var closeConnection = false
    /// What the request asked for, as metrics and logs call it; one of few names, and never sent. Nil: unknown.
    package var operation: String?
    /// Called once, on the event loop: true when the whole response went to the socket, false when it did not.
    package var onSent: (@Sendable (Bool) -> Void)?

    package init(
        status: Int, headers: HeaderFields = HeaderFields(), body: ResponseBody = .empty,
        headLength: Int64? = nil, closeConnection: Bool = false,
        onSent: (@Sendable (Bool) -> Void)? = nil
    ) {
        self.status = status
        self.headers = headers
        self.body = body
        self.headLength = headLength
        self.closeConnection = closeConnection
        self.onSent = onSent
    }

    /// A short `text/plain` answer.
    package static func text(_ status: Int, _ text: String) -> HTTPResponse {
        HTTPResponse(
            status: status, headers: ["Content-Type": "text/plain; charset=utf-8"],
            body: .bytes(ByteBuffer(string: text)))
    }
}

/// Answers one request.
///
/// Runs on the event loop of its connection: it must not block. It is cancelled when the client disconnects.
package typealias HTTPHandler = @Sendable (HTTPRequest) async -> HTTPResponse
