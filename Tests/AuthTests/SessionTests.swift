import Digests
import Objects
import StoreLaws
import Testing

@testable import Auth

@Suite("Session tokens")
struct SessionTests {
    private let accounts = CatalogModel()
    private let clock = TestClock(1_000_000)
    private let keys: KeyRing
    private let project = ProjectID("account")

    init() async throws {
        keys = KeyRing(
            accounts: accounts, masterKey: [UInt8](repeating: 3, count: 32), now: { [clock] in clock.now })
        _ = try await accounts.createProject(
            NewProject(project: Project(id: project, name: "account", displayName: "", created: 0)))
    }

    private func source(owner: IdentityID? = nil, role: Role = .full) async throws -> Credential {
        let (key, _) = try keys.newKey(project: project, role: role, owner: owner)
        try await accounts.createAccessKey(key)
        return try #require(try await keys.credential(id: key.id))
    }

    @Test("a session acts as its key does, with a secret of its own, until it ends")
    func lifetime() async throws {
        let source = try await source(role: .read)
        let session = keys.newSession(of: source, seconds: 900)
        #expect(session.keyID.string.hasPrefix("ASIA"))
        let found = try #require(try await keys.credential(id: session.keyID, token: session.token))
        #expect(found.role == .read)
        #expect(found.project == project)
        #expect(found.secret == Array(session.secret.utf8))
        #expect(found.source == source.keyID)
        clock.advance(900_000)
        await #expect(throws: KeyRing.TokenFault.expired) {
            try await keys.credential(id: session.keyID, token: session.token)
        }
    }

    @Test("a token is good for its own key id only, and only as it was made")
    func forgery() async throws {
        let session = keys.newSession(of: try await source(), seconds: 900)
        let other = keys.newSession(of: try await source(), seconds: 900)
        for (id, token) in [
            (other.keyID, session.token), (session.keyID, ""), (session.keyID, "AAAA"),
            (session.keyID, String(session.token.dropLast(4))),
            (session.keyID, String(repeating: "A", count: SessionToken.maximumLength + 4)),
        ] {
            await #expect(throws: KeyRing.TokenFault.malformed) {
                try await keys.credential(id: id, token: token)
            }
        }
    }

    @Test("a session ends with the key that asked for it")
    func revocation() async throws {
        let source = try await source()
        let session = keys.newSession(of: source, seconds: 900)
        try await accounts.setAccessKey(source.keyID, paused: true)
        keys.forgetAll()
        #expect(try await keys.credential(id: session.keyID, token: session.token)?.isPaused == true)
        try await accounts.deleteAccessKey(source.keyID)
        keys.forgetAll()
        #expect(try await keys.credential(id: session.keyID, token: session.token) == nil)
    }

    @Test("a session of a role has the role's account and policies, and ends with the role")
    func roles() async throws {
        let role = Identity(.role, project: project, name: "deploy", path: "/", created: 0)
        try await accounts.createIdentity(role)
        _ = try await accounts.changeIdentity(role.id, .attach("arn:aws:iam::aws:policy/AmazonS3FullAccess"))
        let session = keys.newSession(
            of: try await source(), role: role, name: "ci",
            policies: [Array(ManagedPolicy.all[1].document.utf8)],
            seconds: 900)
        let actor = try #require(
            try await keys.credential(id: session.keyID, token: session.token)?.actor)
        #expect(actor.arn == "arn:aws:sts::account:assumed-role/deploy/ci")
        #expect(actor.roleARN == role.arn)
        #expect(actor.userID == "\(role.id):ci")
        #expect(actor.policies.count == 1)
        #expect(actor.sessionPolicies.count == 1)
        _ = try await accounts.changeIdentity(
            role.id, .detach("arn:aws:iam::aws:policy/AmazonS3FullAccess"))
        try await accounts.deleteIdentity(role.id)
        keys.forgetAll()
        #expect(try await keys.credential(id: session.keyID, token: session.token) == nil)
    }

    @Test("a user's key brings its policies and its groups'")
    func users() async throws {
        let user = Identity(.user, project: project, name: "ann", path: "/", created: 0)
        let group = Identity(.group, project: project, name: "staff", path: "/", created: 0)
        for one in [user, group] { try await accounts.createIdentity(one) }
        let document = Array(ManagedPolicy.all[0].document.utf8)
        _ = try await accounts.changeIdentity(user.id, .putPolicy("p", document))
        _ = try await accounts.changeIdentity(group.id, .putPolicy("p", document))
        _ = try await accounts.changeIdentity(user.id, .join(group.id))
        let credential = try await source(owner: user.id)
        #expect(credential.actor?.policies.count == 2)
        #expect(credential.actor?.arn == "arn:aws:iam::account:user/ann")
        // Links of the first form are signed by the project's own keys.
        #expect(try await keys.credentials(of: project).isEmpty)
        #expect(keys.lastUsed(credential.keyID) == clock.now)
        #expect(keys.lastUsed(KeyID("other")) == nil)
    }

    @Test("what a token says is read as it was written, and no mutation brings the reader down")
    func mutations() {
        let token = SessionToken(
            secret: [1, 2, 3], source: KeyID("KEY"), role: IdentityID("AROA"), name: "ci",
            policies: [[4, 5], [6]], expires: 77)
        let bytes = token.bytes
        #expect(SessionToken(bytes) == token)
        for count in 0..<bytes.count where SessionToken(Array(bytes[..<count])) == token {
            Issue.record("A token without its last bytes is another one")
        }
        var random = SplitMix64(seed: 11)
        for _ in 0..<5000 {
            var mutated = bytes
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                mutated[Int.random(in: mutated.indices, using: &random)] = UInt8.random(
                    in: 0...255, using: &random)
            }
            if let read = SessionToken(mutated) { #expect(SessionToken(read.bytes) == read) }
        }
    }

    @Test("every managed policy can be read")
    func managed() {
        #expect(ManagedPolicy.all.count == 5)
        #expect(ManagedPolicy.named("arn:aws:iam::aws:policy/Nothing") == nil)
    }
}
