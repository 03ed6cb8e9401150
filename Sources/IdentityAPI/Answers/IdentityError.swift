import Auth
import HTTPServer
import NIOCore
import Objects
import XML

/// A refusal in the words of IAM and STS.
///
/// Source: AWS IAM and STS API References, "Common Errors".
struct IdentityError: Error, Sendable {
    var status: Int
    var code: String
    var message: String
    /// What goes to the log and not to the client.
    var cause: String?

    init(_ status: Int, _ code: String, _ message: String, cause: String? = nil) {
        self.status = status
        self.code = code
        self.message = message
        self.cause = cause
    }

    static let malformedQuery = IdentityError(
        400, "MalformedQueryString", "The query string contains a syntax error.")
    static let missingToken = IdentityError(
        403, "MissingAuthenticationToken", "Request is missing Authentication Token")
    static let invalidToken = IdentityError(
        403, "InvalidClientTokenId", "The security token included in the request is invalid.")

    static func validation(_ message: String) -> IdentityError { .init(400, "ValidationError", message) }

    static func noSuch(_ kind: Identity.Kind, _ name: String) -> IdentityError {
        .init(404, "NoSuchEntity", "The \(kind.rawValue) with name \(name) cannot be found.")
    }

    static func noSuchPolicy(_ name: String) -> IdentityError {
        .init(404, "NoSuchEntity", "The policy \(name) cannot be found.")
    }

    static func denied(_ caller: String, _ action: String, _ resource: String) -> IdentityError {
        .init(
            403, "AccessDenied",
            "User: \(caller) is not authorized to perform: \(action)"
                + (resource == "*" ? "" : " on resource: \(resource)"))
    }

    static func malformedPolicy(_ why: BucketPolicy.Malformed) -> IdentityError {
        .init(400, "MalformedPolicyDocument", why.why)
    }

    func response(_ request: HTTPRequest, namespace: String) -> HTTPResponse {
        var xml = XMLWriter()
        xml.open("ErrorResponse", ("xmlns", namespace))
        xml.open("Error")
        xml.element("Type", status < 500 ? "Sender" : "Receiver")
        xml.element("Code", code)
        xml.element("Message", message)
        xml.close()
        xml.element("RequestId", request.id)
        xml.close()
        return HTTPResponse(
            status: status, headers: ["Content-Type": "text/xml"],
            body: .bytes(xml.withBytes { ByteBuffer(bytes: $0) }))
    }
}

extension IdentityError {
    /// What is unknown is the server's fault and told to the log only.
    init(any error: any Error) {
        switch error {
        case let error as IdentityError: self = error
        case let error as StoreError: self.init(store: error)
        case let error as S3AuthError: self.init(auth: error)
        case let error as BucketPolicy.Malformed: self = .malformedPolicy(error)
        case is BodyError: self.init(400, "IncompleteBody", "The body of the request did not come whole.")
        default: self.init(500, "ServiceFailure", Self.failure, cause: "\(error)")
        }
    }

    private static let failure = "The request processing has failed because of an unknown error."

    /// What is wrong with a signature, as these services name it.
    init(auth error: S3AuthError) {
        switch error {
        case .store(let error): self.init(store: error)
        case .invalidAccessKeyID, .invalidToken: self = .invalidToken
        case .expiredToken:
            self.init(403, "ExpiredToken", "The security token included in the request is expired")
        case .signatureDoesNotMatch:
            self.init(403, "SignatureDoesNotMatch", error.message)
        case .requestTimeTooSkewed, .requestExpired:
            self.init(
                403, "SignatureDoesNotMatch", "Signature expired: the request is too old or not yet valid.")
        case .authorizationHeaderMalformed, .authorizationQueryParameters, .lifetimeOutOfRange,
            .headersNotSigned,
            .invalidArgument,
            .invalidRequest:
            self.init(400, "IncompleteSignature", error.message)
        case .accessDenied:
            self.init(403, "AccessDenied", error.message)
        case .invalidURI, .invalidPolicyDocument, .missingContentLength, .contentSHA256Mismatch,
            .incompleteBody, .invalidChunkSize, .malformedTrailer:
            self.init(400, "InvalidRequest", error.message)
        }
    }

    /// What the store refused.
    init(store error: StoreError) {
        switch error {
        case .noSuchIdentity, .noSuchAccessKey:
            self.init(404, "NoSuchEntity", "What the request names cannot be found.")
        case .identityExists:
            self.init(409, "EntityAlreadyExists", "An entity of this name already exists.")
        case .identityInUse(let what): self.init(409, "DeleteConflict", what)
        case .identityLimit(let what): self.init(409, "LimitExceeded", what)
        case .invalidName(let what), .invalidArgument(let what): self = .validation(what)
        case .overloaded, .outOfSpace, .expired, .bodyTooSlow:
            self.init(
                503, "ServiceUnavailable", "The request has failed due to a temporary failure of the server.")
        case .noSuchProject, .projectExists, .projectNotEmpty, .accessKeyExists, .noSuchDomain, .domainExists,
            .noSuchEncryptionKey, .encryptionKeyExists, .encryptionKeyDisabled, .noSuchBucket, .bucketExists,
            .bucketNotEmpty, .noSuchKey, .noSuchVersion, .deleteMarker, .preconditionFailed,
            .invalidWriteOffset, .encryptionMismatch, .renameTokenMismatch, .objectLocked,
            .invalidBucketState,
            .overwriteForbidden, .noSuchWebhook, .webhookExists, .noSuchMedia, .storageLimit, .uploadLimit,
            .noSuchUpload, .invalidPart,
            .invalidPartOrder, .partTooSmall, .sizeMismatch,
            .uploadConflict, .invalidRange, .tooManyParts, .bodyTooLarge, .bodyIncomplete, .digestMismatch,
            .corrupt, .internalFault:
            self.init(500, "ServiceFailure", Self.failure, cause: "\(error)")
        }
    }
}
