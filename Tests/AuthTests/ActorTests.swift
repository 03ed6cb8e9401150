import HTTPServer
import Objects
import StoreLaws
import Testing

@testable import Auth

/// What users and sessions of roles may do.
@Suite("Users and sessions")
struct ActorTests {
    private static let mine = ProjectID("mine")
    private static let theirs = ProjectID("theirs")
    private let authorizer = Authorizer()

    private static func policy(_ effect: String, _ action: String, _ resource: String = "*") -> String {
        #"{"Version":"2012-10-17","Statement":[{"Effect":"\#(effect)","Action":"\#(action)","Resource":"\#(resource)"}]}"#
    }

    private func user(_ policies: [String], session: [String] = [], role: Bool = false) throws -> Principal {
        let identity = Identity(
            role ? .role : .user, project: Self.mine, name: "ann", path: "/a/", created: 0)
        let arn = role ? "arn:aws:sts::mine:assumed-role/ann/s" : identity.arn
        var credential = Credential(keyID: KeyID("KEY"), project: Self.mine, role: .full, secret: [1])
        credential.actor = Actor(
            identity: identity.id, arn: arn, roleARN: role ? identity.arn : nil, userID: identity.id.string,
            userName: role ? nil : "ann", policies: try policies.map { try IdentityPolicy(Array($0.utf8)) },
            sessionPolicies: try session.map { try IdentityPolicy(Array($0.utf8)) })
        return .key(credential)
    }

    private func bucket(of project: ProjectID = mine, policy: String? = nil) throws -> Bucket {
        Bucket(
            id: BucketID(1), name: try #require(BucketName("demo")), project: project, created: 0,
            versioning: .off,
            configurations: policy.map { [.policy: ConfigurationDocument(Array($0.utf8))] } ?? [:])
    }

    private static func bucketPolicy(_ effect: String, _ principal: String) -> String {
        #"{"Version":"2012-10-17","Statement":[{"Effect":"\#(effect)","Principal":{"AWS":"\#(principal)"},"#
            + #""Action":"s3:GetObject","Resource":"arn:aws:s3:::demo/*"}]}"#
    }

    private func mayRead(_ principal: Principal, _ bucket: Bucket) -> Bool {
        authorizer.authorize(principal, .getObject, bucket: bucket, key: ObjectKey("k"), via: .s3).isAllowed
    }

    @Test("a user may nothing until a policy says so, and a deny wins")
    func ownPolicies() throws {
        let bucket = try bucket()
        #expect(!mayRead(try user([]), bucket))
        #expect(mayRead(try user([Self.policy("Allow", "s3:Get*", "arn:aws:s3:::demo/*")]), bucket))
        #expect(!mayRead(try user([Self.policy("Allow", "s3:Get*", "arn:aws:s3:::other/*")]), bucket))
        #expect(!mayRead(try user([Self.policy("Allow", "*"), Self.policy("Deny", "s3:GetObject")]), bucket))
    }

    @Test(
        "within the account a bucket's policy is enough when it names the user, and not when it names the account"
    )
    func bucketPolicyInside() throws {
        let named = try bucket(policy: Self.bucketPolicy("Allow", "arn:aws:iam::mine:user/a/ann"))
        #expect(mayRead(try user([]), named))
        #expect(!mayRead(try user([Self.policy("Deny", "*")]), named))
        let other = try bucket(policy: Self.bucketPolicy("Allow", "arn:aws:iam::mine:user/a/bob"))
        #expect(!mayRead(try user([]), other))
        let account = try bucket(policy: Self.bucketPolicy("Allow", "arn:aws:iam::mine:root"))
        #expect(!mayRead(try user([]), account))
        let denied = try bucket(policy: Self.bucketPolicy("Deny", "arn:aws:iam::mine:user/a/ann"))
        #expect(!mayRead(try user([Self.policy("Allow", "*")]), denied))
    }

    @Test(
        "across accounts both sides must say yes",
        arguments: [
            "arn:aws:iam::mine:user/a/ann", "arn:aws:iam::mine:root", "mine", "*",
        ])
    func acrossAccounts(_ principal: String) throws {
        let open = try bucket(of: Self.theirs, policy: Self.bucketPolicy("Allow", principal))
        #expect(!mayRead(try user([]), open))
        #expect(mayRead(try user([Self.policy("Allow", "s3:*")]), open))
        #expect(!mayRead(try user([Self.policy("Allow", "s3:*")]), try bucket(of: Self.theirs)))
    }

