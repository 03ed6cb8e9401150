import Glibc
package import NIOCore
import Synchronization

extension ResponseBody {
    /// The whole body in memory, as a client would receive it, for callers inside the process.
    ///
    /// Reads files on the calling thread. Throws what the body throws, `tooLarge` when it has more than `upTo`
    /// bytes, `aborted` when its pieces do not add up to its length or a file ends early.
    package func collect(upTo: Int) async throws -> ByteBuffer {
        switch self {
        case .empty:
            return ByteBuffer()
        case .bytes(let buffer):
            guard buffer.readableBytes <= upTo else { throw BodyError.tooLarge }
            return buffer
        case .pieces(let length, let next):
            guard length <= Int64(upTo) else { throw BodyError.tooLarge }
            var whole = ByteBuffer()
            while let batch = try await next() {
                for piece in batch {
                    guard Int64(piece.length) <= length - Int64(whole.readableBytes) else {
                        throw BodyError.aborted
                    }
                    try Self.append(piece, to: &whole)
                }
            }
            guard Int64(whole.readableBytes) == length else { throw BodyError.aborted }
            return whole
        case .stream(let produce):
            let whole = Mutex(ByteBuffer())
            try await produce(
                ResponseWriter { piece throws(BodyError) in
                    let fits = whole.withLock { whole in
                        guard piece.readableBytes <= upTo - whole.readableBytes else { return false }
                        whole.writeImmutableBuffer(piece)
                        return true
                    }
                    if !fits { throw .tooLarge }
                })
            return whole.withLock { $0 }
        }
    }

    private static func append(_ piece: BodyPiece, to whole: inout ByteBuffer) throws {
        switch piece {
        case .bytes(let buffer):
            whole.writeImmutableBuffer(buffer)
        case .file(let extent):
            var done = 0
            while done < extent.length {
                let count = whole.writeWithUnsafeMutableBytes(minimumWritableBytes: extent.length - done) {
                    max(
                        0,
                        pread(
                            extent.descriptor, $0.baseAddress, extent.length - done,
                            off_t(extent.offset) + done))
                }
                guard count > 0 else { throw BodyError.aborted }
                done += count
            }
        }
    }
}
