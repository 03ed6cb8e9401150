import Blobs
import Digests
import NIOCore
import StoreLaws
import Synchronization
import Testing

@Suite struct WriterTests {
    /// A store with the chunks that "the catalog" names.
    private final class Shelf: Sendable {
        let directory: TemporaryDirectory
        let store: FileSegments
        let known = Mutex<[SHA256Digest: Place]>([:])
        let lookups = Mutex(0)
        private let ids = Atomic<Int64>(0)

        init() throws {
            directory = try TemporaryDirectory()
            store = try FileSegments(directory: directory.path)
        }

        var idsTaken: Int64 { ids.load(ordering: .relaxed) }

        func writer(_ limits: BlobWriter.Limits = BlobWriter.Limits()) -> BlobWriter {
            BlobWriter(
                store: store,
                takeSegmentID: { SegmentID(self.ids.wrappingAdd(1, ordering: .relaxed).newValue) },
                isStored: { digest, length in
                    self.lookups.withLock { $0 += 1 }
                    return self.known.withLock { $0[digest].flatMap { $0.length == length ? $0 : nil } }
                }, limits: limits)
        }

        /// Writes a whole body and lets the catalog know.
        func put(
            _ body: [UInt8], slab: Int = 512 * 1024, limits: BlobWriter.Limits = BlobWriter.Limits()
        ) throws -> [Piece] {
            let writer = writer(limits)
            var pieces: [Piece] = []
            for start in stride(from: 0, to: body.count, by: slab) {
                pieces += try writer.write(
                    ByteBuffer(bytes: body[start..<min(start + slab, body.count)]))
            }
            #expect(writer.length == body.count)
            if let last = try writer.finish() { pieces.append(last) }
            for chunk in pieces.flatMap(\.chunks) where chunk.isFresh {
                known.withLock { $0[chunk.digest] = chunk.place }
            }
            return pieces
        }

        /// Reads the pieces back, checking each chunk, and each segment's index against the fresh chunks.
        func body(_ pieces: [Piece]) throws -> [UInt8] {
            var body: [UInt8] = []
            for piece in pieces {
                let before = body.count
                for chunk in piece.chunks {
                    let bytes = try store.bytes(chunk.place)
                    #expect(SHA256Digest.hash(bytes) == chunk.digest)
                    body += bytes
                }
                #expect(Int64(body.count - before) == piece.length)
                let fresh = piece.chunks.filter(\.isFresh)
                #expect(fresh.isEmpty == (piece.segment == nil))
                guard let segment = piece.segment else { continue }
                #expect(fresh.allSatisfy { $0.place.segment == segment })
                let named = fresh.map {
                    IndexEntry(digest: $0.digest, offset: $0.place.offset, length: $0.place.length)
                }
                #expect(try store.index(of: segment) == named)
            }
            return body
        }

        var staged: [String] { directory.files.filter { $0.hasPrefix("staging/") } }
        var segments: [SegmentID] { get throws { try store.list(after: nil, limit: 1000) } }
    }

    @Test(arguments: [1, 17, 65_536, 70_000, 3 << 20])
    func aBodyIsReadBack(_ length: Int) throws {
        let shelf = try Shelf()
        let body = BlobSample.bytes(length, seed: 1)
        let pieces = try shelf.put(body)
        #expect(pieces.count == 1)
        #expect(try shelf.body(pieces) == body)
        #expect(pieces[0].chunks.allSatisfy { $0.isFresh })
        #expect(shelf.staged.isEmpty)
    }

    @Test func slabsDoNotMatter() throws {
        let body = BlobSample.bytes(2 << 20, seed: 2)
        let expected = try Shelf().put(body).flatMap(\.chunks).map(\.digest)
        for slab in [4096, 99_999, 4 << 20] {
            #expect(try Shelf().put(body, slab: slab).flatMap(\.chunks).map(\.digest) == expected)
        }
    }

