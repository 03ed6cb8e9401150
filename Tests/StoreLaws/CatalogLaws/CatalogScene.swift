import Blobs
import Digests
import NIOCore
import Objects

/// A catalog with a project and a bucket, and short words for what laws do with it.
struct CatalogScene: Sendable {
    let catalog: any Catalog
    let clock: LawClock
    let project: ProjectID
    let bucket: BucketID
    let author = KeyID("KEY1")

    init(
        _ catalog: any Catalog, _ clock: LawClock, name: String = "scene",
        versioning: Bucket.Versioning = .off
    ) async throws {
        self.catalog = catalog
        self.clock = clock
        project = ProjectID("id-\(name)")
        let (bucket, _) = try await catalog.createProject(
            NewProject(
                project: Project(id: project, name: name, displayName: name, created: clock.now),
                bucket: try found(BucketName("bucket-\(name)"))))
        self.bucket = try found(bucket).id
        if versioning != .off { _ = try await catalog.setVersioning(self.bucket, versioning) }
    }

    /// The scene that a catalog holds already.
    init(reading catalog: any Catalog, _ clock: LawClock) async throws {
        self.catalog = catalog
        self.clock = clock
        let bucket = try found(try await catalog.bucket(found(BucketName("bucket-scene"))))
        self.bucket = bucket.id
        project = bucket.project
    }

    /// The same scene in a catalog that was opened again.
    init(_ other: CatalogScene, _ catalog: any Catalog) {
        self.catalog = catalog
        clock = other.clock
        project = other.project
        bucket = other.bucket
    }

    static func key(_ text: String) throws -> ObjectKey { try found(ObjectKey(text)) }

    static func inline(_ text: String, scope: DedupScope = .instance) -> NewContent {
        let bytes = Array(text.utf8)
        return .inline(ByteBuffer(bytes: bytes), digest: .hash(bytes), scope: scope)
    }

    static func etag(_ text: String) -> ETag { ETag(MD5Digest.hash(Array(text.utf8)).hex) }

    func commit(
        _ key: String, _ content: NewContent, size: Int64, tag: String = "x",
        _ preconditions: WritePreconditions = .none
    ) throws -> ObjectCommit {
        ObjectCommit(
            bucket: bucket, key: try Self.key(key), content: content, size: size, etag: Self.etag(tag),
            metadata: ObjectMetadata(contentType: "text/plain"), preconditions: preconditions, author: author,
            modified: clock.now)
    }

    /// Puts a small object.
    @discardableResult
    func put(
        _ key: String, _ text: String = "text", _ preconditions: WritePreconditions = .none
    ) async throws -> ObjectVersion {
        try await catalog.commitObject(
            commit(key, Self.inline(text), size: Int64(text.utf8.count), tag: text, preconditions))
    }

    /// Puts an object of chunks.
    @discardableResult
    func put(_ key: String, _ piece: Piece, scope: DedupScope = .instance) async throws -> ObjectVersion {
        try await catalog.commitObject(commit(key, .piece(piece, scope: scope), size: piece.length))
    }

    func delete(_ key: String, _ version: VersionID? = nil) async throws -> ObjectDeleted {
        let deletion = ObjectDeletion(
            bucket: bucket, key: try Self.key(key), versionID: version, author: author, now: clock.now)
        return try found(try await catalog.deleteObjects([deletion]).first).get()
    }

    func current(_ key: String) async throws -> ObjectVersion? {
        try await catalog.current(bucket, Self.key(key))
    }

    func version(_ key: String, _ id: VersionID) async throws -> ObjectVersion? {
        try await catalog.version(bucket, Self.key(key), id)
    }

    /// A piece whose chunks have the digests of these words, all fresh in a new segment.
    func piece(_ words: [String], length: Int = 10) throws -> Piece {
        let segment = try catalog.takeSegmentID()
        let chunks = words.enumerated().map { index, word in
            Chunk(
                digest: .hash(Array(word.utf8)),
                place: Place(segment: segment, offset: Int64(index * length), length: length), isFresh: true)
        }
        return Piece(chunks: chunks, length: Int64(length * words.count), segment: segment)
    }

    func extents(_ content: ContentRef, _ range: Range<Int64>) async throws -> [Extent] {
        var extents: [Extent] = []
        var start = range.lowerBound
        while start < range.upperBound {
            let page = try await catalog.extents(of: content, range: start..<range.upperBound, limit: 3)
            extents += page.extents
            guard let next = page.next else { break }
            guard next > start else { throw CatalogLaw.Broken(description: "a page does not advance") }
            start = next
        }
        return extents
    }

