/// Objects and their versions.
package protocol ObjectCatalog: Sendable {
    /// Makes a version current. Judges `preconditions` against the current version inside the transaction
    /// (`preconditionFailed`, `noSuchKey`, `overwriteForbidden`), takes a reference on the content, gives the
    /// key its file and media ids (kept when the key has a current version), and drops what is replaced
    /// (versioning off or suspended: the null version; enabled: nothing). Throws `noSuchBucket` when the
    /// bucket has been deleted meanwhile.
    func commitObject(_ commit: ObjectCommit) async throws -> ObjectVersion

    /// Deletes in order, each on its own: one failing does not stop the others. Absent keys succeed.
    /// At most 1,000 deletions a call.
    func deleteObjects(_ deletions: [ObjectDeletion]) async throws -> [Result<ObjectDeleted, StoreError>]

    /// Changes one version in place. Throws `noSuchKey`, `noSuchVersion`, `deleteMarker`, `objectLocked` when its
    /// retention forbids the change, and `preconditionFailed` when it is not what was seen.
    func changeAttributes(_ change: AttributesChange) async throws -> ObjectVersion

    func peekCurrent(_ bucket: BucketID, _ key: ObjectKey) -> Peek<ObjectVersion?>
    /// The current version; nil when absent. Throws `deleteMarker` when the newest version is one.
    func current(_ bucket: BucketID, _ key: ObjectKey) async throws -> ObjectVersion?
    /// A version by id, delete markers included.
    func version(_ bucket: BucketID, _ key: ObjectKey, _ id: VersionID) async throws -> ObjectVersion?

    /// Current versions in byte order of the key. One call never reads more than `limit` entries plus one
    /// seek for each common prefix.
    func listObjects(_ query: ListQuery) async throws -> ObjectPage
    /// All versions, newest first per key.
    func listVersions(_ query: ListQuery, afterVersion: VersionID?) async throws -> VersionPage
}

/// The argument of `commitObject`.
package struct ObjectCommit: Sendable {
    package var bucket: BucketID
    package var key: ObjectKey
    package var content: NewContent
    package var size: Int64
    package var etag: ETag
    package var metadata: ObjectMetadata
    package var checksum: ObjectChecksum?
    package var partCount: Int
    package var preconditions: WritePreconditions
    package var author: KeyID?
    package var attributes: ObjectAttributes
    /// How the bytes are encrypted; nil when they are not.
    package var encryption: ObjectEncryption?
    /// Milliseconds since 1970.
    package var modified: Int64

    package init(
        bucket: BucketID, key: ObjectKey, content: NewContent, size: Int64, etag: ETag,
        metadata: ObjectMetadata,
        checksum: ObjectChecksum? = nil, partCount: Int = 0, preconditions: WritePreconditions = .none,
        author: KeyID? = nil, attributes: ObjectAttributes = .none, encryption: ObjectEncryption? = nil,
        modified: Int64
    ) {
        self.bucket = bucket
        self.key = key
        self.content = content
        self.size = size
        self.etag = etag
        self.metadata = metadata
        self.checksum = checksum
        self.partCount = partCount
        self.preconditions = preconditions
        self.author = author
        self.attributes = attributes
        self.encryption = encryption
        self.modified = modified
    }
}

/// One deletion. Without a version id: versioning off removes the object, else a delete marker is added
/// (suspended: the null version is replaced by a null marker). With one: exactly that version is removed.
package struct ObjectDeletion: Sendable {
    package var bucket: BucketID
    package var key: ObjectKey
    package var versionID: VersionID?
    package var preconditions: WritePreconditions
    package var author: KeyID?
    /// The caller may, and asks to, delete what is retained in governance mode.
    package var bypassesGovernance: Bool
    /// What must be there still; else `preconditionFailed`.
    package var seen: VersionSighting?
    /// Milliseconds since 1970, the time of a delete marker.
    package var now: Int64

    package init(
        bucket: BucketID, key: ObjectKey, versionID: VersionID? = nil,
        preconditions: WritePreconditions = .none,
        author: KeyID? = nil, bypassesGovernance: Bool = false, seen: VersionSighting? = nil, now: Int64
    ) {
        self.bucket = bucket
        self.key = key
        self.versionID = versionID
        self.preconditions = preconditions
        self.author = author
        self.bypassesGovernance = bypassesGovernance
        self.seen = seen
        self.now = now
    }
}

/// What a deletion did.
package struct ObjectDeleted: Hashable, Sendable {
    /// Whether anything was there to delete.
    package var existed: Bool
    /// The delete marker that was added, or the version that was removed.
    package var versionID: VersionID?
    /// Whether `versionID` is a delete marker.
    package var isDeleteMarker: Bool

    package init(existed: Bool, versionID: VersionID? = nil, isDeleteMarker: Bool = false) {
        self.existed = existed
        self.versionID = versionID
        self.isDeleteMarker = isDeleteMarker
    }
}

extension ObjectCatalog {
    package func peekCurrent(_ bucket: BucketID, _ key: ObjectKey) -> Peek<ObjectVersion?> { .unknown }
}
