/// Objects and their versions.
package protocol ObjectCatalog: Sendable {
    /// Makes a version current. Judges `preconditions` against the current version inside the transaction
    /// (`preconditionFailed`, `noSuchKey`, `overwriteForbidden`), takes a reference on the content, gives the
    /// key its file and media ids (kept when the key has a current version), and drops what is replaced
    /// (versioning off or suspended: the null version; enabled: nothing). Throws `noSuchBucket` when the
    /// bucket has been deleted meanwhile.
    ///
    /// A commit that appends makes a version of the current one's bytes and its own (`ObjectVersion.appended`); at
    /// offset 0 of a key that is absent it is any other commit. Throws `invalidWriteOffset`, `tooManyParts`,
    /// `encryptionMismatch`.
    func commitObject(_ commit: ObjectCommit) async throws -> ObjectVersion

    /// Gives the current version of a key another key, in place of what that holds. With versioning off it stays the
    /// same version and file; else the destination gets a new version and the source a delete marker. Throws
    /// `noSuchKey`, `preconditionFailed`, `overwriteForbidden`, `objectLocked`, `renameTokenMismatch`.
    func renameObject(_ rename: ObjectRename) async throws -> ObjectVersion

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
    /// The size that the current version must have; the content, size, tag and checksum are those of what follows it.
    package var appendsAt: Int64?
    package var preconditions: WritePreconditions
    package var author: KeyID?
    package var attributes: ObjectAttributes
    /// How the bytes are encrypted; nil when they are not.
    package var encryption: ObjectEncryption?
    /// For those who are told of changes; nil tells nobody.
    package var origin: ChangeOrigin?
    /// Milliseconds since 1970.
    package var modified: Int64

    package init(
        bucket: BucketID, key: ObjectKey, content: NewContent, size: Int64, etag: ETag,
        metadata: ObjectMetadata,
        checksum: ObjectChecksum? = nil, partCount: Int = 0, appendsAt: Int64? = nil,
        preconditions: WritePreconditions = .none,
        author: KeyID? = nil, attributes: ObjectAttributes = .none, encryption: ObjectEncryption? = nil,
        origin: ChangeOrigin? = nil, modified: Int64
    ) {
        self.bucket = bucket
        self.key = key
        self.content = content
        self.size = size
        self.etag = etag
        self.metadata = metadata
        self.checksum = checksum
        self.partCount = partCount
        self.appendsAt = appendsAt
        self.preconditions = preconditions
        self.author = author
        self.attributes = attributes
        self.encryption = encryption
        self.origin = origin
        self.modified = modified
    }
}

/// The argument of `renameObject`.
package struct ObjectRename: Sendable {
    package var bucket: BucketID
    package var source: ObjectKey
    package var destination: ObjectKey
    /// Of the destination.
    package var preconditions: WritePreconditions
    /// What must be there still; else `preconditionFailed`.
    package var seenSource: VersionSighting?
    package var seenDestination: VersionSighting?
    package var author: KeyID?
    /// A repeat with the same token, within `ObjectRename.tokenLifetime`, is the same rename.
    package var token: String?
    /// For those who are told of changes; nil tells nobody.
    package var origin: ChangeOrigin?
    /// Milliseconds since 1970.
    package var now: Int64

    /// Milliseconds that a token is remembered.
    package static let tokenLifetime: Int64 = 24 * 3_600_000

    package init(
        bucket: BucketID, source: ObjectKey, destination: ObjectKey,
        preconditions: WritePreconditions = .none, seenSource: VersionSighting? = nil,
        seenDestination: VersionSighting? = nil, author: KeyID? = nil, token: String? = nil,
        origin: ChangeOrigin? = nil, now: Int64
    ) {
        self.bucket = bucket
        self.source = source
        self.destination = destination
        self.preconditions = preconditions
        self.seenSource = seenSource
        self.seenDestination = seenDestination
        self.author = author
        self.token = token
        self.origin = origin
        self.now = now
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
    /// For those who are told of changes; nil tells nobody.
    package var origin: ChangeOrigin?
    /// Milliseconds since 1970, the time of a delete marker.
    package var now: Int64

    package init(
        bucket: BucketID, key: ObjectKey, versionID: VersionID? = nil,
        preconditions: WritePreconditions = .none,
        author: KeyID? = nil, bypassesGovernance: Bool = false, seen: VersionSighting? = nil,
        origin: ChangeOrigin? = nil, now: Int64
    ) {
        self.bucket = bucket
        self.key = key
        self.versionID = versionID
        self.preconditions = preconditions
        self.author = author
        self.bypassesGovernance = bypassesGovernance
        self.seen = seen
        self.origin = origin
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
