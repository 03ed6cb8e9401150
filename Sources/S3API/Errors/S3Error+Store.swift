import Objects

extension S3Error {
    /// What the store refused, in AWS's words.
    init(store error: StoreError) {
        switch error {
        case .noSuchProject, .noSuchAccessKey: self.init(.accessDenied)
        case .noSuchWebhook, .webhookExists, .noSuchMedia, .projectExists, .projectNotEmpty, .accessKeyExists,
            .noSuchDomain, .domainExists:
            self.init(.internalError, cause: "\(error)")
        case .noSuchIdentity, .identityExists, .identityInUse, .identityLimit:
            self.init(.internalError, cause: "\(error)")
        case .storageLimit(let limit):
            self.init(.quotaExceeded, "The account may keep \(limit) bytes at most.")
        case .uploadLimit(let limit):
            self.init(.quotaExceeded, "The account may have \(limit) uploads in progress at most.")
        case .invalidName(let what): self.init(.invalidArgument, what)

        case .noSuchEncryptionKey: self.init(.kmsNotFound)
        case .encryptionKeyDisabled: self.init(.kmsDisabled)
        case .encryptionKeyExists: self.init(.internalError, cause: "\(error)")
        case .noSuchBucket: self.init(.noSuchBucket)
        case .bucketExists: self.init(.bucketAlreadyExists)
        case .bucketNotEmpty: self.init(.bucketNotEmpty)
        case .noSuchKey: self.init(.noSuchKey)
        case .noSuchVersion: self.init(.noSuchVersion)
        case .deleteMarker(let version):
            self.init(
                .noSuchKey, headers: [("x-amz-delete-marker", "true"), ("x-amz-version-id", version.string)])
        case .preconditionFailed: self.init(.preconditionFailed)
        case .invalidWriteOffset(let size):
            self.init(.invalidWriteOffset, fields: [("ObjectSize", String(size))])
        case .encryptionMismatch: self.init(.encryptionTypeMismatch)
        case .renameTokenMismatch: self.init(.idempotencyParameterMismatch)
        case .overwriteForbidden: self.init(.accessDenied)
        case .objectLocked:
            self.init(.accessDenied, "Access Denied because object protected by object lock.")
        case .invalidBucketState: self.init(.invalidBucketState)

        case .noSuchUpload: self.init(.noSuchUpload)
        case .invalidPart(let number): self.init(.invalidPart, fields: [("PartNumber", String(number))])
        case .invalidPartOrder: self.init(.invalidPartOrder)
        case .partTooSmall(let number, let size, let minimum):
            self.init(
                .entityTooSmall,
                fields: [
                    ("ProposedSize", String(size)), ("MinSizeAllowed", String(minimum)),
                    ("PartNumber", String(number)),
                ])
        case .sizeMismatch:
            self.init(
                .invalidRequest,
                "The provided 'x-amz-mp-object-size' header value does not match what was computed.")
        case .uploadConflict(let why): self.init(.operationAborted, why)
        case .invalidRange: self.init(.invalidRange)
        case .tooManyParts:
            self.init(.tooManyParts)

        case .bodyTooLarge(let limit):
            self.init(.entityTooLarge, fields: [("MaxSizeAllowed", String(limit))])
        case .bodyIncomplete: self.init(.incompleteBody)
        case .digestMismatch(let what): self.init(.badDigest, what.isEmpty ? nil : what)
        case .invalidArgument(let what): self.init(.invalidArgument, what)

        case .outOfSpace: self.init(.insufficientStorage, cause: "no space is left")
        case .overloaded: self.init(.slowDown, headers: [("Retry-After", "1")])
        case .bodyTooSlow, .expired: self.init(.requestTimeout)
        case .corrupt(let what), .internalFault(let what): self.init(.internalError, cause: what)
        }
    }
}
