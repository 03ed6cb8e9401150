/// AWS's names of the errors that this door words itself; those of signatures come with their own.
enum S3ErrorCode: String, CaseIterable, Sendable {
    case accessDenied = "AccessDenied"
    case accessForbidden = "AccessForbidden"
    case accessControlListNotSupported = "AccessControlListNotSupported"
    case badDigest = "BadDigest"
    case bucketAlreadyExists = "BucketAlreadyExists"
    case bucketAlreadyOwnedByYou = "BucketAlreadyOwnedByYou"
    case bucketNotEmpty = "BucketNotEmpty"
    case entityTooLarge = "EntityTooLarge"
    case entityTooSmall = "EntityTooSmall"
    case incompleteBody = "IncompleteBody"
    case insufficientStorage = "InsufficientStorage"
    case internalError = "InternalError"
    case invalidArgument = "InvalidArgument"
    case invalidBucketName = "InvalidBucketName"
    case invalidDigest = "InvalidDigest"
    case invalidLocationConstraint = "InvalidLocationConstraint"
    case invalidPart = "InvalidPart"
    case invalidPartOrder = "InvalidPartOrder"
    case invalidRange = "InvalidRange"
    case invalidRequest = "InvalidRequest"
    case invalidStorageClass = "InvalidStorageClass"
    case invalidURI = "InvalidURI"
    case keyTooLong = "KeyTooLongError"
    case malformedTrailer = "MalformedTrailerError"
    case malformedXML = "MalformedXML"
    case maxMessageLengthExceeded = "MaxMessageLengthExceeded"
    case metadataTooLarge = "MetadataTooLarge"
    case methodNotAllowed = "MethodNotAllowed"
    case missingContentLength = "MissingContentLength"
    case noSuchBucket = "NoSuchBucket"
    case noSuchBucketPolicy = "NoSuchBucketPolicy"
    case noSuchCORSConfiguration = "NoSuchCORSConfiguration"
    case noSuchKey = "NoSuchKey"
    case noSuchLifecycleConfiguration = "NoSuchLifecycleConfiguration"
    case noSuchPublicAccessBlockConfiguration = "NoSuchPublicAccessBlockConfiguration"
    case noSuchTagSet = "NoSuchTagSet"
    case noSuchUpload = "NoSuchUpload"
    case noSuchVersion = "NoSuchVersion"
    case noSuchWebsiteConfiguration = "NoSuchWebsiteConfiguration"
    case notImplemented = "NotImplemented"
    case objectLockConfigurationNotFound = "ObjectLockConfigurationNotFoundError"
    case operationAborted = "OperationAborted"
    case ownershipControlsNotFound = "OwnershipControlsNotFoundError"
    case preconditionFailed = "PreconditionFailed"
    case replicationConfigurationNotFound = "ReplicationConfigurationNotFoundError"
    case requestTimeout = "RequestTimeout"
    case serverSideEncryptionConfigurationNotFound = "ServerSideEncryptionConfigurationNotFoundError"
    case slowDown = "SlowDown"
    case userKeyMustBeSpecified = "UserKeyMustBeSpecified"
    case contentSHA256Mismatch = "XAmzContentSHA256Mismatch"
}

extension S3ErrorCode {
    var status: Int {
        switch self {
        case .accessControlListNotSupported, .badDigest, .entityTooLarge, .entityTooSmall, .incompleteBody,
            .invalidArgument, .invalidBucketName, .invalidDigest, .invalidLocationConstraint, .invalidPart,
            .invalidPartOrder, .invalidRequest, .invalidStorageClass, .invalidURI, .keyTooLong,
            .malformedTrailer, .malformedXML, .maxMessageLengthExceeded, .metadataTooLarge, .requestTimeout,
            .userKeyMustBeSpecified, .contentSHA256Mismatch:
            400
        case .accessDenied, .accessForbidden: 403
        case .noSuchBucket, .noSuchBucketPolicy, .noSuchCORSConfiguration, .noSuchKey,
            .noSuchLifecycleConfiguration, .noSuchPublicAccessBlockConfiguration, .noSuchTagSet,
            .noSuchUpload, .noSuchVersion, .noSuchWebsiteConfiguration, .objectLockConfigurationNotFound,
            .ownershipControlsNotFound, .replicationConfigurationNotFound,
            .serverSideEncryptionConfigurationNotFound:
            404
        case .methodNotAllowed: 405
        case .bucketAlreadyExists, .bucketAlreadyOwnedByYou, .bucketNotEmpty, .operationAborted: 409
        case .missingContentLength: 411
        case .preconditionFailed: 412
        case .invalidRange: 416
        case .internalError: 500
        case .notImplemented: 501
        case .slowDown: 503
        case .insufficientStorage: 507
        }
    }

