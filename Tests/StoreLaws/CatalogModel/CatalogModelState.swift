import Blobs
import Digests
import NIOCore
import Objects

/// All that the model remembers.
struct CatalogModelState {
    struct Stamp {
        var epoch: Int64
        var time: Int64
    }

    enum Content {
        case inline(ByteBuffer, digest: SHA256Digest, scope: DedupScope)
        case chunks([Place])
        case list([ContentSlice])
    }

    struct StoredUpload {
        var upload: Upload
        var parts: [Int64: UploadPart] = [:]
    }

    struct ChunkName: Hashable {
        var scope: DedupScope
        var digest: SHA256Digest
    }

    /// Where a chunk begins, which names it.
    struct Start: Hashable {
        var segment: SegmentID
        var offset: Int64

        init(_ place: Place) {
            segment = place.segment
            offset = place.offset
        }
    }

    // Set for each transaction.
    var now: Int64 = 0
    var encryptionKeys: [String: EncryptionKey] = [:]
    var oldestHeld: Int64 = 1

    var epoch: Int64 = 1
    var sequence: Int64 = 0

    var projects: [ProjectID: Project] = [:]
    var projectsCreated = 0
    var keys: [KeyID: AccessKey] = [:]
    var identities: [IdentityID: Identity] = [:]
    var buckets: [BucketID: Bucket] = [:]
    var nextBucket: Int64 = 1
    var domains: [String: Domain] = [:]

    /// Newest first, delete markers included.
    var versions: [BucketID: [ObjectKey: [ObjectVersion]]] = [:]
    /// In the order in which they began.
    var uploads: [StoredUpload] = []

    var contents: [ContentRef: Content] = [:]
    /// Of contents that finished uploads and appends made.
    var objectParts: [ContentRef: [ObjectPart]] = [:]
    /// Lists that appends began, which are said to be deeper than they are.
    var growing: Set<ContentRef> = []
    /// Renames by the token that their client gave them.
    var renames: [RenameName: (source: ObjectKey, destination: ObjectKey, made: Int64)] = [:]

    struct RenameName: Hashable {
        var bucket: BucketID
        var token: String
    }
    var webhooks: [Webhook] = []
    /// In the order in which they were kept.
    var outbox: [OutboxEntry] = []
    var deadEvents: [OutboxEntry] = []
    var nextEvent: Int64 = 0
    var numbers = TimedNumbers()
    var nextContent: Int64 = 1
    var chunks: [ChunkName: Place] = [:]
    var reclaims: [Reclaim] = []
    var nextReclaim: Int64 = 1
    /// The epoch in which a segment id was given out.
    var taken: [SegmentID: Int64] = [:]
    var nextSegment: Int64 = 1

    /// Stamps of what nothing refers to.
    var idleContents: [ContentRef: Stamp] = [:]
    var idleChunks: [ChunkName: Stamp] = [:]

    // MARK: Counting

    /// How many versions, parts and slices refer to each content.
    func contentCounts() -> [ContentRef: Int] {
        var counts: [ContentRef: Int] = [:]
        for keys in versions.values {
            for version in keys.values.joined() { counts[version.content, default: 0] += 1 }
        }
        for upload in uploads {
            for part in upload.parts.values { counts[part.slice.content, default: 0] += 1 }
        }
        for case .list(let slices) in contents.values {
            for slice in slices { counts[slice.content, default: 0] += 1 }
        }
        counts[.empty] = nil
        return counts
    }

    /// How many extents of contents lie at each chunk.
    func chunkCounts() -> [Start: Int] {
        var counts: [Start: Int] = [:]
        for case .chunks(let places) in contents.values {
            for place in places { counts[Start(place), default: 0] += 1 }
        }
        return counts
    }

    /// Stamps what has fallen to zero, and forgets the stamps of what is referred to.
    mutating func settle() {
        let stamp = Stamp(epoch: epoch, time: now)
        let counts = contentCounts()
        var idle: [ContentRef: Stamp] = [:]
        for ref in contents.keys where counts[ref] == nil { idle[ref] = idleContents[ref] ?? stamp }
        idleContents = idle
        let chunkCounts = self.chunkCounts()
        var idleChunks: [ChunkName: Stamp] = [:]
        for (name, place) in chunks where chunkCounts[Start(place)] == nil {
            idleChunks[name] = self.idleChunks[name] ?? stamp
        }
        self.idleChunks = idleChunks
    }

    mutating func nextSequence() -> Int64 {
        sequence += 1
        return sequence
    }
}
