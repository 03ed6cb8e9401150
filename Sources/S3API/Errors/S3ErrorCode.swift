/// An error that this door words itself, as AWS names and words it; those of signatures come with their own words.
struct S3ErrorCode: Sendable {
    var name: String
    var status: Int
    /// AWS's sentence.
    var message: String

    private init(_ name: String, _ status: Int, _ message: String) {
        self.name = name
        self.status = status
        self.message = message
    }
}

extension S3ErrorCode {
    static let accessDenied = S3ErrorCode("AccessDenied", 403, "Access Denied")
    static let accessForbidden = S3ErrorCode(
        "AccessForbidden", 403, "CORSResponse: CORS is not enabled for this bucket.")
    static let accessControlListNotSupported = S3ErrorCode(
        "AccessControlListNotSupported", 400, "The bucket does not allow ACLs")
    static let badRequest = S3ErrorCode("BadRequest", 400, "Bad Request")
    static let badDigest = S3ErrorCode(
        "BadDigest", 400, "The Content-MD5 you specified did not match what we received.")
    static let bucketAlreadyExists = S3ErrorCode(
        "BucketAlreadyExists", 409,
        "The requested bucket name is not available. The bucket namespace is shared by all users of"
            + " the system. Please select a different name and try again.")
    static let bucketAlreadyOwnedByYou = S3ErrorCode(
        "BucketAlreadyOwnedByYou", 409,
        "Your previous request to create the named bucket succeeded and you already own it.")
    static let bucketNotEmpty = S3ErrorCode(
        "BucketNotEmpty", 409, "The bucket you tried to delete is not empty")
    static let entityTooLarge = S3ErrorCode(
        "EntityTooLarge", 400, "Your proposed upload exceeds the maximum allowed size")
    static let entityTooSmall = S3ErrorCode(
        "EntityTooSmall", 400, "Your proposed upload is smaller than the minimum allowed size")
    static let illegalVersioningConfiguration = S3ErrorCode(
        "IllegalVersioningConfigurationException", 400,
        "The Versioning element must be specified and its Status must be Enabled or Suspended.")
    static let incompleteBody = S3ErrorCode(
        "IncompleteBody", 400,
        "You did not provide the number of bytes specified by the Content-Length HTTP header")
    static let insufficientStorage = S3ErrorCode(
        "InsufficientStorage", 507, "There is not enough space to store the object.")
    static let internalError = S3ErrorCode(
        "InternalError", 500, "We encountered an internal error. Please try again.")
    static let invalidArgument = S3ErrorCode("InvalidArgument", 400, "Invalid Argument")
    static let invalidBucketName = S3ErrorCode("InvalidBucketName", 400, "The specified bucket is not valid.")
    static let invalidBucketState = S3ErrorCode(
        "InvalidBucketState", 409,
        "The request is not valid with the current state of the bucket.")
    static let invalidBucketAclWithObjectOwnership = S3ErrorCode(
        "InvalidBucketAclWithObjectOwnership", 400,
        "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting")
    static let invalidRetentionPeriod = S3ErrorCode(
        "InvalidRetentionPeriod", 400, "Default retention period must be a positive integer value.")
    static let invalidTag = S3ErrorCode("InvalidTag", 400, "The tag provided was not a valid tag.")
    static let malformedPolicy = S3ErrorCode("MalformedPolicy", 400, "Policies must be valid JSON.")
    /// Not AWS's, which has no quotas; Ceph answers so.
    static let quotaExceeded = S3ErrorCode("QuotaExceeded", 403, "The account's quota is used up.")
    static let missingSecurityHeader = S3ErrorCode(
        "MissingSecurityHeader", 400, "Your request was missing a required header.")
    static let noSuchObjectLockConfiguration = S3ErrorCode(
        "NoSuchObjectLockConfiguration", 404, "The specified object does not have a ObjectLock configuration")
    static let unexpectedContent = S3ErrorCode(
        "UnexpectedContent", 400, "This request does not support content")
    static let unresolvableGrantByEmailAddress = S3ErrorCode(
        "UnresolvableGrantByEmailAddress", 400,
        "The e-mail address you provided does not match any account on record.")
    static let invalidDigest = S3ErrorCode("InvalidDigest", 400, "The Content-MD5 you specified was invalid.")
    static let invalidLocationConstraint = S3ErrorCode(
        "InvalidLocationConstraint", 400, "The specified location-constraint is not valid")
    static let invalidPart = S3ErrorCode(
        "InvalidPart", 400,
        "One or more of the specified parts could not be found.  The part may not have been "
            + "uploaded, or the specified entity tag may not match the part's entity tag.")
    static let invalidPartOrder = S3ErrorCode(
        "InvalidPartOrder", 400,
        "The list of parts was not in ascending order. Parts must be ordered by part number.")
    static let invalidRange = S3ErrorCode("InvalidRange", 416, "The requested range is not satisfiable")
    static let invalidRequest = S3ErrorCode("InvalidRequest", 400, "Invalid Request")
    static let invalidStorageClass = S3ErrorCode(
        "InvalidStorageClass", 400, "The storage class you specified is not valid")
    static let invalidTargetBucketForLogging = S3ErrorCode(
        "InvalidTargetBucketForLogging", 400,
        "The target bucket for logging does not exist, is not owned by you, or does not have the appropriate grants for the log-delivery group."
    )
    static let invalidWriteOffset = S3ErrorCode(
        "InvalidWriteOffset", 400,
        "The write offset value that you specified does not match the current object size.")
    static let encryptionTypeMismatch = S3ErrorCode(
        "EncryptionTypeMismatch", 400,
        "The existing object was created with a different encryption type. Subsequent write requests must"
            + " include the appropriate encryption parameters in the request or while creating the session.")
    static let idempotencyParameterMismatch = S3ErrorCode(
        "IdempotencyParameterMismatch", 400,
        "Parameters on this idempotent request are inconsistent with parameters used in previous request(s).")
    static let tooManyParts = S3ErrorCode(
        "TooManyParts", 400,
        "You have attempted to add more parts than the maximum of 10000 that are allowed for this object."
            + " You can copy it as a part of a multipart upload and add more data to that object.")
    static let invalidURI = S3ErrorCode("InvalidURI", 400, "Couldn't parse the specified URI.")
    static let kmsDisabled = S3ErrorCode("KMS.DisabledException", 400, "The key is disabled.")
    static let kmsNotFound = S3ErrorCode(
        "KMS.NotFoundException", 400, "The specified KMS key does not exist.")
    static let keyTooLong = S3ErrorCode("KeyTooLongError", 400, "Your key is too long")
    static let malformedACL = S3ErrorCode(
        "MalformedACLError", 400,
        "The XML you provided was not well-formed or did not validate against our published schema")
    static let malformedPOSTRequest = S3ErrorCode(
        "MalformedPOSTRequest", 400,
        "The body of your POST request is not well-formed multipart/form-data.")
    static let malformedTrailer = S3ErrorCode(
        "MalformedTrailerError", 400,
        "The request contained trailing data that was not well-formed or did not conform to our "
            + "published schema.")
    static let malformedXML = S3ErrorCode(
        "MalformedXML", 400,
        "The XML you provided was not well-formed or did not validate against our published schema")
    static let maxMessageLengthExceeded = S3ErrorCode(
        "MaxMessageLengthExceeded", 400, "Your request was too big.")
    static let maxPostPreDataLengthExceeded = S3ErrorCode(
        "MaxPostPreDataLengthExceededError", 400,
        "Your POST request fields preceding the upload file were too large.")
    static let metadataTooLarge = S3ErrorCode(
        "MetadataTooLarge", 400, "Your metadata headers exceed the maximum allowed metadata size")
    static let methodNotAllowed = S3ErrorCode(
        "MethodNotAllowed", 405, "The specified method is not allowed against this resource.")
    static let missingContentLength = S3ErrorCode(
        "MissingContentLength", 411, "You must provide the Content-Length HTTP header.")
    static let noSuchBucket = S3ErrorCode("NoSuchBucket", 404, "The specified bucket does not exist")
    static let noSuchBucketPolicy = S3ErrorCode("NoSuchBucketPolicy", 404, "The bucket policy does not exist")
    static let noSuchConfiguration = S3ErrorCode(
        "NoSuchConfiguration", 404, "The specified configuration does not exist.")
    static let noSuchCORSConfiguration = S3ErrorCode(
        "NoSuchCORSConfiguration", 404, "The CORS configuration does not exist")
    static let noSuchKey = S3ErrorCode("NoSuchKey", 404, "The specified key does not exist.")
    static let noSuchLifecycleConfiguration = S3ErrorCode(
        "NoSuchLifecycleConfiguration", 404, "The lifecycle configuration does not exist")
    static let noSuchPublicAccessBlockConfiguration = S3ErrorCode(
        "NoSuchPublicAccessBlockConfiguration", 404, "The public access block configuration was not found")
    static let noSuchTagSet = S3ErrorCode("NoSuchTagSet", 404, "The TagSet does not exist")
    static let noSuchUpload = S3ErrorCode(
        "NoSuchUpload", 404,
        "The specified upload does not exist. The upload ID may be invalid, or the upload may have "
            + "been aborted or completed.")
    static let noSuchVersion = S3ErrorCode("NoSuchVersion", 404, "The specified version does not exist.")
    static let noSuchWebsiteConfiguration = S3ErrorCode(
        "NoSuchWebsiteConfiguration", 404, "The specified bucket does not have a website configuration")
    static let notImplemented = S3ErrorCode("NotImplemented", 501, "This functionality is not implemented.")
    static let objectLockConfigurationNotFound = S3ErrorCode(
        "ObjectLockConfigurationNotFoundError", 404,
        "Object Lock configuration does not exist for this bucket")
    static let operationAborted = S3ErrorCode(
        "OperationAborted", 409,
        "A conflicting conditional operation is currently in progress against this resource. Please"
            + " try again.")
    static let ownershipControlsNotFound = S3ErrorCode(
        "OwnershipControlsNotFoundError", 404, "The bucket ownership controls were not found")
    static let preconditionFailed = S3ErrorCode(
        "PreconditionFailed", 412, "At least one of the pre-conditions you specified did not hold")
    static let replicationConfigurationNotFound = S3ErrorCode(
        "ReplicationConfigurationNotFoundError", 404, "The replication configuration was not found")
    static let requestTimeout = S3ErrorCode(
        "RequestTimeout", 400,
        "Your socket connection to the server was not read from or written to within the timeout "
            + "period. Idle connections will be closed.")
    static let serverSideEncryptionConfigurationNotFound = S3ErrorCode(
        "ServerSideEncryptionConfigurationNotFoundError", 404,
        "The server side encryption configuration was not found")
    static let slowDown = S3ErrorCode("SlowDown", 503, "Please reduce your request rate.")
    static let userKeyMustBeSpecified = S3ErrorCode(
        "UserKeyMustBeSpecified", 400,
        "The bucket POST must contain the specified field name. If it is specified, check the order"
            + " of the fields.")
    static let contentSHA256Mismatch = S3ErrorCode(
        "XAmzContentSHA256Mismatch", 400,
        "The provided 'x-amz-content-sha256' header does not match what was computed.")
}
