/// Everything the store can refuse, a closed set that each door maps to its own answers.
package enum StoreError: Error, Hashable, Sendable {
    // names and accounts
    case noSuchProject, projectExists, projectNotEmpty
    case noSuchAccessKey, accessKeyExists
    case noSuchDomain, domainExists
    case noSuchEncryptionKey, encryptionKeyExists
    /// What it protects can be neither read nor written.
    case encryptionKeyDisabled
    case noSuchWebhook, webhookExists
    case noSuchMedia
    /// The project keeps as many bytes as it may.
    case storageLimit(Int64)
    /// The project has as many open uploads as it may.
    case uploadLimit(Int64)
    case invalidName(String)
    /// A user, group or role, or what it is said to have.
    case noSuchIdentity
    case identityExists
    /// What is to be taken away first, in AWS's words.
    case identityInUse(String)
    /// A quota of IAM, in AWS's words.
    case identityLimit(String)

    // buckets and objects
    case noSuchBucket, bucketExists(owner: ProjectID), bucketNotEmpty
    case noSuchKey, noSuchVersion
    /// The current version is a delete marker.
    case deleteMarker(VersionID)
    case preconditionFailed
    /// What is to be appended does not begin at the object's end, which is here.
    case invalidWriteOffset(size: Int64)
    /// What is to be appended is not encrypted as the object is.
    case encryptionMismatch
    /// The token of a rename was given to another one before.
    case renameTokenMismatch
    /// A retention or legal hold forbids it.
    case objectLocked
    /// The bucket's object lock does not allow the change.
    case invalidBucketState
    case overwriteForbidden

    // uploads
    case noSuchUpload
    case invalidPart(number: Int)
    case invalidPartOrder
    case partTooSmall(number: Int, size: Int64, minimum: Int64)
    /// Total of the parts differs from what the client announced.
    case sizeMismatch
    /// A later chunk contradicts what the first one fixed.
    case uploadConflict(String)
    case invalidRange
    case tooManyParts

    // bodies
    case bodyTooLarge(limit: Int64)
    /// The client sent fewer bytes than it announced.
    case bodyIncomplete
    /// The client sent its body slower than the limits ask, and what came is not kept.
    case bodyTooSlow
    /// A digest or checksum that the client sent is not that of the bytes.
    case digestMismatch(String)
    /// The client's own reason for refusing, found while the body was described.
    case invalidArgument(String)

    // the machine
    /// No space is left; nothing was stored, reads and deletes still work.
    case outOfSpace
    /// Too much is queued; try again.
    case overloaded
    /// A reader or upload held its place longer than allowed.
    case expired
    /// Stored bytes are missing or false.
    case corrupt(String)
    /// A fault of the server; the cause is in the log.
    case internalFault(String)
}
