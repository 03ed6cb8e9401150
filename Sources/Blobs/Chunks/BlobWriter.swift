package import Digests
package import NIOCore

/// Turns one body into published pieces: cuts it, hashes each chunk, writes what is not stored yet.
///
/// Bytes pass through to the stage as they come; only the digest of a whole chunk tells whether it is
/// stored already, and then the stage is rewound to where the chunk began. A chunk that is repeated
/// within one piece is written once. An error ends the writer as `discard` does.
///
/// Not for two callers at a time; all methods block.
// Safe because one task at a time uses it, each call in one pool job that the task awaits before it makes the
// next; the pool's queue and the continuation order the accesses.
package final class BlobWriter: @unchecked Sendable {
    package struct Limits: Hashable, Sendable {
        /// A piece is closed by the first natural cut with which it has this many bytes or more, stored or not ...
        package var pieceBytes: Int64
        /// ... or this many chunks.
        package var pieceChunks: Int

        package init(pieceBytes: Int64 = 256 * 1024 * 1024, pieceChunks: Int = 4096) {
            precondition(
                pieceBytes > 0 && (1...SegmentIndex.maximumEntries).contains(pieceChunks),
                "A piece holds at least one chunk and at most what an index holds")
            self.pieceBytes = pieceBytes
            self.pieceChunks = pieceChunks
        }
    }

    /// Bytes given to `write` so far.
    package private(set) var length: Int64 = 0

    private let store: any BlobStore
    private let takeSegmentID: @Sendable () throws -> SegmentID
    private let isStored: @Sendable (SHA256Digest, Int) throws -> Place?
    private let limits: Limits

    private var isClosed = false
    private var chunker = Chunker()
    private var hash = SHA256()
    private var chunkLength = 0
    private var stage: (any Stage)?
    /// Where the present chunk begins in the stage.
    private var chunkStart: Int64 = 0

    private var chunks: [Chunk] = []
    private var pieceLength: Int64 = 0
    private var index: [IndexEntry] = []
    private var placesInPiece: [SHA256Digest: Place] = [:]

    /// - Parameters:
    ///   - takeSegmentID: a new id; called when there are bytes to write.
    ///   - isStored: where a chunk of this digest and length lies that is referenced now, if any.
    package init(
        store: any BlobStore, takeSegmentID: @escaping @Sendable () throws -> SegmentID,
        isStored: @escaping @Sendable (SHA256Digest, Int) throws -> Place?, limits: Limits = Limits()
    ) {
        self.store = store
        self.takeSegmentID = takeSegmentID
        self.isStored = isStored
        self.limits = limits
    }

    /// Takes the next bytes of the body; returns the pieces that they completed, already published.
    package func write(_ buffer: ByteBuffer) throws -> [Piece] {
        try endingOnError {
            var pieces: [Piece] = []
            try buffer.withUnsafeReadableBytes { bytes in
                var start = 0
                while start < bytes.count {
                    let cut = chunker.nextCut(bytes, from: start)
                    let end = cut ?? bytes.count
                    hash.update(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
                    chunkLength += end - start
                    if cut != nil {
                        try endChunk(lastRun: buffer, from: start, count: end - start)
                        if isPieceFull { pieces.append(try endPiece()) }
                    } else {
                        try openStage().append(buffer, from: start, count: end - start)
                    }
                    start = end
                }
            }
            length += Int64(buffer.readableBytes)
            return pieces
        }
    }

    /// Ends the body: what is left becomes the last chunk, and the piece is published. Nil when all bytes are
    /// in earlier pieces, or there were none.
    package func finish() throws -> Piece? {
        try endingOnError {
            defer { discard() }
            if chunkLength > 0 { try endChunk(lastRun: ByteBuffer(), from: 0, count: 0) }
            return chunks.isEmpty ? nil : try endPiece()
        }
    }

    /// Removes what is not published. Pieces that are published stay, for the sweep to free.
    package func discard() {
        isClosed = true
        stage?.discard()
        stage = nil
    }

    private func endingOnError<Result>(_ body: () throws -> Result) throws -> Result {
        guard !isClosed else { throw BlobError.closed }
        do {
            return try body()
        } catch {
            discard()
            throw error
        }
    }

    private func openStage() throws -> any Stage {
        if let stage { return stage }
        let opened = try store.stage(takeSegmentID())
        stage = opened
        return opened
    }

    /// Records the chunk that `lastRun` completes; only that run is not in the stage yet, so a chunk that lies
    /// within one slab and is stored already is never written at all.
    private func endChunk(lastRun: ByteBuffer, from: Int, count: Int) throws {
        let digest = hash.finalize()
        let length = chunkLength
        chunkLength = 0
        pieceLength += Int64(length)
        if let place = try placesInPiece[digest] ?? isStored(digest, length) {
            stage?.rewind(to: chunkStart)
            chunks.append(Chunk(digest: digest, place: place, isFresh: false))
            return
        }
        let stage = try openStage()
        try stage.append(lastRun, from: from, count: count)
        let place = Place(segment: stage.id, offset: chunkStart, length: length)
        chunkStart = stage.length
        chunks.append(Chunk(digest: digest, place: place, isFresh: true))
        index.append(IndexEntry(digest: digest, offset: place.offset, length: length))
        placesInPiece[digest] = place
    }

    private var isPieceFull: Bool {
        pieceLength >= limits.pieceBytes || chunks.count >= limits.pieceChunks
    }

    /// Publishes the stage, if it holds anything; if not, the next piece goes on with it.
    private func endPiece() throws -> Piece {
        var segment: SegmentID?
        if let stage, !index.isEmpty {
            try stage.publish(index)
            segment = stage.id
            self.stage = nil
        }
        let piece = Piece(chunks: chunks, length: pieceLength, segment: segment)
        chunks = []
        pieceLength = 0
        index = []
        placesInPiece = [:]
        chunkStart = 0
        return piece
    }
}
