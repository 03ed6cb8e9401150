import Files
import HTTPServer
import NIOCore

/// The answers of the console that are not files.
enum Answer {
    /// For every answer of the console: nothing is framed, guessed or told to other sites.
    static func secure(_ headers: inout HeaderFields) {
        headers.add("X-Content-Type-Options", "nosniff")
        headers.add("X-Frame-Options", "DENY")
        headers.add("Referrer-Policy", "no-referrer")
        headers.add("Cross-Origin-Opener-Policy", "same-origin")
        headers.add("Cross-Origin-Resource-Policy", "same-origin")
    }

    static func json(_ status: Int, _ write: (inout JSONWriter) -> Void) -> HTTPResponse {
        var json = JSONWriter()
        json.beginObject()
        write(&json)
        json.endObject()
        return document(status, json.bytes)
    }

    private static func document(_ status: Int, _ bytes: [UInt8]) -> HTTPResponse {
        var headers: HeaderFields = ["Content-Type": "application/json", "Cache-Control": "no-store"]
        secure(&headers)
        return HTTPResponse(status: status, headers: headers, body: .bytes(ByteBuffer(bytes: bytes)))
    }

    /// In the shape of the library's errors.
    static func refusal(
        _ status: Int, _ kind: String, _ message: String, _ request: HTTPRequest
    ) -> HTTPResponse {
        document(status, errorDocument(kind: kind, message: message, requestID: request.id))
    }

    static func methodNotAllowed(_ allowed: String, _ request: HTTPRequest) -> HTTPResponse {
        var response = refusal(405, "method_not_allowed", "This path takes \(allowed).", request)
        response.headers.add("Allow", allowed)
        return response
    }
}