    /// A slice of a larger buffer, as the network gives it.
    @Test func aSliceIsWrittenFromItsFirstReadableByte() throws {
        let shelf = try Shelf()
        let body = BlobSample.bytes(1 << 20, seed: 3)
        let writer = shelf.writer()
        var network = ByteBuffer(bytes: [1, 2, 3] + body)
        network.moveReaderIndex(forwardBy: 3)
        var pieces = try writer.write(network)
        try writer.finish().map { pieces.append($0) }
        #expect(try shelf.body(pieces) == body)
    }

    @Test(arguments: [10_000, 512 * 1024, 8 << 20])
    func whatIsStoredIsNotWrittenAgain(_ slab: Int) throws {
        let shelf = try Shelf()
        let body = BlobSample.bytes(3 << 20, seed: 4)
        let first = try shelf.put(body)
        let before = try shelf.store.storedBytes()
        let second = try shelf.put(body, slab: slab)
        #expect(second.count == 1 && second[0].segment == nil)
        #expect(second[0].chunks.allSatisfy { !$0.isFresh })
        #expect(second[0].chunks.map(\.place) == first[0].chunks.map(\.place))
        #expect(try shelf.body(second) == body)
        #expect(try shelf.store.storedBytes() == before)
        #expect(try shelf.segments.count == 1)
        #expect(shelf.staged.isEmpty)
    }

    @Test(arguments: [30_000, 512 * 1024])
    func onlyTheChangedMiddleIsWritten(_ slab: Int) throws {
        let shelf = try Shelf()
        var body = BlobSample.bytes(6 << 20, seed: 5)
        _ = try shelf.put(body)
        body.replaceSubrange(3_000_000..<3_000_010, with: [1, 2, 3])
        let pieces = try shelf.put(body, slab: slab)
        #expect(try shelf.body(pieces) == body)
        let fresh = pieces[0].chunks.filter(\.isFresh)
        #expect((1...3).contains(fresh.count))
        let segment = try #require(pieces[0].segment)
        let written = Int64(fresh.reduce(0) { $0 + $1.place.length })
        #expect(try shelf.store.size(of: segment).logical < written + 1000)
        #expect(pieces[0].chunks.first?.isFresh == false && pieces[0].chunks.last?.isFresh == false)
    }

    @Test func aChunkRepeatedInOneBodyIsWrittenOnce() throws {
        let shelf = try Shelf()
        let body = [UInt8](repeating: 0, count: 5 << 20)
        let pieces = try shelf.put(body, slab: 300_000)
        #expect(pieces[0].chunks.map(\.isFresh) == [true, false, false, false, false])
        #expect(Set(pieces[0].chunks.map(\.place)).count == 1)
        #expect(try shelf.body(pieces) == body)
        // What the stage knows itself is not asked for.
        #expect(shelf.lookups.withLock { $0 } == 1)
    }

    @Test func aPieceEndsWithTheChunkThatReachesItsBytes() throws {
        let shelf = try Shelf()
        let body = BlobSample.bytes(6 << 20, seed: 6)
        let pieces = try shelf.put(body, limits: BlobWriter.Limits(pieceBytes: 1 << 20))
        #expect(pieces.count >= 4)
        for piece in pieces.dropLast() {
            let last = try #require(piece.chunks.last)
            #expect(piece.length >= 1 << 20)
            #expect(piece.length - Int64(last.place.length) < 1 << 20)
        }
        #expect(Set(pieces.map(\.segment)).count == pieces.count)
        #expect(try shelf.body(pieces) == body)
        let whole = try Shelf().put(body)
        #expect(pieces.flatMap(\.chunks).map(\.digest) == whole.flatMap(\.chunks).map(\.digest))
    }

    @Test func aPieceEndsWithItsLastChunk() throws {
        let shelf = try Shelf()
        let body = BlobSample.bytes(4 << 20, seed: 7)
        let pieces = try shelf.put(body, slab: 8 << 20, limits: BlobWriter.Limits(pieceChunks: 3))
        #expect(pieces.count >= 3)
        #expect(pieces.dropLast().allSatisfy { $0.chunks.count == 3 })
        #expect(try shelf.body(pieces) == body)
    }

