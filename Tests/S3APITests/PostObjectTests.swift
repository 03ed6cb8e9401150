import Digests
import HTTPServer
import NIOCore
import Testing
import XML

@testable import S3API

/// Checklist 76: browser forms, their policies, and what a form may not do.
@Suite struct PostObjectTests {
    private static let boundary = "----form0123456789"
    private static let contentType = "multipart/form-data; boundary=" + boundary
    private static let expiration = "2026-01-03T00:00:00Z"
    private static let publicBucket = "public-read-write"

    /// The form in bytes; `file` nil leaves it out.
    private static func form(
        _ fields: [(String, String)], file: [UInt8]? = Array("bar".utf8), filename: String = "a file.txt",
        after: String = ""
    ) -> [UInt8] {
        var bytes: [UInt8] = []
        for (name, value) in fields {
            bytes += Array("--\(boundary)\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n".utf8)
            bytes += Array((value + "\r\n").utf8)
        }
        if let file {
            bytes += Array("--\(boundary)\r\nContent-Disposition: form-data; name=\"file\"; ".utf8)
            bytes += Array("filename=\"\(filename)\"\r\nContent-Type: image/png\r\n\r\n".utf8)
            bytes += file + [0x0D, 0x0A]
        }
        return bytes + Array((after + "--\(boundary)--\r\n").utf8)
    }

    private static func policy(
        _ conditions: String, expiration: String = PostObjectTests.expiration
    ) -> String {
        let all = #"{"expiration": "\#(expiration)", "conditions": [\#(conditions)]}"#
        return Base64.encode(Array(all.utf8))
    }

    /// The fields that sign a policy with Version 2.
    private static func signed(_ policy: String, _ signer: TestSigner) -> [(String, String)] {
        let code = hmac(.sha1, key: Array(signer.secret.utf8), message: Array(policy.utf8))
        return [
            ("AWSAccessKeyId", signer.keyID), ("policy", policy), ("signature", Base64.encode(code)),
        ]
    }

    private static func run(
        acl: String? = nil, _ test: (S3Fixture) async throws -> Void
    ) async throws {
        try await S3Fixture.run { s3 in
            try await s3.send("PUT", "/demo", acl.map { ["x-amz-acl": $0] } ?? [:])
            try await test(s3)
        }
    }

    private static func post(
        _ s3: S3Fixture, _ form: [UInt8], bucket: String = "demo", contentType: String = contentType
    ) async throws -> Reply {
        try await s3.sendRaw(
            "POST", "/" + bucket,
            [
                "Host": S3Fixture.host, "Content-Type": contentType, "Content-Length": String(form.count),
            ], body: form)
    }

    private static let conditions = #"{"bucket": "demo"}, ["starts-with", "$key", "in/"]"#

