package import Digests

/// Uploads in progress.
package protocol UploadCatalog: Sendable {
    /// Uploads that are open in a project's buckets.
    func openUploadCount(of project: ProjectID) async throws -> Int64
    /// Bytes of all versions and of the parts of open uploads in a project's buckets.
    func keptBytes(of project: ProjectID) async throws -> Int64
    /// Throws `noSuchBucket`.
    func createUpload(_ upload: Upload) async throws
    /// Open and completed ones; nil when unknown or aborted.
    func upload(_ id: UploadID) async throws -> Upload?
    /// Open multipart uploads by key then id, after the marker.
    func multipartUploads(_ query: ListQuery, afterUpload: UploadID?) async throws -> UploadPage

    /// Stores a part of an open multipart upload; one with the same number is replaced. Throws `noSuchUpload`.
    func putPart(_ part: PartCommit) async throws -> UploadPart
    /// By position, after `after`.
    func parts(of id: UploadID, after: Int64, limit: Int) async throws -> [UploadPart]

    /// The parts of a range upload that share a byte with `range`, by position.
    func parts(of id: UploadID, overlapping range: Range<Int64>) async throws -> [UploadPart]

    /// Makes the object from the named parts in one transaction that moves no bytes, whose row count is
    /// bounded by the number of parts. Throws `noSuchUpload`, `invalidPart`, `partTooSmall`, `sizeMismatch`, and
    /// what `commitObject` throws. A completed upload's repeat gives the version it made again.
    func completeUpload(_ completion: UploadCompletion) async throws -> ObjectVersion
    /// Throws `noSuchUpload` when there is no open one.
    func abortUpload(_ id: UploadID) async throws

    /// Range uploads of this key and author for this total (any total when nil), newest first, open ones and
    /// ones completed within their time.
    func rangeUploads(_ bucket: BucketID, _ key: ObjectKey, author: KeyID, total: Int64?) async throws
        -> [Upload]
    /// Stores a range. See `RangeCommit`.
    func putRange(_ commit: RangeCommit) async throws -> RangeOutcome
    /// Makes the object of a range upload that is `.ready`, after its announced digest was verified. Throws
    /// `noSuchUpload` when it is not open or bytes are missing, and what `commitObject` throws.
    func completeRangeUpload(
        _ id: UploadID, modified: Int64, keepFor: Int64, origin: ChangeOrigin?
    ) async throws -> ObjectVersion
    /// Notes that the client asked for the status, so that it may continue after a long pause.
    func touchUpload(_ id: UploadID, now: Int64) async throws
}

/// The argument of `putPart`.
package struct PartCommit: Sendable {
    package var upload: UploadID
    /// 1…10,000.
    package var number: Int
    package var content: NewContent
    package var size: Int64
    package var etag: ETag
    package var checksum: ObjectChecksum?
    /// Of the bytes' encryption; nil when they are not encrypted.
    package var salt: [UInt8]?
    package var modified: Int64

    package init(
        upload: UploadID, number: Int, content: NewContent, size: Int64, etag: ETag,
        checksum: ObjectChecksum? = nil, salt: [UInt8]? = nil,
        modified: Int64
    ) {
        self.upload = upload
        self.number = number
        self.content = content
        self.size = size
        self.etag = etag
        self.checksum = checksum
        self.salt = salt
        self.modified = modified
    }
}

