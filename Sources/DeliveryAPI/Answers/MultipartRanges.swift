import Digests
import HTTPServer
import NIOCore
import Objects
import Synchronization

/// A `multipart/byteranges` body (RFC 9110 section 14.6): several ranges of one file, each under its own header.
final class MultipartRanges: Sendable {
    private struct State {
        var next = 0
        var reader: ObjectReader?
    }

    private let ranges: [Range<Int64>]
    private let heads: [ByteBuffer]
    private let tail: ByteBuffer
    private let open: @Sendable (Range<Int64>) -> ObjectReader
    private let state = Mutex(State())

    /// Bytes of the whole body.
    let length: Int64
    /// With the boundary.
    let contentType: String

    init(
        _ ranges: [Range<Int64>], of length: Int64, contentType: String,
        open: @escaping @Sendable (Range<Int64>) -> ObjectReader
    ) {
        let boundary = hexEncode(randomBytes(16))
        self.ranges = ranges
        self.open = open
        heads = ranges.map { range in
            let range = contentRange(range, of: length)
            return ByteBuffer(
                string: "\r\n--\(boundary)\r\nContent-Type: \(contentType)\r\nContent-Range: \(range)\r\n\r\n"
            )
        }
        tail = ByteBuffer(string: "\r\n--\(boundary)--\r\n")
        self.length =
            ranges.reduce(0) { $0 + $1.upperBound - $1.lowerBound }
            + heads.reduce(0) { $0 + Int64($1.readableBytes) } + Int64(tail.readableBytes)
        self.contentType = "multipart/byteranges; boundary=\(boundary)"
    }

    /// The next pieces; nil at the end.
    func next() async throws -> [BodyPiece]? {
        while true {
            if let reader = state.withLock({ $0.reader }) {
                if let segments = try await reader.next() { return segments.map(BodyPiece.init) }
                state.withLock { $0.reader = nil }
            }
            let index = state.withLock { state in
                defer { state.next += 1 }
                return state.next
            }
            if index > ranges.count { return nil }
            if index == ranges.count { return [.bytes(tail)] }
            state.withLock { $0.reader = open(ranges[index]) }
            return [.bytes(heads[index])]
        }
    }
}
