internal import NIOCore

/// A segment in the making, in memory.
final class MemoryStage: Stage {
    let id: SegmentID
    private(set) var length: Int64 = 0
    private let store: MemorySegments
    /// Nil once the stage has ended.
    private var file: POSIXFile?

    init(_ id: SegmentID, _ file: POSIXFile, store: MemorySegments) {
        self.id = id
        self.file = file
        self.store = store
    }

    deinit {
        discard()
    }

    func append(_ buffer: ByteBuffer, from: Int, count: Int) throws {
        guard let file else { throw BlobError.closed }
        try buffer.withUnsafeReadableBytes { bytes in
            let run = UnsafeRawBufferPointer(rebasing: bytes[from..<from + count])
            try store.mapping(id) { () throws(DiskFailure) in try file.write(run, at: length) }
        }
        length += Int64(count)
    }

    func rewind(to length: Int64) {
        precondition(length >= 0 && length <= self.length, "A stage is rewound to where it has been")
        self.length = length
    }

    func publish(_ index: [IndexEntry]) throws {
        guard let file else { throw BlobError.closed }
        precondition(
            SegmentIndex(entries: index, dataLength: length).isOrdered,
            "An index ascends within the bytes of its segment")
        do {
            try store.mapping(id) { () throws(DiskFailure) in try file.truncate(to: length) }
        } catch {
            discard()
            throw error
        }
        self.file = nil
        let open = OpenSegment(id: id, file: file)
        store.publish(id, MemorySegments.Segment(file: file, index: index, length: length, open: open))
    }

    func discard() {
        guard file != nil else { return }
        file = nil
        store.discard(id)
    }
}
