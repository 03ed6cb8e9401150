/// Every limit of the server by name.
package struct ServerLimits: Sendable {
    /// Bytes of a request line and its header fields; more is 431.
    package var maxHeaderBytes = 32 * 1024
    /// Header fields of a request; more is 431.
    package var maxHeaderCount = 200
    /// Bytes of a request target; more is 414.
    package var maxTargetBytes = 16 * 1024
    /// Bytes of the trailer fields after a chunked body; more ends the body as malformed.
    package var maxTrailerBytes = 8 * 1024
    /// From the first byte of a request until its head is complete; longer is 408.
    package var headerTimeout: Duration = .seconds(20)
    /// Between two requests, and before the first; then the connection is closed without an answer.
    package var idleTimeout: Duration = .seconds(75)
    /// Bytes a second that a client must send of a body, or take of a response, measured over `rateGrace`.
    package var minBodyRate = 1024
    /// How long a transfer may fall short of `minBodyRate` before it is given up; also the length of a measurement.
    package var rateGrace: Duration = .seconds(20)
    /// Open connections; one more is answered 503 and closed.
    package var maxConnections = 10_000
    /// Bytes of a request body; more is 413. A door lowers it with `RequestBody.limit(to:)`.
    package var maxBodyBytes: Int64 = 5 * 1024 * 1024 * 1024 * 1024
    /// Bytes of further requests that a client may have sent ahead of the answer in work; more closes the
    /// connection. Nothing of them is read from the socket while others wait to be looked at.
    package var maxPipelinedBytes = 1024 * 1024
    /// Bytes of an unread body that are thrown away to keep a connection; of a longer one the connection is closed.
    package var drainAfterRefusal = 256 * 1024
    /// Bytes that are read and thrown away after the last answer of a connection, so that the client can read it:
    /// a socket that is closed with unread bytes in it resets the connection.
    package var lingerBytes = 8 * 1024 * 1024
    /// How long a client may take to close after the last answer, or to finish a body that is thrown away.
    package var lingerTimeout: Duration = .seconds(5)
    /// How long a request goes on when its client has closed its sending side and no response has begun. A client
    /// that waits for the answer looks the same as one that has gone; after this the task is cancelled.
    package var halfCloseGrace: Duration = .seconds(10)
    /// Bytes of request bodies that all connections together hold in memory.
    package var slabBudget = 256 * 1024 * 1024
    /// Bytes of a body that one connection reads ahead of its handler.
    package var readAhead = 512 * 1024
    /// Bytes of a response that one connection holds unsent in memory.
    package var maxUnsentBytes = 512 * 1024
    /// Connections that the kernel keeps while they wait to be accepted.
    package var backlog = 1024
    /// How long `shutdown` waits for running requests when it is not told.
    package var shutdownGrace: Duration = .seconds(30)

    package init() {}
}
