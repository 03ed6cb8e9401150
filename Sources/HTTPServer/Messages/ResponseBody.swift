package import NIOCore

/// What follows the head of a response.
package enum ResponseBody: Sendable {
    case empty
    case bytes(ByteBuffer)
    /// Called again and again until it returns nil; each batch is sent before the next is asked for. The pieces
    /// must add up to `length`: a body that throws, ends short or runs over aborts the connection.
    case pieces(length: Int64, @Sendable () async throws -> [BodyPiece]?)
    /// A body of unknown length, sent in chunks; a throw aborts the connection.
    case stream(@Sendable (ResponseWriter) async throws -> Void)

    /// Bytes of the body; nil when they are not known before.
    package var length: Int64? {
        switch self {
        case .empty: 0
        case .bytes(let buffer): Int64(buffer.readableBytes)
        case .pieces(let length, _): length
        case .stream: nil
        }
    }
}
