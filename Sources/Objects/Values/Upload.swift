package import Digests

/// An upload that is not an object yet: S3 multipart, or byte ranges put to the URL of the future object.
package struct Upload: Sendable {
    package enum Kind: Hashable, Sendable {
        /// Parts have numbers, 1…10,000; the client says which of them make the object.
        case multipart
        /// Parts are byte ranges of a body of `total` bytes; the object appears when none is missing.
        case ranges(total: Int64)
    }

    package enum State: Hashable, Sendable {
        case open
        /// Finished: the version it made, kept so that a lost answer can be given again.
        case completed(versionID: VersionID, sequence: Int64)
    }

    package var id: UploadID
    package var kind: Kind
    package var state: State
    package var bucket: BucketID
    package var key: ObjectKey
    /// The access key that began it; other keys' range uploads never mix with it.
    package var author: KeyID
    /// A client's own `Upload-Id`, nil when it sent none.
    package var clientToken: String?
    package var metadata: ObjectMetadata
    package var preconditions: WritePreconditions
    /// Those of the future object.
    package var attributes: ObjectAttributes
    /// How the bytes are encrypted; nil when they are not.
    package var encryption: ObjectEncryption?
    /// For multipart: the algorithm and kind the client chose.
    package var checksumAlgorithm: ChecksumAlgorithm?
    package var checksumKind: ObjectChecksum.Kind?
    /// SHA-256 of the whole that the client announced (`Repr-Digest`), verified before completion.
    package var announcedDigest: SHA256Digest?
    /// Milliseconds since 1970.
    package var created: Int64
    /// When the last part arrived or the client asked for the status.
    package var touched: Int64
    /// Whether the client asked for the status since the last part.
    package var statusAsked: Bool
    package var expires: Int64

    package init(
        id: UploadID, kind: Kind, state: State = .open, bucket: BucketID, key: ObjectKey, author: KeyID,
        clientToken: String? = nil, metadata: ObjectMetadata, preconditions: WritePreconditions = .none,
        attributes: ObjectAttributes = .none, encryption: ObjectEncryption? = nil,
        checksumAlgorithm: ChecksumAlgorithm? = nil, checksumKind: ObjectChecksum.Kind? = nil,
        announcedDigest: SHA256Digest? = nil, created: Int64, touched: Int64, statusAsked: Bool = false,
        expires: Int64
    ) {
        self.id = id
        self.kind = kind
        self.state = state
        self.bucket = bucket
        self.key = key
        self.author = author
        self.clientToken = clientToken
        self.metadata = metadata
        self.preconditions = preconditions
        self.attributes = attributes
        self.encryption = encryption
        self.checksumAlgorithm = checksumAlgorithm
        self.checksumKind = checksumKind
        self.announcedDigest = announcedDigest
        self.created = created
        self.touched = touched
        self.statusAsked = statusAsked
        self.expires = expires
    }
}

/// One part of an upload.
package struct UploadPart: Hashable, Sendable {
    /// Part number of a multipart upload, or first byte of a range.
    package var position: Int64
    /// The part's bytes: a slice, because a range that overlaps earlier ones keeps only what is new.
    package var slice: ContentSlice
    /// MD5 of the part in hex for multipart; of a range, nothing.
    package var etag: ETag
    package var checksum: ObjectChecksum?
    /// Of the bytes' encryption; nil when they are not encrypted.
    package var salt: [UInt8]?
    /// Milliseconds since 1970.
    package var modified: Int64

    package init(
        position: Int64, slice: ContentSlice, etag: ETag, checksum: ObjectChecksum? = nil,
        salt: [UInt8]? = nil,
        modified: Int64
    ) {
        self.position = position
        self.slice = slice
        self.etag = etag
        self.checksum = checksum
        self.salt = salt
        self.modified = modified
    }

    package var size: Int64 { slice.length }
}
