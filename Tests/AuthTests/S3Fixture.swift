import HTTPServer
import NIOCore
import Objects
import StoreLaws

@testable import Auth

/// An authenticator that knows one key.
struct S3Fixture: Sendable {
    static let region = "us-east-1"
    static let masterKey = [UInt8](repeating: 7, count: 32)
    static let project = ProjectID("project")

    let accounts = CatalogModel()
    let keys: KeyRing
    let authenticator: S3Authenticator
    let keyID: KeyID

    init(id: String, secret: String, role: Role = .full, budget: ChunkBudget = ChunkBudget()) async throws {
        let clock = TestClock(0)
        keys = KeyRing(accounts: accounts, masterKey: Self.masterKey, now: { clock.now })
        authenticator = S3Authenticator(keys: keys, chunkBudget: budget)
        keyID = KeyID(id)
        _ = try await accounts.createProject(
            NewProject(project: Project(id: Self.project, name: "project", displayName: "", created: 0)))
        let (key, _) = try keys.newKey(project: Self.project, role: role, id: keyID, secret: secret)
        try await accounts.createAccessKey(key)
    }

    /// The key that signed the vectors of botocore.
    static func vectors() async throws -> S3Fixture {
        try await S3Fixture(id: SignedRequest.keyID, secret: SignedRequest.secret)
    }

    /// The key of AWS's documentation.
    static func documentation() async throws -> S3Fixture {
        try await S3Fixture(id: "AKIAIOSFODNN7EXAMPLE", secret: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
    }

    /// `time` is in seconds since 1970.
    func authenticate(
        _ request: HTTPRequest, time: Int64 = SignedRequest.time, region: String = S3Fixture.region,
        virtualHostBucket: String? = nil
    ) async throws(S3AuthError) -> S3Identity {
        try await authenticator.authenticate(
            request, region: region, now: time * 1000, virtualHostBucket: virtualHostBucket)
    }

    /// Nil when the request is accepted.
    func refusal(
        _ request: HTTPRequest, time: Int64 = SignedRequest.time, region: String = S3Fixture.region,
        virtualHostBucket: String? = nil
    ) async -> S3AuthError? {
        do {
            _ = try await authenticate(
                request, time: time, region: region, virtualHostBucket: virtualHostBucket)
            return nil
        } catch {
            return error
        }
    }
}

extension SignedRequest {
    var request: HTTPRequest {
        HTTPRequest(method: HTTPMethod(method), target: target, headers: HeaderFields(headers))
    }
}

extension HTTPRequest {
    func setting(_ name: String, _ value: String) -> HTTPRequest {
        var copy = self
        copy.headers.set(name, value)
        return copy
    }

    func adding(_ name: String, _ value: String) -> HTTPRequest {
        var copy = self
        copy.headers.add(name, value)
        return copy
    }

    func removing(_ name: String) -> HTTPRequest {
        var copy = self
        copy.headers.remove(name)
        return copy
    }

    /// The same with another target.
    func retargeted(_ target: String) -> HTTPRequest {
        HTTPRequest(method: method, target: target, headers: headers, body: body)
    }

    func withMethod(_ method: HTTPMethod) -> HTTPRequest {
        var copy = self
        copy.method = method
        return copy
    }

    /// The Authorization field after `change`.
    func reauthorized(_ change: (String) -> String) -> HTTPRequest {
        setting("Authorization", change(headers[first: "authorization"] ?? ""))
    }
}

func replacing(_ text: String, _ old: String, _ new: String) -> String {
    guard let start = text.utf8.indices.first(where: { text[$0...].hasPrefix(old) }) else { return text }
    return text[..<start] + new + text[text.index(start, offsetBy: old.count)...]
}
