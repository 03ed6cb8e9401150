import Files
import HTTPServer
import NIOCore
import Objects

/// Why a request is not done, as its client is told.
struct LibraryRefusal: Error, Sendable {
    var status: Int
    /// For programs; stays the same when the wording changes.
    var kind: String
    var message: String
    /// Methods that the path has, for 405 (RFC 9110, 15.5.6).
    var allowed: [String]

    /// Bare: the message at the top, beside it what the other doors say; in the envelope there is no data.
    func response(to request: HTTPRequest, _ shape: ResponseShape) -> HTTPResponse {
        var document = errorDocument(kind: kind, message: message, requestID: request.id)
        if shape == .envelope { document = Array(#"{"data":null,"#.utf8) + document.dropFirst() }
        var headers: HeaderFields = ["Content-Type": "application/json"]
        if status == 401 { headers.add("WWW-Authenticate", "Bearer realm=\"library\"") }
        if !allowed.isEmpty { headers.add("Allow", allowed.joined(separator: ", ")) }
        if status == 503 { headers.add("Retry-After", "1") }
        return HTTPResponse(status: status, headers: headers, body: .bytes(ByteBuffer(bytes: document)))
    }

    static func invalid(_ message: String) -> LibraryRefusal {
        LibraryRefusal(status: 400, kind: "request_invalid", message: message)
    }

    static func notFound(_ what: String) -> LibraryRefusal {
        LibraryRefusal(status: 404, kind: "\(what)_not_found", message: "There is no such \(what).")
    }

    static func forbidden(_ message: String) -> LibraryRefusal {
        LibraryRefusal(status: 403, kind: "permission_denied", message: message)
    }

    static let denied = LibraryRefusal.forbidden("A policy of the bucket does not allow this.")

    static func conflict(_ message: String) -> LibraryRefusal {
        LibraryRefusal(status: 409, kind: "conflict", message: message)
    }

    static let noCredential = LibraryRefusal(
        status: 401, kind: "token_missing", message: "Send an API key as a bearer token.")
    static let wrongCredential = LibraryRefusal(
        status: 401, kind: "token_invalid", message: "The API key is not known or is paused.")
    static let fault = LibraryRefusal(
        status: 500, kind: "internal_error",
        message: "The server failed; its log has the cause under the request id.")

    init(status: Int, kind: String, message: String, allowed: [String] = []) {
        self.status = status
        self.kind = kind
        self.message = message
        self.allowed = allowed
    }

    init(_ error: StoreError) {
        switch error {
        case .noSuchKey, .noSuchVersion, .deleteMarker: self = .notFound("file")
        case .noSuchBucket: self = .notFound("bucket")
        case .noSuchProject: self = .notFound("project")
        case .noSuchDomain: self = .notFound("domain")
        case .noSuchAccessKey: self = .notFound("key")
        case .noSuchWebhook: self = .notFound("webhook")
        case .noSuchMedia: self = .notFound("media")
        case .noSuchUpload: self = .notFound("upload")
        case .domainExists: self = .conflict("There is a domain of this name.")
        case .webhookExists: self = .conflict("There is a webhook of this name.")
        case .accessKeyExists: self = .conflict("There is a key of this id.")
        case .preconditionFailed: self = .conflict("It was changed or taken meanwhile; look again.")
        case .overwriteForbidden: self = .conflict("There is a file of this name.")
        case .objectLocked: self = .forbidden("The file is locked; it can be neither deleted nor replaced.")
        case .storageLimit(let limit):
            self.init(
                status: 402, kind: "storage_limit", message: "The project may keep \(limit) bytes at most.")
        case .uploadLimit(let limit):
            self.init(
                status: 403, kind: "upload_limit",
                message: "The project may have \(limit) uploads in progress at most.")
        case .bodyTooLarge(let limit):
            self.init(
                status: 413, kind: "file_too_large", message: "Files here may have at most \(limit) bytes.")
        case .invalidName(let reason), .invalidArgument(let reason): self = .invalid(reason)
        case .outOfSpace:
            self.init(status: 507, kind: "out_of_space", message: "The server has no room left.")
        case .overloaded, .expired:
            self.init(status: 503, kind: "overloaded", message: "The server is busy; try again in a moment.")
        case .bodyIncomplete, .bodyTooSlow, .digestMismatch, .sizeMismatch:
            self = .invalid("The body did not come whole.")
        case .projectExists, .projectNotEmpty, .noSuchEncryptionKey, .encryptionKeyExists,
            .encryptionKeyDisabled, .noSuchIdentity, .identityExists, .identityInUse, .identityLimit,
            .bucketExists, .bucketNotEmpty, .invalidWriteOffset, .encryptionMismatch, .renameTokenMismatch,
            .invalidBucketState, .invalidPart, .invalidPartOrder, .partTooSmall, .uploadConflict,
            .invalidRange, .tooManyParts, .corrupt, .internalFault:
            self = .fault
        }
    }
}
