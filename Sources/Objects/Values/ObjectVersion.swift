package import NIOCore

/// One version of an object: everything but its bytes.
package struct ObjectVersion: Sendable {
    package var bucket: BucketID
    package var key: ObjectKey
    package var versionID: VersionID
    package var isDeleteMarker: Bool
    package var isLatest: Bool
    package var content: ContentRef
    /// Bytes.
    package var size: Int64
    package var etag: ETag
    /// When this version was made, in milliseconds since 1970.
    package var modified: Int64
    /// When the key first held an object; overwriting keeps it.
    package var created: Int64
    package var file: FileID
    package var media: MediaID
    /// Grows with every write of the key; the File object's `version`.
    package var sequence: Int64
    package var metadata: ObjectMetadata
    package var checksum: ObjectChecksum?
    /// Number of parts of a multipart upload, 0 otherwise.
    package var partCount: Int
    /// The key that wrote it.
    package var author: KeyID?
    /// What few versions have, behind one reference, so that copies of the others stay cheap.
    private var extras: Extras?
    /// The bytes, when the catalog had them at hand.
    package var inlineBody: ByteBuffer?

    package init(
        bucket: BucketID, key: ObjectKey, versionID: VersionID = .null, isDeleteMarker: Bool = false,
        isLatest: Bool = true, content: ContentRef, size: Int64, etag: ETag, modified: Int64, created: Int64,
        file: FileID, media: MediaID, sequence: Int64, metadata: ObjectMetadata,
        checksum: ObjectChecksum? = nil,
        partCount: Int = 0, author: KeyID? = nil, attributes: ObjectAttributes = .none,
        encryption: ObjectEncryption? = nil, inlineBody: ByteBuffer? = nil
    ) {
        self.bucket = bucket
        self.key = key
        self.versionID = versionID
        self.isDeleteMarker = isDeleteMarker
        self.isLatest = isLatest
        self.content = content
        self.size = size
        self.etag = etag
        self.modified = modified
        self.created = created
        self.file = file
        self.media = media
        self.sequence = sequence
        self.metadata = metadata
        self.checksum = checksum
        self.partCount = partCount
        self.author = author
        self.inlineBody = inlineBody
        extras = Extras(attributes, encryption)
    }
}

extension ObjectVersion {
    private final class Extras: Sendable {
        let attributes: ObjectAttributes
        let encryption: ObjectEncryption?

        /// Nil when there is nothing to keep.
        init?(_ attributes: ObjectAttributes, _ encryption: ObjectEncryption?) {
            if attributes == .none, encryption == nil { return nil }
            self.attributes = attributes
            self.encryption = encryption
        }
    }

    package var attributes: ObjectAttributes {
        get { extras?.attributes ?? .none }
        set { extras = Extras(newValue, encryption) }
    }

    /// How the bytes are encrypted; nil when they are not.
    package var encryption: ObjectEncryption? {
        get { extras?.encryption }
        set { extras = Extras(attributes, newValue) }
    }
}
