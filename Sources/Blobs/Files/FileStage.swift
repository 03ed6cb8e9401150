internal import Glibc
internal import NIOCore

/// A segment in the making, as a file in `staging`.
final class FileStage: Stage {
    let id: SegmentID
    private(set) var length: Int64 = 0
    private let store: FileSegments
    private let path: String
    /// Nil once the stage has ended.
    private var file: (any DiskFile)?
    /// Bytes from the start that were ever written: more than `length` after a rewind.
    private var extent: Int64 = 0
    private var writeBackEnd: Int64 = 0

    /// Dirty bytes that are handed to the disk as one while the stage still grows, so that little is left for
    /// the final sync.
    private static let writeBackLength: Int64 = 8 * 1024 * 1024
    /// Bytes at the end which a rewind is likely to drop; they are not handed to the disk yet.
    private static let writeBackDistance = Int64(Chunker.maximum)

    init(_ id: SegmentID, _ file: any DiskFile, path: String, store: FileSegments) {
        self.id = id
        self.file = file
        self.path = path
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
        extent = max(extent, length)
        while length - writeBackEnd >= Self.writeBackLength + Self.writeBackDistance {
            file.startWriteBack(offset: writeBackEnd, length: Self.writeBackLength)
            writeBackEnd += Self.writeBackLength
        }
    }

    func rewind(to length: Int64) {
        precondition(length >= 0 && length <= self.length, "A stage is rewound to where it has been")
        self.length = length
        writeBackEnd = min(writeBackEnd, length)
    }

    func publish(_ index: [IndexEntry]) throws {
        guard let file else { throw BlobError.closed }
        let index = SegmentIndex(entries: index, dataLength: length)
        precondition(index.isOrdered, "An index ascends within the bytes of its segment")
        do {
            try store.mapping(id) { () throws(DiskFailure) in
                let tail = index.encoded
                try file.write(tail, at: length)
                let end = length + Int64(tail.count)
                if extent > end { try file.truncate(to: end) }
                try file.sync()
                try store.makeDurableFolder(of: id)
                try store.disk.rename(path, to: store.path(of: id))
            }
        } catch {
            discard()
            throw error
        }
        self.file = nil
        do {
            try store.mapping(id) { () throws(DiskFailure) in
                try store.disk.syncDirectory(store.folder(of: id))
            }
        } catch {
            // The name is there but may not last, so nobody may count on it. If this fails too, a whole segment
            // that nothing refers to is left for the sweep.
            try? store.remove(id)
            throw error
        }
    }

    func discard() {
        guard file != nil else { return }
        file = nil
        // If this fails, `emptyStaging` of the next process removes the file.
        try? store.disk.unlink(path)
    }
}
