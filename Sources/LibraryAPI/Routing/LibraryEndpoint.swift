import HTTPServer
import NIOCore

/// One thing that the API does: the one table of routes, roles, metrics labels and the description are read from these.
struct LibraryEndpoint: Sendable {
    /// Who may ask.
    enum Access: Sendable {
        /// Without a key.
        case anybody
        /// Any key that may read.
        case read
        /// Keys that may do all.
        case write
        /// Every key: what it gives opens no more than the key itself.
        case links
    }

    /// A parameter of the query or a member of the body.
    struct Field: Sendable {
        var name: String
        /// A JSON schema type: `string`, `integer`, `boolean`, `object`, `array`.
        var type: String
        var summary: String
        var isRequired = false

        init(_ name: String, _ type: String, _ summary: String, isRequired: Bool = false) {
            self.name = name
            self.type = type
            self.summary = summary
            self.isRequired = isRequired
        }
    }

    typealias Run = @Sendable (LibraryDoor, LibraryCall) async throws -> LibraryAnswer

    /// As metrics and the description call it.
    var name: String
    var method: HTTPMethod
    /// Segments; one in braces stands for a word of the request.
    var path: [String]
    var access: Access
    var summary: String
    var query: [Field] = []
    var body: [Field] = []
    /// The schema of what it answers, and the status.
    var answer: (status: Int, schema: String, isList: Bool)
    var run: Run

    init(
        _ name: String, _ method: HTTPMethod, _ path: String, _ access: Access, _ summary: String,
        query: [Field] = [], body: [Field] = [], answers status: Int = 200, _ schema: String,
        isList: Bool = false, run: @escaping Run
    ) {
        self.name = name
        self.method = method
        self.path = path.split(separator: "/").map(String.init)
        self.access = access
        self.summary = summary
        self.query = query
        self.body = body
        answer = (status, schema, isList)
        self.run = run
    }

    var takesBody: Bool { method == .post || method == .patch || method == .put }

    /// `/files/{id}`.
    var template: String { "/" + path.joined(separator: "/") }

    func document(_ door: LibraryDoor, _ request: HTTPRequest) throws -> HTTPResponse {
        HTTPResponse(
            status: 200, headers: ["Content-Type": "application/json"],
            body: .bytes(Description.document(server: request)))
    }

    /// Every endpoint.
    static let all: [LibraryEndpoint] =
        files + mediaObjects + links + tasks + uploads + keys + domains + webhooks + projects

    /// The endpoint of a request, and the words that stand for the names of its path. Throws 404, and 405 for a path
    /// that is known with another method.
    static func find(
        _ request: HTTPRequest
    ) throws(LibraryRefusal) -> (endpoint: LibraryEndpoint, words: [String]) {
        let segments = request.rawPath.split(separator: "/").map { segment in
            percentDecode(segment).map { String(decoding: $0, as: UTF8.self) } ?? ""
        }
        let method = request.method == .head ? .get : request.method
        var others: [String] = []
        for endpoint in all {
            guard let words = endpoint.words(in: segments) else { continue }
            if endpoint.method == method { return (endpoint, words) }
            others.append(endpoint.method.name)
        }
        guard !others.isEmpty else {
            throw LibraryRefusal(
                status: 404, kind: "not_found", message: "There is nothing at this path.")
        }
        throw LibraryRefusal(
            status: 405, kind: "method_not_allowed", message: "This method is not supported here.",
            allowed: ["OPTIONS"] + (others.contains("GET") ? ["HEAD"] : []) + others)
    }

    private func words(in segments: [String]) -> [String]? {
        guard segments.count == path.count else { return nil }
        var words: [String] = []
        for (segment, pattern) in zip(segments, path) {
            if pattern.hasPrefix("{") {
                words.append(segment)
            } else if segment != pattern {
                return nil
            }
        }
        return words
    }
}
