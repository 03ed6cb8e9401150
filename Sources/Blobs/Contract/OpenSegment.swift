package import NIOCore

/// A published segment, open for reading until the last one lets go of it, even when it is removed meanwhile.
package final class OpenSegment: Sendable {
    package let id: SegmentID
    private let file: any DiskFile

    package init(id: SegmentID, file: any DiskFile) {
        self.id = id
        self.file = file
    }

    /// For `sendfile` and the like; valid as long as this object lives.
    package var descriptor: Int32 { file.descriptor }

    /// *Blocking.* Exactly `length` bytes from `offset`; throws `BlobError.truncated`.
    package func read(offset: Int64, length: Int) throws -> ByteBuffer {
        let place = Place(segment: id, offset: offset, length: length)
        guard offset >= 0, length >= 0, length <= Self.maximumRead else { throw BlobError.truncated(place) }
        var buffer = ByteBufferAllocator().buffer(capacity: length)
        let count = try buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: length) { memory in
            do throws(DiskFailure) {
                return try file.read(
                    into: UnsafeMutableRawBufferPointer(rebasing: memory[..<length]), at: offset)
            } catch {
                throw BlobError(error, segment: id)
            }
        }
        guard count == length else { throw BlobError.truncated(place) }
        return buffer
    }

    /// One buffer is held in memory whole.
    package static let maximumRead = 64 * 1024 * 1024
}
