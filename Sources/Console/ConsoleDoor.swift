package import Auth
package import HTTPServer
package import Logging
package import Objects

/// The media library's pages and the sessions of those who use them.
///
/// It shares its listener with the library's API, which the page asks for everything else; no file of a user is ever
/// served from here.
package struct ConsoleDoor: Sendable {
    /// Finds the origins that a project's files are served from.
    package typealias Origins = @Sendable (ProjectID) async throws -> [String]

    let sessions: ConsoleSessions
    let accounts: any AccountCatalog
    let throttle = SignInThrottle()
    let assets: Assets
    private let origins: Origins
    private let logger: Logger

    package init(
        sessions: ConsoleSessions, accounts: any AccountCatalog, logger: Logger, origins: @escaping Origins
    ) {
        self.sessions = sessions
        self.accounts = accounts
        self.logger = logger
        self.origins = origins
        assets = Assets()
    }

    /// Nil for a path that is not the console's.
    package func respond(_ request: HTTPRequest) async -> HTTPResponse? {
        do {
            switch request.rawPath {
            case "/": return try await page(request)
            case "/session": return try await session(request)
            case let path where path.hasPrefix(Assets.prefix): return assets.respond(request)
            default: return nil
            }
        } catch {
            logger.error(
                "the console failed", metadata: ["request": "\(request.id)", "error": "\(error)"])
            return Answer.refusal(
                500, "internal_error", "Something went wrong here. Please try again.", request)
        }
    }

    /// The one page; what it shows is decided by its scripts and by where its address ends behind `#`.
    private func page(_ request: HTTPRequest) async throws -> HTTPResponse {
        guard request.method == .get || request.method == .head else {
            return Answer.methodNotAllowed("GET, HEAD", request)
        }
        var policy = ContentPolicy(origins: [])
        if let (_, credential) = try await sessions.session(of: request, now: request.receivedAt) {
            policy = ContentPolicy(origins: try await origins(credential.project))
        }
        return assets.page(policy, for: request)
    }
}
