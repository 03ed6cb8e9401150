package import Blobs
package import Digests
package import NIOCore

/// Contents, chunks and their counts: where bytes lie and when they may go.
///
/// The five rules that keep deduplication and freeing from losing bytes are in STORAGE.md; the epoch
/// is their clock.
package protocol ContentCatalog: Sendable {
    /// Holds the present epoch until released: nothing that this request may reach is freed meanwhile.
    /// Never blocks.
    func holdEpoch() -> EpochHold

    /// *Blocking.* A segment id that was never given out before and never will be again.
    func takeSegmentID() throws -> SegmentID

    /// *Blocking.* Where a chunk lies that is referenced now (its count is above zero), else nil: rule 2.
    func liveChunk(_ digest: SHA256Digest, length: Int, scope: DedupScope) throws -> Place?

    /// Records a content that nothing refers to yet (count zero, stamped with the present epoch), so that
    /// long bodies commit in bounded transactions. At most `maximumChunksPerContent` chunks.
    func publishContent(_ content: NewContent) async throws -> ContentRef

    /// The extents of `range` of a content, in order, clipped to it; at most `limit` of them, and where to
    /// go on. Throws `corrupt` when the content is not there.
    func extents(of content: ContentRef, range: Range<Int64>, limit: Int) async throws -> ExtentPage
    /// Direct slices of a content that is a list, else one slice of itself.
    func slices(of content: ContentRef) async throws -> [ContentSlice]
    /// The parts that a finished upload and appends made the first `size` bytes of a content of; nil when another
    /// write made it.
    func objectParts(of content: ContentRef, size: Int64) async throws -> [ObjectPart]?

    // Upkeep: called by `Sweeper` and `Checker` only.

    /// Advances the epoch; durable.
    func advanceEpoch() async throws
    /// Unwinds contents at count zero that were stamped before every held epoch and at least `grace`
    /// milliseconds ago: at most `limit` chunk counts or slices go down in the one transaction, those that
    /// reach zero are stamped. Returns how many went, 0 when there is nothing left to do.
    func unwindContents(grace: Int64, now: Int64, limit: Int) async throws -> Int
    /// Deletes chunks at count zero under the same rule and queues their places (and those that were written
    /// twice) for freeing. Returns how many rows went.
    func reclaimChunks(grace: Int64, now: Int64, limit: Int) async throws -> Int
    /// What is queued for freeing and not forgotten yet, oldest first.
    func reclaims(limit: Int) async throws -> [Reclaim]
    /// After the bytes are freed.
    func forgetReclaims(_ ids: [Int64]) async throws
    /// Of these segments, those in which no chunk row lies, that are not queued, and that no running request could
    /// still commit: taken before the oldest hold began, or by an earlier process.
    func unreferencedSegments(among ids: [SegmentID]) async throws -> [SegmentID]
    /// Removes uploads past their expiry (and completed ones past theirs); returns those that were open.
    func reapUploads(now: Int64, limit: Int) async throws -> [Upload]

    func statistics() async throws -> CatalogStatistics
    /// Every violated invariant that the database alone shows; `repairCounts` also sets wrong counts right.
    func verify(repairCounts: Bool, limit: Int) async throws -> [String]
    /// All chunks, by place, for the deep check and for orphan search.
    func chunks(after: Place?, limit: Int) async throws -> [StoredChunk]
    /// Digests and bodies of inline contents, by row.
    func inlineContents(after: Int64, limit: Int) async throws -> [StoredInline]
    /// Names of objects (bucket/key) that need bytes at one of these places or of these inline rows.
    func objects(needing places: Set<Place>, inline: Set<Int64>, limit: Int) async throws -> [String]
}

/// Bytes that a commit refers to.
package enum NewContent: Sendable {
    case empty
    /// A small body, kept in the catalog: at most `maximumInlineLength` bytes.
    case inline(ByteBuffer, digest: SHA256Digest, scope: DedupScope)
    /// Chunks of one published piece. Those met at count zero are revived or given the new place; those that
    /// another commit brought first are queued for freeing.
    case piece(Piece, scope: DedupScope)
    /// A content that is already there, or its first bytes (a copy).
    case existing(ContentRef)
    /// Slices of contents that are there, back to back: a completed upload, a long body, a range copy.
    case slices([ContentSlice])

    /// Bodies up to this many bytes live in the catalog.
    package static let maximumInlineLength = 16 * 1024
    /// Chunks of one content, so that no transaction is unbounded.
    package static let maximumChunksPerContent = 4096
    /// Slices of one content: the parts of the largest multipart upload.
    package static let maximumSlices = 10_000
    /// How deep contents may refer to contents.
    package static let maximumDepth = 8
}

/// Who shares chunks with whom.
package struct DedupScope: Hashable, Sendable {
    /// 0 is the whole instance; other numbers are projects or single uploads.
    package var rawValue: Int64
    package init(_ rawValue: Int64) { self.rawValue = rawValue }
    package static let instance = DedupScope(0)
}

/// A run of a content's bytes.
package enum Extent: Sendable {
    case bytes(ByteBuffer)
    case place(Place)

    package var length: Int {
        switch self {
        case .bytes(let buffer): buffer.readableBytes
        case .place(let place): place.length
        }
    }
}

/// A page of extents.
package struct ExtentPage: Sendable {
    package var extents: [Extent]
    /// The offset in the content at which to continue; nil at the end of the range.
    package var next: Int64?

    package init(extents: [Extent], next: Int64?) {
        self.extents = extents
        self.next = next
    }
}

/// Bytes to free: in the catalog they are gone already.
package struct Reclaim: Hashable, Sendable {
    package var id: Int64
    package var place: Place
    /// No chunk lies in the segment any more: the whole of it goes.
    package var isWholeSegment: Bool

    package init(id: Int64, place: Place, isWholeSegment: Bool) {
        self.id = id
        self.place = place
        self.isWholeSegment = isWholeSegment
    }
}

/// A chunk as the catalog knows it.
package struct StoredChunk: Hashable, Sendable {
    package var digest: SHA256Digest
    package var place: Place

    package init(digest: SHA256Digest, place: Place) {
        self.digest = digest
        self.place = place
    }
}

/// An inline content as the catalog holds it.
package struct StoredInline: Sendable {
    package var id: Int64
    package var digest: SHA256Digest
    package var body: ByteBuffer

    package init(id: Int64, digest: SHA256Digest, body: ByteBuffer) {
        self.id = id
        self.digest = digest
        self.body = body
    }
}

/// Totals for `coffer stats` and the metrics.
package struct CatalogStatistics: Hashable, Sendable {
    package var objects: Int64 = 0
    /// Sum of the sizes of all versions.
    package var logicalBytes: Int64 = 0
    package var chunks: Int64 = 0
    package var chunkBytes: Int64 = 0
    package var inlineContents: Int64 = 0
    package var inlineBytes: Int64 = 0
    package var uploads: Int64 = 0
    package var buckets: Int64 = 0
    /// Contents at zero and places queued that wait for the sweeper.
    package var awaitingSweep: Int64 = 0

    package init() {}
}

/// Keeps an epoch held until it is released or the last reference goes.
package final class EpochHold: Sendable {
    private let release: @Sendable () -> Void

    package init(release: @escaping @Sendable () -> Void) {
        self.release = release
    }

    deinit { release() }
}