    /// Places of a content's bytes; inline ones are left out.
    func places(_ content: ContentRef, _ range: Range<Int64>) async throws -> [Place] {
        try await extents(content, range).compactMap { extent in
            if case .place(let place) = extent { place } else { nil }
        }
    }

    func text(_ content: ContentRef, _ range: Range<Int64>) async throws -> String {
        try await extents(content, range).map { extent in
            if case .bytes(let buffer) = extent { String(buffer: buffer) } else { "?" }
        }.joined()
    }

    /// Sweeps until nothing is left to do, and gives what was queued for freeing. Frees it, so to say.
    @discardableResult
    func sweep(grace: Int64 = 0, limit: Int = 1000) async throws -> [Reclaim] {
        for _ in 0...NewContent.maximumDepth + 1 {
            try await catalog.advanceEpoch()
            while try await catalog.unwindContents(grace: grace, now: clock.now, limit: limit) > 0 {}
        }
        try await catalog.advanceEpoch()
        while try await catalog.reclaimChunks(grace: grace, now: clock.now, limit: limit) > 0 {}
        var all: [Reclaim] = []
        while case let page = try await catalog.reclaims(limit: 100), !page.isEmpty {
            all += page
            try await catalog.forgetReclaims(page.map(\.id))
        }
        return all
    }

    /// Throws when the catalog itself finds something wrong.
    func verify(line: Int = #line) async throws {
        let problems = try await catalog.verify(repairCounts: false, limit: 20)
        if !problems.isEmpty { throw CatalogLaw.Broken(description: "\(problems) (line \(line))") }
    }

    /// Nothing is stored any more, in the database or to be freed.
    func demandNothingStored(line: Int = #line) async throws {
        let totals = try await catalog.statistics()
        let left = [
            totals.objects, totals.chunks, totals.inlineContents, totals.uploads, totals.awaitingSweep,
        ]
        try demandEqual(left, [0, 0, 0, 0, 0], line: line)
        try await verify(line: line)
    }

    // MARK: Uploads

    func upload(_ key: String, _ kind: Upload.Kind = .multipart) throws -> Upload {
        Upload(
            id: .random(), kind: kind, bucket: bucket, key: try Self.key(key), author: author,
            metadata: ObjectMetadata(contentType: "a/b"), created: clock.now, touched: clock.now,
            expires: clock.now + 1_000_000)
    }

    @discardableResult
    func putPart(_ upload: Upload, _ number: Int, _ text: String) async throws -> UploadPart {
        try await catalog.putPart(
            PartCommit(
                upload: upload.id, number: number, content: Self.inline(text), size: Int64(text.utf8.count),
                etag: Self.etag(text), modified: clock.now))
    }

    func complete(_ upload: Upload, _ parts: [UploadPart]) async throws -> ObjectVersion {
        try await catalog.completeUpload(
            UploadCompletion(
                upload: upload.id,
                parts: parts.map { UploadCompletion.Part(number: Int($0.position), etag: $0.etag) },
                minimumPartSize: 0, modified: clock.now))
    }

    func range(_ target: RangeCommit.Target, at start: Int64, _ text: String) -> RangeCommit {
        RangeCommit(
            target: target, start: start, content: Self.inline(text), size: Int64(text.utf8.count),
            seenOverlap: [], modified: clock.now, expires: clock.now + 1_000_000)
    }

    /// Stores a range as a caller does who looks first.
    @discardableResult
    func putRange(_ id: UploadID, at start: Int64, _ text: String) async throws -> RangeOutcome {
        var commit = range(.existing(id), at: start, text)
        commit.seenOverlap = try await catalog.parts(of: id, overlapping: start..<start + commit.size)
        return try await catalog.putRange(commit)
    }

    func newRangeUpload(_ key: String, total: Int64, at start: Int64, _ text: String) async throws -> Upload {
        let upload = try upload(key, .ranges(total: total))
        guard
            case .stored(let id) = try await catalog.putRange(
                range(.new(upload, newestSeen: nil), at: start, text)), id == upload.id
        else { throw CatalogLaw.Broken(description: "the first range was not stored") }
        return upload
    }
}

/// Names each outcome, so that laws can compare.
extension RangeOutcome {
    var word: String {
        switch self {
        case .stored: "stored"
        case .completed: "completed"
        case .ready: "ready"
        case .changed: "changed"
        }
    }

    var version: ObjectVersion? {
        if case .completed(_, let version) = self { version } else { nil }
    }
}
