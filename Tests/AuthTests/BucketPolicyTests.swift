import Objects
import Testing

@testable import Auth

struct BucketPolicyTests {
    private static let mine = ProjectID("mine")
    private static let theirs = ProjectID("theirs")

    private func policy(_ statements: String) throws -> BucketPolicy {
        try BucketPolicy(
            Array(#"{"Version":"2012-10-17","Statement":[\#(statements)]}"#.utf8),
            for: try #require(BucketName("demo")))
    }

    private func verdict(
        _ statements: String, _ action: Action = .getObject, key: String? = "a/b.txt",
        account: ProjectID? = theirs, values: [String: [String]] = [:]
    ) throws -> PolicyVerdict {
        try policy(statements).verdict(
            on: PolicyRequest(
                caller: PolicyCaller(account), action: action, bucket: BucketName("demo"),
                key: key.flatMap { ObjectKey($0) }, values: { values[$0] }))
    }

    private static let all = #""Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::demo/*""#

    @Test func anExplicitDenyWins() throws {
        let allow = #"{"Effect":"Allow",\#(Self.all)}"#
        let deny = #"{"Effect":"Deny",\#(Self.all)}"#
        #expect(try verdict(allow) == .allow)
        #expect(try verdict("\(allow),\(deny)") == .deny)
        #expect(try verdict("\(deny),\(allow)") == .deny)
        #expect(try verdict(allow, .listBucket, key: nil) == .silent)
    }

    @Test(arguments: [
        (#""*""#, true), (#"{"AWS":"*"}"#, true), (#"{"AWS":["x","theirs"]}"#, true),
        (#"{"AWS":"arn:aws:iam::theirs:root"}"#, true), (#"{"AWS":"arn:aws:iam:::user/theirs"}"#, true),
        (#"{"CanonicalUser":"theirs"}"#, true), (#"{"AWS":"arn:aws:iam::other:root"}"#, false),
        (#"{"Service":"logging.s3.amazonaws.com"}"#, false),
    ])
    func principals(_ principal: String, _ fits: Bool) throws {
        let statement =
            #"{"Effect":"Allow","Principal":\#(principal),"Action":"s3:GetObject","Resource":"arn:aws:s3:::demo/*"}"#
        #expect(try verdict(statement) == (fits ? .allow : .silent))
    }

    @Test(arguments: [
        ("s3:GetObject", "arn:aws:s3:::demo/a/b.txt", true), ("s3:get*", "arn:aws:s3:::demo/a/*", true),
        ("*", "*", true), ("s3:GetObject", "arn:aws:s3:::demo/?/b.txt", true),
        ("s3:PutObject", "arn:aws:s3:::demo/*", false), ("s3:GetObject", "arn:aws:s3:::demo/b/*", false),
        ("s3:GetObject", "arn:aws:s3:::demo/${aws:userid}/*", false),
        ("s3:GetObject", "arn:aws:s3:::demo", false),
    ])
    func actionsAndResources(_ action: String, _ resource: String, _ fits: Bool) throws {
        let statement =
            #"{"Effect":"Allow","Principal":"*","Action":"\#(action)","Resource":"\#(resource)"}"#
        #expect(try verdict(statement) == (fits ? .allow : .silent))
    }

    @Test func exclusionsAreTheOpposite() throws {
        let deny =
            #"{"Effect":"Deny","NotPrincipal":{"AWS":"mine"},"NotAction":"s3:PutObject","NotResource":"arn:aws:s3:::demo/open/*"}"#
        #expect(try verdict(deny) == .deny)
        #expect(try verdict(deny, account: Self.mine) == .silent)
        #expect(try verdict(deny, .putObject) == .silent)
        #expect(try verdict(deny, key: "open/x") == .silent)
    }

    private struct Comparison: Sendable {
        let name: String
        let wanted: String
        let values: [String]?
        let holds: Bool

        init(_ name: String, _ wanted: String, _ values: [String]?, _ holds: Bool) {
            self.name = name
            self.wanted = wanted
            self.values = values
            self.holds = holds
        }
    }

    private static let comparisons: [Comparison] = [
        Comparison("StringEquals", "public", ["public"], true),
        Comparison("StringEquals", "public", ["Public"], false),
        Comparison("StringEqualsIgnoreCase", "public", ["Public"], true),
        Comparison("StringNotEquals", "public", ["x"], true),
        Comparison("StringNotEquals", "public", nil, true), Comparison("StringEquals", "public", nil, false),
        Comparison("StringEqualsIfExists", "public", nil, true),
        Comparison("StringLike", "pub*", ["public"], true),
        Comparison("StringNotLike", "pub*", ["public"], false),
        Comparison("NumericLessThan", "10", ["9"], true),
        Comparison("NumericLessThan", "10", ["x"], false),
        Comparison("NumericGreaterThanEquals", "10", ["10"], true),
        Comparison("DateLessThan", "2026-01-01T00:00:00Z", ["1000"], true),
        Comparison("Bool", "true", ["true"], true),
        Comparison("Bool", "true", ["false"], false),
        Comparison("IpAddress", "10.0.0.0/8", ["10.1.2.3"], true),
        Comparison("IpAddress", "10.0.0.0/8", ["11.1.2.3"], false),
        Comparison("NotIpAddress", "10.0.0.0/8", ["11.1.2.3"], true),
        Comparison("IpAddress", "2001:db8::/32", ["2001:db8:1::5"], true),
        Comparison("Null", "true", nil, true),
        Comparison("Null", "false", ["x"], true), Comparison("Null", "true", ["x"], false),
        Comparison("ForAnyValue:StringEquals", "b", ["a", "b"], true),
        Comparison("ForAllValues:StringEquals", "b", ["a", "b"], false),
        Comparison("ForAllValues:StringEquals", "b", nil, true),
        Comparison("ArnLike", "arn:aws:iam::*:root", ["arn:aws:iam::x:root"], true),
    ]

    @Test(arguments: comparisons)
    private func conditions(_ comparison: Comparison) throws {
        let statement =
            #"{"Effect":"Allow",\#(Self.all),"Condition":{"\#(comparison.name)":{"s3:X":"\#(comparison.wanted)"}}}"#
        let given: [String: [String]] = comparison.values.map { ["s3:x": $0] } ?? [:]
        #expect(try verdict(statement, values: given) == (comparison.holds ? .allow : .silent))
    }

    @Test func allConditionsMustHoldAndAnyValueMayFit() throws {
        let statement =
            #"{"Effect":"Allow",\#(Self.all),"Condition":{"StringEquals":{"s3:a":["1","2"],"s3:b":"3"}}}"#
        #expect(try verdict(statement, values: ["s3:a": ["2"], "s3:b": ["3"]]) == .allow)
        #expect(try verdict(statement, values: ["s3:a": ["2"], "s3:b": ["4"]]) == .silent)
    }

    @Test(arguments: [
        (#"{"Effect":"Allow",\#(all)}"#, true), (#"{"Effect":"Deny",\#(all)}"#, false),
        (#"{"Effect":"Allow","Principal":{"AWS":"x"},"Action":"s3:*","Resource":"*"}"#, false),
        (#"{"Effect":"Allow",\#(all),"Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}}"#, false),
        (#"{"Effect":"Allow",\#(all),"Condition":{"IpAddress":{"aws:SourceIp":"0.0.0.0/0"}}}"#, true),
        (#"{"Effect":"Allow",\#(all),"Condition":{"StringLike":{"aws:Referer":"x"}}}"#, true),
    ])
    func publicPolicies(_ statement: String, _ isPublic: Bool) throws {
        #expect(try policy(statement).isPublic == isPublic)
    }

    @Test(arguments: [
        "", "[]", "{", #"{"Statement":[]}"#, #"{"Statement":[{}]}"#,
        #"{"Version":"2020-01-01","Statement":[{}]}"#,
        #"{"Statement":{"Effect":"Maybe","Principal":"*","Action":"s3:*","Resource":"*"}}"#,
        #"{"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}"#,
        #"{"Statement":{"Effect":"Allow","Principal":"*","Action":"s3:*"}}"#,
        #"{"Statement":{"Effect":"Allow","NotPrincipal":{"AWS":"x"},"Action":"s3:*","Resource":"*"}}"#,
        #"{"Statement":{"Effect":"Allow","Principal":"*","Action":"ec2:Run","Resource":"*"}}"#,
        #"{"Statement":{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::other/*"}}"#,
        #"{"Statement":{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"Nope":{"a":"b"}}}}"#,
        #"{"Statement":{"Effect":"Allow","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"}}"#,
        String(repeating: "[", count: 100_000),
    ])
    func malformedPoliciesAreRefused(_ text: String) throws {
        let name = try #require(BucketName("demo"))
        #expect(throws: BucketPolicy.Malformed.self) { try BucketPolicy(Array(text.utf8), for: name) }
    }

    /// Whatever is changed in a policy, the reader says yes or no and nothing breaks.
    @Test func mutatedPoliciesAreReadOrRefused() throws {
        let corpus = Array(
            #"{"Version":"2012-10-17","Statement":[{"Sid":"a\u00e9","Effect":"Allow","Principal":{"AWS":["*"]},"Action":["s3:Get*"],"Resource":"arn:aws:s3:::demo/*","Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}}]}"#
                .utf8)
        let name = try #require(BucketName("demo"))
        var random = SplitMix64(seed: 7)
        var taken = 0
        for _ in 0..<4000 {
            var bytes = corpus
            for _ in 0..<Int(random.next() % 4) + 1 {
                let place = Int(random.next() % UInt64(bytes.count))
                switch random.next() % 3 {
                case 0: bytes[place] = UInt8(truncatingIfNeeded: random.next())
                case 1: bytes.remove(at: place)
                default: bytes.insert(corpus[Int(random.next() % UInt64(corpus.count))], at: place)
                }
            }
            if (try? BucketPolicy(bytes, for: name)) != nil { taken += 1 }
        }
        #expect(taken > 0 && taken < 4000)
    }

    @Test func listsAreCodedAndGrantWhatTheySay() throws {
        for canned in AccessControlList.Canned.allCases {
            let list = AccessControlList(canned, owner: Self.mine, bucketOwner: Self.theirs)
            #expect(try AccessControlList(encoded: list.encoded) == list)
            #expect(list.allows(.write, to: Self.mine, ignoringPublic: true))
        }
        let open = AccessControlList(.publicRead, owner: Self.mine, bucketOwner: nil)
        #expect(open.isPublic)
        #expect(open.allows(.read, to: nil, ignoringPublic: false))
        #expect(!open.allows(.read, to: nil, ignoringPublic: true))
        #expect(!open.allows(.write, to: Self.theirs, ignoringPublic: false))
        let signed = AccessControlList(.authenticatedRead, owner: Self.mine, bucketOwner: nil)
        #expect(signed.allows(.read, to: Self.theirs, ignoringPublic: false))
        #expect(!signed.allows(.read, to: nil, ignoringPublic: false))
        #expect(throws: StoreError.self) { try AccessControlList(encoded: [1, 2]) }
    }
}