    @Test("a session's policy narrows its role, but for what names the session itself")
    func sessions() throws {
        let bucket = try bucket()
        let all = Self.policy("Allow", "*")
        let put = Self.policy("Allow", "s3:PutObject")
        #expect(mayRead(try user([all], role: true), bucket))
        #expect(!mayRead(try user([all], session: [put], role: true), bucket))
        #expect(
            mayRead(
                try user([all], session: [put, Self.policy("Allow", "s3:GetObject")], role: true), bucket))
        #expect(!mayRead(try user([], session: [all], role: true), bucket))
        let ofRole = try self.bucket(policy: Self.bucketPolicy("Allow", "arn:aws:iam::mine:role/a/ann"))
        #expect(mayRead(try user([], role: true), ofRole))
        #expect(!mayRead(try user([], session: [put], role: true), ofRole))
        let ofSession = try self.bucket(
            policy: Self.bucketPolicy("Allow", "arn:aws:sts::mine:assumed-role/ann/s"))
        #expect(mayRead(try user([], session: [put], role: true), ofSession))
    }

    @Test("what the account's own list gives is the account's, not its users'")
    func lists() throws {
        #expect(
            !authorizer.authorize(
                try user([]), .listBucket, bucket: try bucket(), via: .s3
            ).isAllowed)
    }

    @Test("making a bucket is judged by its name")
    func creating() throws {
        let principal = try user([Self.policy("Allow", "s3:CreateBucket", "arn:aws:s3:::team-*")])
        for (name, isAllowed) in [("team-a", true), ("other", false)] {
            #expect(
                authorizer.authorize(
                    principal, .createBucket, bucket: nil, name: BucketName(name), via: .s3
                ).isAllowed == isAllowed)
        }
    }

    @Test("a role is taken on by whom its policy names; another account's caller needs its own policy too")
    func assuming() throws {
        func may(_ principal: Principal, _ trusted: String, of project: ProjectID = Self.mine) throws -> Bool
        {
            let role = Identity(.role, project: project, name: "r", path: "/", created: 0)
            let trust = try TrustPolicy(
                Array(
                    (#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"\#(trusted)"},"#
                        + #""Action":"sts:AssumeRole"}}"#).utf8))
            return authorizer.authorize(principal, toAssume: role, trust: trust, conditions: .none).isAllowed
        }
        let ann = "arn:aws:iam::mine:user/a/ann"
        let able = try user([Self.policy("Allow", "sts:AssumeRole")])
        #expect(try may(try user([]), ann))
        #expect(try !may(try user([Self.policy("Deny", "sts:*")]), ann))
        #expect(try !may(try user([]), "arn:aws:iam::mine:root"))
        #expect(try may(able, "arn:aws:iam::mine:root"))
        #expect(try !may(able, "arn:aws:iam::theirs:root"))
        #expect(try !may(try user([]), ann, of: Self.theirs))
        #expect(try may(able, ann, of: Self.theirs))
    }

    @Test("keys of the project do what their role says of IAM too")
    func root() {
        func may(_ role: Role, _ action: String) -> Bool {
            let credential = Credential(keyID: KeyID("KEY"), project: Self.mine, role: role, secret: [1])
            return authorizer.authorize(.key(credential), action, on: "*", conditions: .none).isAllowed
        }
        #expect(may(.full, "iam:CreateUser"))
        #expect(may(.read, "iam:ListUsers"))
        #expect(!may(.read, "iam:CreateUser"))
        #expect(!may(.upload, "iam:GetUser"))
        #expect(!authorizer.authorize(.anonymous, "iam:GetUser", on: "*", conditions: .none).isAllowed)
    }

    @Test(
        "a policy of a user names no principal, and no statement twice",
        arguments: [
            #"{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*","Principal":"*"}]}"#,
            #"{"Statement":[{"Sid":"a","Effect":"Allow","Action":"*","Resource":"*"},{"Sid":"a","Effect":"Deny","Action":"*","Resource":"*"}]}"#,
            #"{"Statement":[{"Effect":"Allow","Action":"GetObject","Resource":"*"}]}"#,
            #"{"Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"demo"}]}"#,
            #"{"Statement":[{"Effect":"Allow","Action":"s3:*"}]}"#,
        ])
    func malformed(_ text: String) {
        #expect(throws: BucketPolicy.Malformed.self) { try IdentityPolicy(Array(text.utf8)) }
    }
}
