import Auth
import HTTPServer
import StoreLaws
import Testing

@testable import Console

@Suite("Console door")
struct ConsoleDoorTests {
    @Test("paths that are not the console's are left to the API")
    func paths() async throws {
        let fixture = try await ConsoleFixture()
        for path in ["/files", "/sessions", "/session/", "/asset", "//", "/index.html"] {
            let answered = await fixture.send(.get, path)
            #expect(answered == nil, "\(path)")
        }
        #expect(await fixture.send(.get, "/")?.status == 200)
        #expect(await fixture.send(.post, "/")?.status == 405)
    }

    @Test("the page runs no script but its own, and reaches the project's files only when signed in")
    func policy() async throws {
        let fixture = try await ConsoleFixture(origins: [
            "https://cdn.example.com", "http://[::1]:8080", "https://evil.example; script-src *",
        ])
        let before = try #require(await fixture.send(.get, "/"))
        let policy = try #require(before.headers[first: "content-security-policy"])
        for part in [
            "default-src 'none'", "script-src 'self';", "style-src 'self';", "frame-ancestors 'none'",
            "connect-src 'self';", "form-action 'none'", "base-uri 'none'",
            "require-trusted-types-for 'script'",
        ] { #expect(policy.contains(part), "\(part)") }
        #expect(!policy.contains("unsafe"))
        #expect(!policy.contains("example"))
        #expect(before.headers[first: "cache-control"] == "no-store")
        #expect(before.headers[first: "x-content-type-options"] == "nosniff")
        let cookie = fixture.cookie(await fixture.signIn())
        let after = await fixture.send(.get, "/", fields: [("Cookie", cookie)])
        let opened = try #require(after?.headers[first: "content-security-policy"])
        #expect(opened.contains("connect-src 'self' https://cdn.example.com http://[::1]:8080;"))
        #expect(opened.contains("script-src 'self';"))
        #expect(!opened.contains("evil"))
    }

    @Test("a key signs in, the cookie says who it is, and signing out takes the cookie away")
    func signIn() async throws {
        let fixture = try await ConsoleFixture()
        #expect(fixture.text(await fixture.send(.get, "/session")) == #"{"signed_in":false}"#)
        let signedIn = try #require(await fixture.signIn())
        #expect(signedIn.status == 200)
        #expect(signedIn.headers[first: "set-cookie"]?.contains("HttpOnly; SameSite=Strict") == true)
        let text = fixture.text(signedIn)
        #expect(text.contains(#""role":"full""#))
        #expect(text.contains(#""display_name":"Demo \"films\"""#))
        #expect(!text.contains(fixture.secret))
        let cookie = fixture.cookie(signedIn)
        #expect(fixture.text(await fixture.send(.get, "/session", fields: [("Cookie", cookie)])) == text)
        let out = await fixture.send(.delete, "/session")
        #expect(out?.headers[first: "set-cookie"]?.contains("Max-Age=0") == true)
    }

    @Test("what is no active key's secret, or comes from another page, signs nobody in")
    func refusals() async throws {
        let fixture = try await ConsoleFixture()
        for body in ["", "{}", "[]", #"{"key":""}"#, #"{"key":1}"#, #"{"key":"wrong-secret"}"#] {
            let answered = await fixture.send(.post, "/session", body)
            #expect(answered?.status == 401, "\(body)")
            #expect(answered?.headers.contains("set-cookie") == false)
        }
        let large = await fixture.send(.post, "/session", String(repeating: " ", count: 5000))
        #expect(large?.status == 400)
        let body = "{\"key\":\"\(fixture.secret)\"}"
        for origin in ["http://localhost:8080", "null"] {
            let answered = await fixture.send(.post, "/session", body, fields: [("Origin", origin)])
            #expect(answered?.status == 403)
        }
        #expect(await fixture.send(.post, "/session", body, fields: [])?.status == 403)
        #expect(await fixture.send(.put, "/session", body)?.status == 405)
        try await fixture.accounts.setAccessKey(fixture.keyID, paused: true)
        fixture.keys.forgetAll()
        #expect(await fixture.signIn()?.status == 401)
    }

    @Test("an address that failed too often has to wait, and others do not")
    func throttling() async throws {
        let fixture = try await ConsoleFixture()
        for _ in 0..<SignInThrottle.failureLimit {
            #expect(await fixture.signIn("wrong-secret", address: "10.0.0.1")?.status == 401)
        }
        let answered = await fixture.signIn(address: "10.0.0.1")
        #expect(answered?.status == 429)
        #expect(answered?.headers[first: "retry-after"].flatMap { Int($0) } ?? 0 > 0)
        #expect(await fixture.signIn(address: "10.0.0.2")?.status == 200)
    }

    @Test("waiting ends with the window, and a success forgets failures")
    func window() {
        let throttle = SignInThrottle()
        for _ in 0..<SignInThrottle.failureLimit { throttle.failed("a", now: 1000) }
        #expect(throttle.wait("a", now: 1000) == 300)
        #expect(throttle.wait("a", now: 1000 + SignInThrottle.window - 1) == 1)
        #expect(throttle.wait("a", now: 1000 + SignInThrottle.window) == nil)
        for _ in 0..<SignInThrottle.failureLimit - 1 { throttle.failed("b", now: 0) }
        throttle.succeeded("b")
        throttle.failed("b", now: 0)
        #expect(throttle.wait("b", now: 0) == nil)
    }
}
