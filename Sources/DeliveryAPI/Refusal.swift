import Files
import HTTPServer
import NIOCore

/// Why a request is not done, as its client is told.
struct Refusal: Error, Sendable {
    var status: Int
    /// For programs; stays the same when the wording changes.
    var kind: String
    /// For people: one sentence that says what to do.
    var message: String
    var headers: [(String, String)] = []

    func response(to request: HTTPRequest) -> HTTPResponse {
        var fields = HeaderFields(headers)
        fields.add("Content-Type", "application/json")
        fields.add("Cache-Control", "no-store")
        fields.add("X-Request-Id", request.id)
        CrossOrigin.add(to: &fields)
        let document = errorDocument(kind: kind, message: message, requestID: request.id)
        return HTTPResponse(status: status, headers: fields, body: .bytes(ByteBuffer(bytes: document)))
    }
}

extension Refusal {
    static func invalid(_ message: String) -> Refusal {
        Refusal(status: 400, kind: "request_invalid", message: message)
    }

    static let noCredential = Refusal(
        status: 401, kind: "token_missing",
        message: "Send an API key as a bearer token, or use a signed URL.", headers: [challenge])

    static let wrongCredential = Refusal(
        status: 401, kind: "token_invalid", message: "The API key is not known or is paused.",
        headers: [challenge])

    static func forbidden(_ message: String) -> Refusal {
        Refusal(status: 403, kind: "permission_denied", message: message)
    }

    static func signature(_ message: String) -> Refusal {
        Refusal(status: 403, kind: "signature_invalid", message: message)
    }

    static let noSuchHost = Refusal(
        status: 404, kind: "domain_not_found", message: "No domain of this name is delivered here.")

    static let noSuchFile = Refusal(
        status: 404, kind: "file_not_found", message: "There is no file at this URL.")

    static let noSuchUpload = Refusal(status: 404, kind: "upload_not_found", message: "Upload not found.")

    static let preconditionFailed = Refusal(
        status: 412, kind: "precondition_failed",
        message: "The file is not as a condition of the request says.")

    static func tooLarge(limit: Int64) -> Refusal {
        Refusal(
            status: 413, kind: "file_too_large", message: "Files here may have at most \(limit) bytes.")
    }

    /// RFC 9110 section 15.5.9; the server closes the connection behind an answer whose body did not come.
    static let tooSlow = Refusal(
        status: 408, kind: "request_timeout", message: "The body came too slowly; send it again.")

    static let methodNotAllowed = Refusal(
        status: 405, kind: "method_not_allowed", message: "This method is not supported here.",
        headers: [("Allow", CrossOrigin.methods)])

    static let overloaded = Refusal(
        status: 503, kind: "overloaded", message: "The server is busy; try again in a moment.",
        headers: [("Retry-After", "1")])

    static let fault = Refusal(
        status: 500, kind: "internal_error",
        message: "The server failed; its log has the cause under the request id.")

    private static let challenge = ("WWW-Authenticate", "Bearer realm=\"files\"")
}
