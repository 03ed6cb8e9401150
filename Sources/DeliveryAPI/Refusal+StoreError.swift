import Objects

extension Refusal {
    /// What a client is told when the store refuses. For a write a missing key means that `If-Match` had nothing
    /// to match (RFC 9110 section 13.1.1), for a read that there is no file.
    init(_ error: StoreError, isWrite: Bool) {
        switch error {
        case .noSuchKey, .noSuchVersion, .deleteMarker:
            self = isWrite ? .preconditionFailed : .noSuchFile
        case .noSuchProject, .noSuchDomain, .noSuchBucket:
            self = .noSuchHost
        case .noSuchAccessKey:
            self = .wrongCredential
        case .noSuchUpload:
            self = .noSuchUpload
        case .preconditionFailed:
            self = .preconditionFailed
        case .overwriteForbidden:
            self = .forbidden("This key may write new files only, and there is one at this URL.")
        case .uploadConflict(let reason):
            self = Refusal(
                status: 409, kind: "upload_conflict", message: "The chunk does not fit its upload: \(reason)."
            )
        case .invalidRange:
            self = .invalid("The Content-Range does not fit the body that came with it.")
        case .tooManyParts:
            self = .invalid("The upload has too many separate ranges; send larger chunks.")
        case .invalidName(let reason), .invalidArgument(let reason):
            self = .invalid(reason)
        case .invalidPart, .invalidPartOrder, .partTooSmall, .sizeMismatch:
            self = .invalid("The parts do not make up the file that was announced.")
        case .bodyTooLarge(let limit):
            self = .tooLarge(limit: limit)
        case .bodyIncomplete:
            self = .invalid("The body ended before the length that was announced.")
        case .bodyTooSlow:
            self = .tooSlow
        case .digestMismatch(let name):
            self = Refusal(
                status: 400, kind: "digest_mismatch",
                message: "The bytes that arrived do not have the digest that \(name) announced.")
        case .storageLimit(let limit):
            self = Refusal(
                status: 402, kind: "storage_limit", message: "The project may keep \(limit) bytes at most.")
        case .uploadLimit(let limit):
            self = Refusal(
                status: 403, kind: "upload_limit",
                message: "The project may have \(limit) uploads in progress at most.")
        case .noSuchMedia:
            self = .invalid("There is no media object of this id.")
        case .objectLocked:
            self = Refusal(
                status: 403, kind: "locked",
                message: "The file is locked; it can be neither deleted nor replaced.")
        case .outOfSpace:
            self = Refusal(
                status: 507, kind: "storage_full", message: "There is no space left; nothing was stored.")
        case .overloaded, .expired:
            self = .overloaded
        case .projectExists, .projectNotEmpty, .accessKeyExists, .domainExists, .bucketExists,
            .bucketNotEmpty, .invalidBucketState, .noSuchEncryptionKey, .encryptionKeyExists,
            .encryptionKeyDisabled, .noSuchWebhook, .webhookExists, .invalidWriteOffset, .encryptionMismatch,
            .renameTokenMismatch, .noSuchIdentity, .identityExists, .identityInUse, .identityLimit, .corrupt,
            .internalFault:
            self = .fault
        }
    }
}
