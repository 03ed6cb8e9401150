import Auth
import Files
import HTTPServer
import NIOCore
import Objects

extension ConsoleDoor {
    /// Who is signed in, signing in with a key, and signing out.
    func session(_ request: HTTPRequest) async throws -> HTTPResponse {
        switch request.method {
        case .get, .head: try await who(request)
        case .post: try await signIn(request)
        case .delete: try await signOut(request)
        default: Answer.methodNotAllowed("GET, POST, DELETE", request)
        }
    }

    private func who(_ request: HTTPRequest) async throws -> HTTPResponse {
        guard let (session, credential) = try await sessions.session(of: request, now: request.receivedAt)
        else { return Answer.json(200) { $0.member("signed_in", false) } }
        return try await describe(session, of: credential)
    }

    private func signIn(_ request: HTTPRequest) async throws -> HTTPResponse {
        let now = request.receivedAt
        if let seconds = throttle.wait(request.remoteAddress, now: now) {
            var response = Answer.refusal(
                429, "too_many_attempts", "Too many attempts. Please wait \(seconds) seconds.", request)
            response.headers.add("Retry-After", String(seconds))
            return response
        }
        // Another site must not sign somebody in to a project of its own choice.
        guard ConsoleSessions.isFromOwnOrigin(request) else {
            return Answer.refusal(403, "forbidden", "Sign in from the console's own page.", request)
        }
        let body: ByteBuffer
        do {
            body = try await request.body.collect(upTo: ConsoleSessions.maximumSignIn)
        } catch {
            return Answer.refusal(400, "request_invalid", "The request could not be read.", request)
        }
        guard let credential = try await sessions.credential(signIn: Array(body.readableBytesView)) else {
            throttle.failed(request.remoteAddress, now: now)
            return Answer.refusal(401, "token_invalid", "No active key has this secret.", request)
        }
        throttle.succeeded(request.remoteAddress)
        let (session, cookie) = sessions.begin(credential, for: request, now: now)
        var response = try await describe(session, of: credential)
        response.headers.add("Set-Cookie", cookie)
        return response
    }

    private func signOut(_ request: HTTPRequest) async throws -> HTTPResponse {
        guard ConsoleSessions.isFromOwnOrigin(request) else {
            return Answer.refusal(403, "forbidden", "Sign out from the console's own page.", request)
        }
        var response = Answer.json(200) { $0.member("signed_in", false) }
        response.headers.add("Set-Cookie", sessions.end(for: request))
        return response
    }

    private func describe(_ session: ConsoleSession, of credential: Credential) async throws -> HTTPResponse {
        let project = try await accounts.project(credential.project)
        return Answer.json(200) { json in
            json.member("signed_in", true)
            json.member("csrf", session.csrfText)
            json.member("expires", timestamp(session.expires))
            json.name("key")
            json.beginObject()
            json.member("id", credential.keyID.string)
            json.member("role", credential.role.rawValue)
            json.endObject()
            json.name("project")
            json.beginObject()
            json.member("id", credential.project.string)
            json.member("name", project?.name ?? credential.project.string)
            json.member("display_name", project?.displayName ?? "")
            json.endObject()
        }
    }
}