    /// AWS's sentence.
    var message: String {
        switch self {
        case .accessDenied: "Access Denied"
        case .accessForbidden: "CORSResponse: CORS is not enabled for this bucket."
        case .accessControlListNotSupported: "The bucket does not allow ACLs"
        case .badDigest: "The Content-MD5 you specified did not match what we received."
        case .bucketAlreadyExists:
            """
            The requested bucket name is not available. The bucket namespace is shared by all users \
            of the system. Please select a different name and try again.
            """
        case .bucketAlreadyOwnedByYou:
            """
            Your previous request to create the named bucket succeeded and you already own it.
            """
        case .bucketNotEmpty: "The bucket you tried to delete is not empty"
        case .entityTooLarge: "Your proposed upload exceeds the maximum allowed size"
        case .entityTooSmall: "Your proposed upload is smaller than the minimum allowed size"
        case .incompleteBody:
            """
            You did not provide the number of bytes specified by the Content-Length HTTP header
            """
        case .insufficientStorage: "There is not enough space to store the object."
        case .internalError: "We encountered an internal error. Please try again."
        case .invalidArgument: "Invalid Argument"
        case .invalidBucketName: "The specified bucket is not valid."
        case .invalidDigest: "The Content-MD5 you specified was invalid."
        case .invalidLocationConstraint: "The specified location-constraint is not valid"
        case .invalidPart:
            """
            One or more of the specified parts could not be found.  The part may not have been \
            uploaded, or the specified entity tag may not match the part's entity tag.
            """
        case .invalidPartOrder:
            """
            The list of parts was not in ascending order. Parts must be ordered by part number.
            """
        case .invalidRange: "The requested range is not satisfiable"
        case .invalidRequest: "Invalid Request"
        case .invalidStorageClass: "The storage class you specified is not valid"
        case .invalidURI: "Couldn't parse the specified URI."
        case .keyTooLong: "Your key is too long"
        case .malformedTrailer:
            """
            The request contained trailing data that was not well-formed or did not conform to our \
            published schema.
            """
        case .malformedXML:
            """
            The XML you provided was not well-formed or did not validate against our published \
            schema
            """
        case .maxMessageLengthExceeded: "Your request was too big."
        case .metadataTooLarge: "Your metadata headers exceed the maximum allowed metadata size"
        case .methodNotAllowed: "The specified method is not allowed against this resource."
        case .missingContentLength: "You must provide the Content-Length HTTP header."
        case .noSuchBucket: "The specified bucket does not exist"
        case .noSuchBucketPolicy: "The bucket policy does not exist"
        case .noSuchCORSConfiguration: "The CORS configuration does not exist"
        case .noSuchKey: "The specified key does not exist."
        case .noSuchLifecycleConfiguration: "The lifecycle configuration does not exist"
        case .noSuchPublicAccessBlockConfiguration: "The public access block configuration was not found"
        case .noSuchTagSet: "The TagSet does not exist"
        case .noSuchUpload:
            """
            The specified upload does not exist. The upload ID may be invalid, or the upload may \
            have been aborted or completed.
            """
        case .noSuchVersion: "The specified version does not exist."
        case .noSuchWebsiteConfiguration: "The specified bucket does not have a website configuration"
        case .notImplemented: "This functionality is not implemented."
        case .objectLockConfigurationNotFound: "Object Lock configuration does not exist for this bucket"
        case .operationAborted:
            """
            A conflicting conditional operation is currently in progress against this resource. \
            Please try again.
            """
        case .ownershipControlsNotFound: "The bucket ownership controls were not found"
        case .preconditionFailed: "At least one of the pre-conditions you specified did not hold"
        case .replicationConfigurationNotFound: "The replication configuration was not found"
        case .requestTimeout:
            """
            Your socket connection to the server was not read from or written to within the timeout \
            period. Idle connections will be closed.
            """
        case .serverSideEncryptionConfigurationNotFound:
            """
            The server side encryption configuration was not found
            """
        case .slowDown: "Please reduce your request rate."
        case .userKeyMustBeSpecified:
            """
            The bucket POST must contain the specified field name. If it is specified, check the \
            order of the fields.
            """
        case .contentSHA256Mismatch:
            """
            The provided 'x-amz-content-sha256' header does not match what was computed.
            """
        }
    }
}
