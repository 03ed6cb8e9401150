package import NIOCore

/// A part of a response body, in memory or in a file.
package enum BodyPiece: Sendable {
    case bytes(ByteBuffer)
    case file(FileExtent)

    /// Bytes that the piece stands for.
    package var length: Int {
        switch self {
        case .bytes(let buffer): buffer.readableBytes
        case .file(let extent): extent.length
        }
    }
}