    /// Pieces of hits only leave the stage for the piece that needs it.
    @Test func freshBytesFollowPiecesOfHits() throws {
        let shelf = try Shelf()
        let old = BlobSample.bytes(3 << 20, seed: 8)
        _ = try shelf.put(old)
        let body = old + BlobSample.bytes(3 << 20, seed: 9)
        let pieces = try shelf.put(body, slab: 100_000, limits: BlobWriter.Limits(pieceBytes: 1 << 20))
        #expect(pieces.first?.segment == nil && pieces.last?.segment != nil)
        #expect(try shelf.body(pieces) == body)
        #expect(shelf.staged.isEmpty)
        #expect(try shelf.segments.count == 1 + pieces.count { $0.segment != nil })
    }

    @Test func nothingWrittenIsNoPiece() throws {
        let shelf = try Shelf()
        #expect(try shelf.put([]).isEmpty)
        let writer = shelf.writer()
        #expect(try writer.write(ByteBuffer()).isEmpty)
        #expect(try writer.finish() == nil)
        #expect(shelf.idsTaken == 0)
    }

    @Test func aBodyThatEndsAtACutHasNoEmptyChunk() throws {
        let shelf = try Shelf()
        let pieces = try shelf.put([UInt8](repeating: 0, count: 1 << 20))
        #expect(pieces.flatMap(\.chunks).map(\.place.length) == [1 << 20])
        let split = try Shelf().put(
            BlobSample.bytes(1 << 20, seed: 0) + [], limits: BlobWriter.Limits(pieceBytes: 1))
        #expect(split.allSatisfy { $0.chunks.count == 1 && $0.length > 0 })
    }

    @Test func discardLeavesPublishedPiecesOnly() throws {
        let shelf = try Shelf()
        let writer = shelf.writer(BlobWriter.Limits(pieceBytes: 1 << 20))
        let pieces = try writer.write(BlobSample.buffer(3 << 20, seed: 10))
        #expect(!pieces.isEmpty && shelf.staged.count == 1)
        writer.discard()
        writer.discard()
        #expect(shelf.staged.isEmpty)
        #expect(try shelf.segments.count == pieces.count)
        #expect(throws: BlobError.closed) { try writer.write(ByteBuffer(bytes: [1])) }
        #expect(throws: BlobError.closed) { try writer.finish() }
    }

    @Test func aWriterThatIsLetGoOfLeavesNoFile() throws {
        let shelf = try Shelf()
        _ = try shelf.writer().write(BlobSample.buffer(100_000, seed: 11))
        #expect(shelf.staged.isEmpty)
    }

    @Test func aFailedLookupEndsTheWriter() throws {
        struct Unreachable: Error {}
        let shelf = try Shelf()
        let writer = BlobWriter(
            store: shelf.store, takeSegmentID: { SegmentID(1) }, isStored: { _, _ in throw Unreachable() })
        #expect(throws: Unreachable.self) { try writer.write(BlobSample.buffer(3 << 20, seed: 12)) }
        #expect(throws: BlobError.closed) { try writer.write(ByteBuffer(bytes: [1])) }
        #expect(directoryIsEmpty(shelf))
    }

    @Test func aFullDiskEndsTheWriter() throws {
        let disk = SimulatedDisk()
        let store = try FileSegments(directory: SimulatedDisk.root, disk: disk)
        let body = BlobSample.bytes(1 << 20, seed: 13)
        let writes = Atomic(0)
        disk.fail { _, operation in
            guard operation.kind == .write else { return nil }
            return writes.wrappingAdd(1, ordering: .relaxed).newValue == 3 ? 28 : nil
        }
        let writer = BlobWriter(store: store, takeSegmentID: { SegmentID(1) }, isStored: { _, _ in nil })
        #expect(throws: BlobError.noSpace) {
            for start in stride(from: 0, to: body.count, by: 65_536) {
                _ = try writer.write(ByteBuffer(bytes: body[start..<start + 65_536]))
            }
        }
        #expect(throws: BlobError.closed) { try writer.finish() }
        #expect(disk.files(below: SimulatedDisk.root).isEmpty)
    }

    private func directoryIsEmpty(_ shelf: Shelf) -> Bool { shelf.directory.files.isEmpty }
}