    @Test func aFormSignedWithVersion2IsStoredWithItsFields() async throws {
        try await Self.run { s3 in
            let policy = Self.policy(
                Self.conditions
                    + #", {"ACL": "private"}, ["Starts-With", "$Content-Type", "text/"], ["eq", "$x-amz-meta-Who", "me"]"#
            )
            let reply = try await Self.post(
                s3,
                Self.form(
                    [
                        ("kEy", "in/${filename}"), ("acl", "private"), ("Content-Type", "text/plain"),
                        ("x-amz-meta-who", "me"), ("x-ignore-this", "yes"),
                    ] + Self.signed(policy, s3.signer()), filename: #"C:\pictures\snow man.txt"#))
            #expect(reply.outcome == "204")
            #expect(reply.body.isEmpty)
            #expect(
                reply.headers[first: "location"] == "http://\(S3Fixture.host)/demo/in/snow%20man.txt")
            let stored = try await s3.send("GET", "/demo/in/snow%20man.txt")
            #expect(stored.text == "bar")
            #expect(stored.headers[first: "content-type"] == "text/plain")
            #expect(stored.headers[first: "x-amz-meta-who"] == "me")
            #expect(stored.etag == reply.etag)
        }
    }

    @Test func aFormSignedWithVersion4IsStored() async throws {
        try await Self.run { s3 in
            let signer = s3.signer()
            let day = String(signer.time.prefix(8))
            let credential = "\(signer.keyID)/\(day)/us-east-1/s3/aws4_request"
            let policy = Self.policy(
                Self.conditions
                    + #", {"x-amz-algorithm": "AWS4-HMAC-SHA256"}, {"x-amz-credential": "\#(credential)"}, {"x-amz-date": "\#(signer.time)"}"#
            )
            var key = Array("AWS4\(signer.secret)".utf8)
            for step in [day, "us-east-1", "s3", "aws4_request"] {
                key = hmac(.sha256, key: key, message: Array(step.utf8))
            }
            let signature = hexEncode(hmac(.sha256, key: key, message: Array(policy.utf8)))
            func fields(_ signature: String, _ credential: String) -> [(String, String)] {
                [
                    ("key", "in/four"), ("x-amz-algorithm", "AWS4-HMAC-SHA256"),
                    ("x-amz-credential", credential), ("x-amz-date", signer.time), ("policy", policy),
                    ("x-amz-signature", signature),
                ]
            }
            let answer1 = try await Self.post(s3, Self.form(fields(String(signature.reversed()), credential)))
                .outcome
            #expect(answer1 == "403 SignatureDoesNotMatch")
            let elsewhere = credential.replacing("us-east-1", with: "eu-west-1")
            let answer2 = try await Self.post(s3, Self.form(fields(signature, elsewhere))).outcome
            #expect(answer2 == "400 AuthorizationQueryParametersError")
            #expect(try await s3.send("HEAD", "/demo/in/four").status == 404)
            #expect(try await Self.post(s3, Self.form(fields(signature, credential))).outcome == "204")
            #expect(try await s3.send("GET", "/demo/in/four").text == "bar")
        }
    }

    @Test(arguments: [
        (#"{"bucket": "other"}, ["starts-with", "$key", "in/"]"#, "403 AccessDenied"),
        (#"["starts-with", "$key", "in/"]"#, "403 AccessDenied"),
        (#"{"bucket": "demo"}"#, "403 AccessDenied"),
        (#"{"bucket": "demo"}, ["starts-with", "$key", "out/"]"#, "403 AccessDenied"),
        (#"{"bucket": "demo"}, ["eq", "$key", "in/"]"#, "403 AccessDenied"),
        (conditions + #", {"acl": "public-read"}"#, "403 AccessDenied"),
        (conditions + #", ["content-length-range", 4, 9]"#, "400 EntityTooSmall"),
        (conditions + #", ["content-length-range", 0, 2]"#, "400 EntityTooLarge"),
        (conditions + #", ["content-length-range", 0]"#, "400 InvalidPolicyDocument"),
        (conditions + #", ["content-length-range", -1, 9]"#, "400 InvalidPolicyDocument"),
        (conditions + #", ["like", "$key", "in/"]"#, "400 InvalidPolicyDocument"),
        (conditions + #", ["eq", "key", "in/x"]"#, "400 InvalidPolicyDocument"),
        (conditions + ", {}", "400 InvalidPolicyDocument"),
        (conditions + ", 7", "400 InvalidPolicyDocument"),
        (conditions + ", ", "400 InvalidPolicyDocument"),
        (conditions + #", ["content-length-range", 3, 3]"#, "204"),
    ])
    func aPolicyAllowsWhatItsConditionsSay(_ conditions: String, _ outcome: String) async throws {
        try await Self.run { s3 in
            let fields = Self.signed(Self.policy(conditions), s3.signer())
            let reply = try await Self.post(s3, Self.form([("key", "in/x")] + fields))
            #expect(reply.outcome == outcome)
            #expect(try await s3.send("HEAD", "/demo/in/x").status == (outcome == "204" ? 200 : 404))
        }
    }

    @Test(arguments: [
        ("2026-01-01T00:00:00Z", "403 AccessDenied"), ("tomorrow", "400 InvalidPolicyDocument"),
    ])
    func aPolicyHasItsTime(_ expiration: String, _ outcome: String) async throws {
        try await Self.run { s3 in
            let fields = Self.signed(Self.policy(Self.conditions, expiration: expiration), s3.signer())
            let reply = try await Self.post(s3, Self.form([("key", "in/x")] + fields))
            #expect(reply.outcome == outcome)
        }
    }

    @Test func aFieldThatNoConditionIsAboutIsRefused() async throws {
        try await Self.run { s3 in
            let fields = Self.signed(Self.policy(Self.conditions), s3.signer())
            let tags = "<Tagging><TagSet></TagSet></Tagging>"
            for extra in [
                ("acl", "private"), ("x-amz-meta-a", "b"), ("tagging", tags),
                ("success_action_status", "200"),
            ] {
                let reply = try await Self.post(s3, Self.form([("key", "in/x"), extra] + fields))
                #expect(reply.outcome == "403 AccessDenied", "\(extra.0)")
            }
        }
    }

    @Test func whatSignsAFormMustBeWhole() async throws {
        try await Self.run { s3 in
            let signed = Self.signed(Self.policy(Self.conditions), s3.signer())
            for missing in 0..<3 {
                var fields = [("key", "in/x")] + signed
                fields.remove(at: missing + 1)
                let answer3 = try await Self.post(s3, Self.form(fields)).outcome
                #expect(
                    answer3 == "400 InvalidArgument",
                    "\(missing)")
            }
            var fields = signed
            fields[0].1 = "NOSUCHKEY0123456789"
            let answer4 = try await Self.post(s3, Self.form([("key", "in/x")] + fields)).outcome
            #expect(answer4 == "403 InvalidAccessKeyId")
            let answer5 = try await Self.post(s3, Self.form([("key", "in/x")])).outcome
            #expect(answer5 == "403 AccessDenied")
            let stranger = Self.signed(Self.policy(Self.conditions), s3.signer(.stranger))
            let answer6 = try await Self.post(s3, Self.form([("key", "in/x")] + stranger)).outcome
            #expect(answer6 == "403 AccessDenied")
            let reader = Self.signed(Self.policy(Self.conditions), s3.signer(.reader))
            let answer7 = try await Self.post(s3, Self.form([("key", "in/x")] + reader)).outcome
            #expect(answer7 == "403 AccessDenied")
        }
    }

    /// A key that may only add files does so with forms too.
    @Test func anUploaderReplacesNothing() async throws {
        try await Self.run { s3 in
            let fields = [("key", "in/x")] + Self.signed(Self.policy(Self.conditions), s3.signer(.uploader))
            let first = try await Self.post(s3, Self.form(fields))
            #expect(first.outcome == "204")
            let second = try await Self.post(s3, Self.form(fields))
            #expect(second.outcome == "403 AccessDenied")
        }
    }

    @Test func anyoneMayPostWhereTheBucketIsOpen() async throws {
        try await Self.run(acl: Self.publicBucket) { s3 in
            let tags =
                "<Tagging><TagSet><Tag><Key>a b</Key><Value>1&amp;2</Value></Tag></TagSet></Tagging>"
            let reply = try await Self.post(
                s3,
                Self.form([
                    ("key", "x"), ("acl", "public-read"), ("tagging", tags), ("success_action_status", "201"),
                ]))
            #expect(reply.outcome == "201")
            let xml = try reply.xml
            #expect(xml.name == "PostResponse")
            #expect(xml.text(of: "Bucket") == "demo")
            #expect(xml.text(of: "Key") == "x")
            #expect(xml.text(of: "ETag") == reply.etag)
            #expect(xml.text(of: "Location") == "http://\(S3Fixture.host)/demo/x")
            let tag = try await s3.send("GET", "/demo/x?tagging").xml.first("TagSet")?.first("Tag")
            #expect(tag?.text(of: "Key") == "a b")
            #expect(tag?.text(of: "Value") == "1&2")
            #expect(try await s3.send("GET", "/demo/x", as: .nobody).text == "bar")
        }
    }

    @Test func theBrowserIsSentOn() async throws {
        try await Self.run(acl: Self.publicBucket) { s3 in
            for (page, expected) in [
                ("https://example.com/done", "https://example.com/done?"),
                ("https://example.com/done?a=b", "https://example.com/done?a=b&"),
            ] {
                let reply = try await Self.post(
                    s3, Self.form([("key", "a/b c"), ("success_action_redirect", page)]))
                #expect(reply.status == 303)
                let etag = reply.etag.dropFirst().dropLast()
                #expect(
                    reply.headers[first: "location"]
                        == expected + "bucket=demo&key=a%2Fb%20c&etag=%22\(etag)%22")
            }
            for page in ["javascript:alert(1)", "https://example.com/\r\nSet-Cookie: a=b"] {
                let reply = try await Self.post(
                    s3, Self.form([("key", "x"), ("success_action_redirect", page)]))
                #expect(reply.status == 204)
            }
        }
    }

    @Test func checksumsOfTheFileAreVerified() async throws {
        try await Self.run(acl: Self.publicBucket) { s3 in
            let right = Base64.encode(SHA256Digest.hash(Array("bar".utf8)).bytes)
            let wrong = Base64.encode(SHA256Digest.hash(Array("foo".utf8)).bytes)
            let name = "x-amz-checksum-sha256"
            let answer8 = try await Self.post(s3, Self.form([("key", "x"), (name, wrong)])).outcome
            #expect(answer8 == "400 BadDigest")
            #expect(try await s3.send("HEAD", "/demo/x").status == 404)
            let reply = try await Self.post(s3, Self.form([("key", "x"), (name, right)]))
            #expect(reply.outcome == "204")
            #expect(reply.headers[first: name] == right)
            let md5 = Base64.encode(MD5Digest.hash(Array("foo".utf8)).bytes)
            let answer9 = try await Self.post(s3, Self.form([("key", "y"), ("content-md5", md5)])).outcome
            #expect(answer9 == "400 BadDigest")
        }
    }

    @Test func formsThatAreNoneAreRefused() async throws {
        try await Self.run(acl: Self.publicBucket) { s3 in
            let good = Self.form([("key", "x")])
            func outcome(_ form: [UInt8], _ type: String = Self.contentType) async throws -> String {
                try await Self.post(s3, form, contentType: type).outcome
            }
            #expect(try await outcome(good, "application/x-www-form-urlencoded") == "412 PreconditionFailed")
            #expect(try await outcome(good, "multipart/form-data") == "412 PreconditionFailed")
            let answer10 = try await outcome(good, "multipart/form-data; boundary=other")
            #expect(answer10 == "400 MalformedPOSTRequest")
            #expect(try await outcome([]) == "400 MalformedPOSTRequest")
            for cut in [good.count - Self.boundary.utf8.count - 6, good.count / 2, 30] {
                #expect(try await outcome(Array(good.prefix(cut))) == "400 MalformedPOSTRequest", "\(cut)")
            }
            #expect(try await outcome(Self.form([("key", "x")], file: nil)) == "400 InvalidArgument")
            #expect(try await outcome(Self.form([("acl", "private")])) == "400 InvalidArgument")
            #expect(try await outcome(Self.form([("key", "x"), ("Key", "y")])) == "400 InvalidArgument")
            let answer11 = try await outcome(Self.form([("key", "x"), ("Cache-Control", "a\r\nb: c")]))
            #expect(answer11 == "400 InvalidArgument")
            let long = String(repeating: "a", count: 21 << 10)
            let answer12 = try await outcome(Self.form([("key", "x"), ("x-ignore-a", long)]))
            #expect(answer12 == "400 MaxPostPreDataLengthExceededError")
            let answer13 = try await outcome(
                Self.form([("key", "x")], after: "--\(Self.boundary)\r\n" + long))
            #expect(answer13 == "400 MalformedPOSTRequest")
            let answer14 = try await outcome(
                Self.form([("key", "x"), ("x-amz-server-side-encryption", "none")]))
            #expect(answer14 != "204")
            #expect(try await s3.send("HEAD", "/demo/x").status == 404)
            let other = "Multipart/Form-Data; charset=utf-8; boundary=\"" + Self.boundary + "\""
            #expect(try await outcome(good, other) == "204")
        }
    }

    /// However the bytes of a form are cut on their way, and whatever stands in the file, it is the same form.
    @Test func aFormMayComeInAnyPieces() async throws {
        try await Self.run(acl: Self.publicBucket) { s3 in
            var file = Array("\r\n--\(Self.boundary.dropLast())\r\r\n--".utf8)
            file += pseudoRandomBytes(70_000) + Array("\r\n-".utf8)
            let form = Self.form([("key", "x"), ("x-amz-meta-empty", "")], file: file)
            for size in [1, 7, 63, 4096, 65_536, form.count] {
                var pieces: [ByteBuffer] = []
                // A byte at a time for the beginning and the end, or it would take all day.
                let edge = size < 63 ? 600 : 0
                var start = 0
                while start < form.count {
                    let isEdge = start < edge || start >= form.count - edge
                    let end = min(start + (isEdge ? size : max(size, 999)), form.count)
                    pieces.append(ByteBuffer(bytes: form[start..<end]))
                    start = end
                }
                let reply = try await s3.sendRaw(
                    "POST", "/demo", ["Host": S3Fixture.host, "Content-Type": Self.contentType],
                    body: RequestBody(chunks: pieces, declaredLength: Int64(form.count)))
                #expect(reply.outcome == "204", "\(size)")
                #expect(try await s3.send("GET", "/demo/x").body == file, "\(size)")
                try await s3.send("DELETE", "/demo/x")
            }
        }
    }

    /// Whatever is done to a signed form, nothing is stored that its policy does not allow, and a refusal is 4xx.
    @Test(arguments: [UInt64(81), 82])
    func formsThatSomebodyChanged(_ seed: UInt64) async throws {
        try await Self.run { s3 in
            let conditions =
                Self.conditions + #", ["starts-with", "$x-amz-meta-a", "b"], ["content-length-range", 1, 5]"#
            let fields =
                [("key", "in/${filename}"), ("x-amz-meta-a", "bc")]
                + Self.signed(Self.policy(conditions), s3.signer())
            let form = Self.form(fields, filename: "name.txt")
            #expect(try await Self.post(s3, form).status == 204)
            var mutator = Mutator(
                seed: seed,
                fragments: [
                    "\r\n", "\r\n\r\n", "--", "--" + Self.boundary, "--\(Self.boundary)--", "\"", ";", "=",
                    ":",
                    "Content-Disposition: form-data; name=\"key\"\r\n\r\nout/of\r\n", "filename=\"../x\"",
                    "name=\"file\"",
                    "name*=UTF-8''key", "Content-Transfer-Encoding: base64", "${filename}", "$", "\u{0}", "é",
                    "\\\"",
                    "policy", "signature", "x-ignore-a", "x-amz-acl", "bucket", "success_action_redirect",
                    String(repeating: "a", count: 21_000),
                ])
            var stored = 0
            var refused = 0
            for round in 0..<400 {
                let changed = mutator.mutated(form)
                let reply = try await Self.post(s3, changed)
                if reply.status < 400 {
                    stored += 1
                } else {
                    refused += 1
                    #expect(
                        (400..<500).contains(reply.status) && reply.code != nil,
                        "round \(round): \(reply.outcome)")
                }
            }
            #expect(stored > 5 && refused > 200)
            let listed = try await s3.send("GET", "/demo?list-type=2").xml.all("Contents")
            #expect(!listed.isEmpty)
            for entry in listed {
                let key = try #require(entry.text(of: "Key"))
                #expect(key.hasPrefix("in/"))
                #expect((1...5).contains(Int(entry.text(of: "Size") ?? "") ?? 0), "\(key)")
                let path = percentEncode(key.utf8, keepingSlash: true)
                let read = try await s3.send("HEAD", "/demo/" + path)
                #expect(read.headers[first: "x-amz-meta-a"]?.hasPrefix("b") == true, "\(key)")
            }
        }
    }
}
