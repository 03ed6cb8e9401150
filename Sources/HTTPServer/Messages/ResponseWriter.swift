package import NIOCore

/// Where a `.stream` body writes to.
package struct ResponseWriter: Sendable {
    private let sink: @Sendable (ByteBuffer) async throws(BodyError) -> Void

    /// A door's tests may collect what a body writes; the server passes the connection.
    package init(_ sink: @escaping @Sendable (ByteBuffer) async throws(BodyError) -> Void) {
        self.sink = sink
    }

    /// Sends the bytes and returns when the connection takes more.
    ///
    /// Throws `disconnected` when the client has gone, `tooSlow` when it stopped taking bytes; both end the
    /// response whatever the body does then.
    package func write(_ bytes: ByteBuffer) async throws(BodyError) {
        guard bytes.readableBytes > 0 else { return }
        try await sink(bytes)
    }

    package func write(_ bytes: [UInt8]) async throws(BodyError) {
        try await write(ByteBuffer(bytes: bytes))
    }

    package func write(_ text: String) async throws(BodyError) {
        try await write(ByteBuffer(string: text))
    }
}
