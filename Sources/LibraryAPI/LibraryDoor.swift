package import Auth
import Files
package import HTTPServer
package import Logging
package import MediaProbe
import NIOCore
package import Objects

/// The library as a JSON API: files, media objects, links, tasks, and what a project's owner sets up.
///
/// Every object is a file here, whichever door it came through.
package final class LibraryDoor: Sendable {
    let store: ObjectStore
    let library: any LibraryCatalog
    let keys: KeyRing
    let addresses: PublicAddresses
    let media: any MediaService
    let settings: LibrarySettings
    let authorizer = Authorizer()
    let usage = UsageMemo()
    private let sessions: ConsoleSessions
    private let logger: Logger

    package init(
        store: ObjectStore, library: any LibraryCatalog, keys: KeyRing, addresses: PublicAddresses,
        media: any MediaService = NoMediaService(), settings: LibrarySettings = LibrarySettings(),
        logger: Logger
    ) {
        self.store = store
        self.library = library
        self.keys = keys
        self.addresses = addresses
        self.media = media
        self.settings = settings
        sessions = ConsoleSessions(keys: keys)
        self.logger = logger
    }

    /// Answers one request; every failure is an answer.
    package func respond(_ request: HTTPRequest) async -> HTTPResponse {
        let shape =
            ResponseShape(
                acceptVersion: request.headers[first: "accept-version"]
                    ?? request.headers[first: "accept_version"])
            ?? .bare
        var response: HTTPResponse
        var operation: String?
        do {
            response = try await answer(request, shape, &operation)
        } catch let refusal as LibraryRefusal {
            response = refusal.response(to: request, shape)
        } catch let error as StoreError {
            response = LibraryRefusal(error).response(to: request, shape)
            if case .internalFault(let cause) = error { logFault(cause, request) }
            if case .corrupt(let cause) = error { logFault(cause, request) }
        } catch is BodyError {
            response = LibraryRefusal.invalid("The body did not come whole, or is too long.").response(
                to: request, shape)
        } catch {
            logFault("\(error)", request)
            response = LibraryRefusal.fault.response(to: request, shape)
        }
        response.operation = operation
        response.headers.add("X-Request-Id", request.id)
        response.headers.add("Cache-Control", "no-store")
        response.headers.add("X-Content-Type-Options", "nosniff")
        addCrossOrigin(to: &response.headers, request)
        return response
    }

    private func logFault(_ cause: String, _ request: HTTPRequest) {
        logger.error("a request failed", metadata: ["request": "\(request.id)", "cause": "\(cause)"])
    }

    private func answer(
        _ request: HTTPRequest, _ shape: ResponseShape, _ operation: inout String?
    ) async throws -> HTTPResponse {
        if request.method == .options { return HTTPResponse(status: 204) }
        let (endpoint, words) = try LibraryEndpoint.find(request)
        operation = endpoint.name
        let credential: Credential
        switch endpoint.access {
        case .anybody: return try endpoint.document(self, request)
        case .read, .write, .links: credential = try await authenticate(request)
        }
        try check(credential, endpoint)
        let call = try LibraryCall(
            request: request, credential: credential, words: words, shape: shape,
            body: endpoint.takesBody ? try await request.body.collect(upTo: LibraryCall.maximumBody) : nil)
        return try await endpoint.run(self, call).response(call)
    }

    /// A bearer key, else the session of whoever signed in at the console.
    private func authenticate(_ request: HTTPRequest) async throws -> Credential {
        let fields = request.headers.values("authorization")
        guard let field = fields.first else {
            guard let session = try await sessions.open(request, now: store.now) else {
                throw LibraryRefusal.noCredential
            }
            return session
        }
        let parts = field.split(separator: " ", omittingEmptySubsequences: true)
        guard fields.count == 1, parts.count == 2, parts[0].lowercased() == "bearer",
            let credential = try await keys.credential(bearer: String(parts[1])), !credential.isPaused
        else { throw LibraryRefusal.wrongCredential }
        return credential
    }

    /// What the key's role allows. Keys of IAM's users are judged by policies, which know nothing of this API.
    private func check(_ credential: Credential, _ endpoint: LibraryEndpoint) throws(LibraryRefusal) {
        guard credential.actor == nil else {
            throw .forbidden("Keys of IAM users open S3 only; use a key of the project.")
        }
        let isAllowed =
            switch credential.role {
            case .full: true
            case .read: endpoint.access == .read || endpoint.access == .links
            case .upload: endpoint.access == .links
            }
        guard isAllowed else { throw .forbidden("The role of this key does not allow this.") }
    }

    /// Asks the one authoriser, so that what a bucket's policy denies is denied here too.
    func permit(
        _ action: Action, _ key: ObjectKey, of object: ObjectAttributes? = nil, in bucket: Bucket,
        _ call: LibraryCall
    ) throws(LibraryRefusal) {
        let principal = Principal.key(call.credential)
        let decision = authorizer.authorize(
            principal, action, bucket: bucket, key: key, object: object,
            conditions: RequestConditions(call.request, principal, tags: object?.tags), via: .library)
        guard decision.isAllowed else { throw .denied }
    }

    /// Pages of other origins may use the API with a key, never with the session of whoever sits before them: no
    /// credentials are allowed.
    private func addCrossOrigin(to headers: inout HeaderFields, _ request: HTTPRequest) {
        guard request.headers.contains("origin") else { return }
        headers.add("Access-Control-Allow-Origin", "*")
        headers.add("Access-Control-Expose-Headers", "Links, Retry-After, Total-Count, X-Request-Id")
        guard request.method == .options else { return }
        headers.add("Access-Control-Allow-Methods", "GET, HEAD, POST, PATCH, PUT, DELETE")
        // Clients name themselves in fields of their own; the star stands for all but Authorization (Fetch, 4.10).
        headers.add("Access-Control-Allow-Headers", "Authorization, Content-Type, Accept-Version, *")
        headers.add("Access-Control-Max-Age", "86400")
    }
}

/// What the API may be told.
package struct LibrarySettings: Sendable {
    /// Fetches what is ingested.
    package var fetcher: (any IngestFetcher)?
    /// Whether a host may be a domain; gives why not.
    package var refusesHost: @Sendable (String) -> String?
    /// Rung when a task was made.
    package var taskMade: @Sendable () -> Void

    package init(
        fetcher: (any IngestFetcher)? = nil,
        refusesHost: @escaping @Sendable (String) -> String? = { _ in nil },
        taskMade: @escaping @Sendable () -> Void = {}
    ) {
        self.fetcher = fetcher
        self.refusesHost = refusesHost
        self.taskMade = taskMade
    }
}