/// The argument of `completeUpload`.
package struct UploadCompletion: Sendable {
    package struct Part: Hashable, Sendable {
        package var number: Int
        /// The client's word for it, without quotes; nil when it said none.
        package var etag: ETag?
        package var checksum: ObjectChecksum?

        package init(number: Int, etag: ETag?, checksum: ObjectChecksum? = nil) {
            self.number = number
            self.etag = etag
            self.checksum = checksum
        }
    }

    package var upload: UploadID
    /// In ascending order of number, checked by the caller.
    package var parts: [Part]
    package var preconditions: WritePreconditions
    /// Every part but the last must have this many bytes.
    package var minimumPartSize: Int64
    /// What the client says the whole has (`x-amz-mp-object-size`).
    package var expectedSize: Int64?
    /// What the client says the whole's checksum is; a mismatch is `digestMismatch`.
    package var expectedChecksum: [UInt8]?
    package var modified: Int64
    /// How long the finished row answers repeats, ms.
    package var keepFor: Int64
    /// For those who are told of changes; nil tells nobody.
    package var origin: ChangeOrigin?

    package init(
        upload: UploadID, parts: [Part], preconditions: WritePreconditions = .none,
        minimumPartSize: Int64 = 5 << 20, expectedSize: Int64? = nil, expectedChecksum: [UInt8]? = nil,
        modified: Int64, keepFor: Int64 = 86_400_000, origin: ChangeOrigin? = nil
    ) {
        self.origin = origin
        self.upload = upload
        self.parts = parts
        self.preconditions = preconditions
        self.minimumPartSize = minimumPartSize
        self.expectedSize = expectedSize
        self.expectedChecksum = expectedChecksum
        self.modified = modified
        self.keepFor = keepFor
    }
}

/// One byte range for a range upload. The caller has compared the bytes with every part that overlaps the
/// range; the commit is applied only if exactly those parts still overlap it (else `.changed`: compare again).
package struct RangeCommit: Sendable {
    package enum Target: Sendable {
        /// The open upload with this id; `.changed` when it is not open any more, was announced with another
        /// digest than the commit's, or must be verified although the commit `completes`.
        case existing(UploadID)
        /// A new one; `.changed` unless the newest open upload of the same bucket, key, author, total and client
        /// token is still the one the caller saw (nil: none).
        case new(Upload, newestSeen: UploadID?)
    }

    package var target: Target
    /// First byte of the range in the whole.
    package var start: Int64
    package var content: NewContent
    package var size: Int64
    /// Of the bytes' encryption, whose key stream begins with the file; nil when they are not encrypted.
    package var salt: [UInt8]?
    /// The parts that overlap the range, as the caller saw them.
    package var seenOverlap: [UploadPart]
    /// The bytes differ from what the upload holds there: all its other parts are dropped.
    package var dropsOthers: Bool
    package var modified: Int64
    /// The upload's new expiry.
    package var expires: Int64
    /// Replaces the upload's content type: the chunk that holds byte 0 knows it by content. Nil keeps it.
    package var contentType: String?
    /// SHA-256 of the whole that came with this range; kept when the upload knows none yet.
    package var announcedDigest: SHA256Digest?
    /// Whether to make the object when no byte is missing; false while an announced digest is not verified yet.
    package var completes: Bool
    /// How long the finished row answers repeats, ms.
    package var keepFor: Int64
    /// For those who are told of changes; nil tells nobody.
    package var origin: ChangeOrigin?

    package init(
        target: Target, start: Int64, content: NewContent, size: Int64, salt: [UInt8]? = nil,
        seenOverlap: [UploadPart],
        dropsOthers: Bool = false, modified: Int64, expires: Int64, contentType: String? = nil,
        announcedDigest: SHA256Digest? = nil, completes: Bool = true, keepFor: Int64 = 86_400_000,
        origin: ChangeOrigin? = nil
    ) {
        self.origin = origin
        self.announcedDigest = announcedDigest
        self.contentType = contentType
        self.target = target
        self.start = start
        self.content = content
        self.size = size
        self.salt = salt
        self.seenOverlap = seenOverlap
        self.dropsOthers = dropsOthers
        self.modified = modified
        self.expires = expires
        self.completes = completes
        self.keepFor = keepFor
    }
}

extension RangeCommit {
    /// Whether an upload that is there is still of the file that the caller meant, and is completed only verified.
    package func fits(_ upload: Upload) -> Bool {
        guard let known = upload.announcedDigest else { return true }
        return !completes && (announcedDigest == nil || announcedDigest == known)
    }
}

/// What `putRange` did.
package enum RangeOutcome: Sendable {
    /// Stored; bytes are missing.
    case stored(UploadID)
    /// Stored, nothing is missing, and the object is made.
    case completed(UploadID, ObjectVersion)
    /// Stored, nothing is missing; `completes` was false.
    case ready(UploadID)
    /// Not applied: the upload is not as the caller saw it.
    case changed
}
