import HTTPServer
import Objects
import StoreLaws
import Testing

@testable import Auth

@Suite("Console sessions")
struct ConsoleSessionsTests {
    private let accounts = CatalogModel()
    private let clock = TestClock(1_000_000)
    private let keys: KeyRing
    private let sessions: ConsoleSessions
    private let project = ProjectID("account")

    init() async throws {
        keys = KeyRing(
            accounts: accounts, masterKey: [UInt8](repeating: 3, count: 32), now: { [clock] in clock.now })
        sessions = ConsoleSessions(keys: keys)
        _ = try await accounts.createProject(
            NewProject(project: Project(id: project, name: "account", displayName: "", created: 0)))
    }

    private func key(id: KeyID? = nil) async throws -> Credential {
        let (key, _) = try keys.newKey(project: project, role: .full, id: id)
        try await accounts.createAccessKey(key)
        return try #require(try await keys.credential(id: key.id))
    }

    private func request(
        _ method: HTTPMethod, cookie: String, secure: Bool = false, _ fields: [(String, String)] = []
    ) -> HTTPRequest {
        HTTPRequest(
            method: method, target: "/files",
            headers: HeaderFields(
                [("Host", "localhost:9001"), ("Cookie", String(cookie.prefix { $0 != ";" }))] + fields),
            isSecure: secure)
    }

    private func signedIn(_ credential: Credential, secure: Bool = false) -> (cookie: String, csrf: String) {
        let asked = request(.post, cookie: "", secure: secure)
        let (session, cookie) = sessions.begin(credential, for: asked, now: clock.now)
        return (cookie, session.csrfText)
    }

    private func opened(_ request: HTTPRequest) async throws -> KeyID? {
        try await sessions.open(request, now: clock.now)?.keyID
    }

    @Test("a session reads as its key for twelve hours and not a millisecond longer")
    func lifetime() async throws {
        let key = try await key()
        let (cookie, _) = signedIn(key)
        #expect(try await opened(request(.get, cookie: cookie)) == key.keyID)
        #expect(try await opened(request(.head, cookie: "a=b; " + cookie)) == nil, "another cookie alone")
        let among = HTTPRequest(
            target: "/", headers: ["Cookie": "a=b; coffer=nonsense; " + cookie.prefix { $0 != ";" }])
        #expect(try await opened(among) == key.keyID)
        clock.advance(ConsoleSessions.lifetime - 1)
        #expect(try await opened(request(.get, cookie: cookie)) == key.keyID)
        clock.advance(1)
        #expect(try await opened(request(.get, cookie: cookie)) == nil)
    }

    @Test("the cookie is out of reach of scripts, other sites and, under TLS, other hosts")
    func attributes() async throws {
        let key = try await key()
        let plain = signedIn(key).cookie
        #expect(plain.hasPrefix("coffer="))
        #expect(plain.hasSuffix("; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict"))
        let secure = signedIn(key, secure: true).cookie
        #expect(secure.hasPrefix("__Host-coffer="))
        #expect(secure.hasSuffix("; HttpOnly; SameSite=Strict; Secure"))
        #expect(try await opened(request(.get, cookie: plain, secure: true)) == nil)
        #expect(try await opened(request(.get, cookie: secure, secure: true)) == key.keyID)
        #expect(sessions.end(for: request(.delete, cookie: plain)).hasPrefix("coffer=; Path=/; Max-Age=0;"))
    }

    @Test("a change needs the page's origin and its secret")
    func forgery() async throws {
        let key = try await key()
        let (cookie, csrf) = signedIn(key)
        let origin = ("Origin", "http://localhost:9001")
        let secret = ("X-Coffer-CSRF", csrf)
        for method: HTTPMethod in [.post, .put, .patch, .delete, .options, .other("MKCOL")] {
            #expect(try await opened(request(method, cookie: cookie, [origin, secret])) == key.keyID)
            #expect(try await opened(request(method, cookie: cookie, [origin])) == nil)
            #expect(try await opened(request(method, cookie: cookie, [secret])) == nil)
        }
        let other = signedIn(try await self.key()).csrf
        for fields in [
            [("Origin", "http://localhost:8080"), secret], [("Origin", "null"), secret],
            [("Origin", "http://localhost:9001.example.com"), secret],
            [origin, ("X-Coffer-CSRF", other)], [origin, ("X-Coffer-CSRF", "")],
        ] {
            #expect(try await opened(request(.delete, cookie: cookie, fields)) == nil)
        }
    }

    @Test("under TLS a page that was fetched in the clear changes nothing")
    func schemes() async throws {
        let key = try await key()
        let (cookie, csrf) = signedIn(key, secure: true)
        for (scheme, found) in [("https", key.keyID), ("http", nil)] {
            let fields = [("Origin", "\(scheme)://localhost:9001"), ("X-Coffer-CSRF", csrf)]
            #expect(try await opened(request(.post, cookie: cookie, secure: true, fields)) == found)
        }
    }

    @Test("a session ends with its key, paused or deleted, and does not pass to one of the same id")
    func revocation() async throws {
        let key = try await key()
        let (cookie, _) = signedIn(key)
        try await accounts.setAccessKey(key.keyID, paused: true)
        keys.forgetAll()
        #expect(try await opened(request(.get, cookie: cookie)) == nil)
        try await accounts.setAccessKey(key.keyID, paused: false)
        keys.forgetAll()
        #expect(try await opened(request(.get, cookie: cookie)) == key.keyID)
        try await accounts.deleteAccessKey(key.keyID)
        keys.forgetAll()
        #expect(try await opened(request(.get, cookie: cookie)) == nil)
        _ = try await self.key(id: key.keyID)
        #expect(try await opened(request(.get, cookie: cookie)) == nil)
    }

    @Test("what was not sealed here, or was changed, opens nothing")
    func tampering() async throws {
        let (cookie, _) = signedIn(try await key())
        let value = Array(cookie.prefix { $0 != ";" })
        for index in value.indices.dropFirst("coffer=".count) {
            var changed = value
            changed[index] = changed[index] == "A" ? "B" : "A"
            #expect(try await opened(request(.get, cookie: String(changed))) == nil)
        }
        let others = ConsoleSessions(
            keys: KeyRing(accounts: accounts, masterKey: [UInt8](repeating: 4, count: 32)))
        #expect(try await others.open(request(.get, cookie: cookie), now: clock.now) == nil)
        let long = "coffer=" + String(repeating: "A", count: 1024)
        #expect(try await opened(request(.get, cookie: long)) == nil)
    }
}
