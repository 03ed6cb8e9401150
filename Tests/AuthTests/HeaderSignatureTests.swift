import HTTPServer
import Objects
import StoreLaws
import Testing

@testable import Auth

/// What a signature in the Authorization field must and must not get away with.
struct HeaderSignatureTests {
    private let signed: HTTPRequest

    init() throws {
        signed = try #require(SignedRequest.inHeader.first { $0.name.description == "put with metadata" })
            .request
    }

    @Test func everyAmazonFieldAndTheHostMustBeSigned() async throws {
        let fixture = try await S3Fixture.vectors()
        let copied = await fixture.refusal(signed.adding("X-Amz-Copy-Source", "/other/secret"))
        #expect(copied?.code == "AccessDenied")
        #expect(copied?.status == 403)
        #expect(copied?.fields.first?.value == "x-amz-copy-source")
        for name in ["x-amz-tagging", "x-amz-acl", "x-amz-meta-b", "x-amz-website-redirect-location"] {
            let refusal = await fixture.refusal(signed.adding(name, "x"))
            #expect(refusal?.fields.first { $0.name.description == "HeadersNotSigned" }?.value == name)
        }
        let hostless = await fixture.refusal(signed.reauthorized { replacing($0, "host;", "") })
        #expect(hostless?.code == "AccessDenied")
        #expect(hostless?.fields.first?.value == "host")
        // Fields of other names may come unsigned: browsers and proxies add them.
        #expect(await fixture.refusal(signed.adding("User-Agent", "test")) == nil)
    }

    @Test func aListedFieldMustBeThere() async throws {
        let fixture = try await S3Fixture.vectors()
        let refusal = await fixture.refusal(signed.removing("content-type"))
        #expect(refusal?.code == "AccessDenied")
        #expect(refusal?.message.contains("content-type") == true)
        let invented = await fixture.refusal(signed.reauthorized { replacing($0, "host;", "host;range;") })
        #expect(invented?.message.contains("range") == true)
    }

    @Test func aRepeatedFieldIsNotTheSame() async throws {
        let fixture = try await S3Fixture.vectors()
        #expect(
            await fixture.refusal(signed.adding("x-amz-meta-empty", ""))?.code == "SignatureDoesNotMatch")
        #expect(await fixture.refusal(signed.adding("x-amz-date", "20260314T150926Z"))?.status == 403)
        #expect(await fixture.refusal(signed.adding("host", "127.0.0.1:9000"))?.status == 400)
        #expect(await fixture.refusal(signed.reauthorized { replacing($0, "host;", "host;host;") }) != nil)
    }

    @Test func theHostIsSignedWithItsPort() async throws {
        let fixture = try await S3Fixture.vectors()
        for host in ["127.0.0.1", "127.0.0.1:9001", "127.0.0.1:09000", ""] {
            #expect(await fixture.refusal(signed.setting("Host", host)) != nil)
        }
    }

    /// An absolute-form target is what is routed by, so it is what must be signed.
    @Test func anAbsoluteTargetCannotMoveARequest() async throws {
        let fixture = try await S3Fixture.vectors()
        #expect(
            await fixture.refusal(signed.retargeted("http://bucket2.s3.example.com/bucket/key"))?.code
                == "SignatureDoesNotMatch")
        #expect(await fixture.refusal(signed.retargeted("http://127.0.0.1:9000/bucket/key")) == nil)
    }

    @Test func thePathIsNeverNormalised() async throws {
        let fixture = try await S3Fixture.vectors()
        for target in [
            "/bucket//key", "/bucket/./key", "/bucket/x/../key", "/bucket/key/", "/bucket/%2e/key",
            "//bucket/key",
            "/bucket/key%00", "/bucket/%256bey",
        ] {
            #expect(await fixture.refusal(signed.retargeted(target))?.code == "SignatureDoesNotMatch")
        }
        #expect(await fixture.refusal(signed.retargeted("/bucket/%6bey")) == nil)
        #expect(await fixture.refusal(signed.retargeted("/bucket/%6gey"))?.code == "InvalidURI")
        #expect(await fixture.refusal(signed.retargeted("/bucket/key?a=%"))?.code == "InvalidURI")
    }

    @Test func aQueryIsSignedWhole() async throws {
        let fixture = try await S3Fixture.vectors()
        for query in ["?acl", "?", "?versionId=1", "?x-id=PutObject"] {
            let refusal = await fixture.refusal(signed.retargeted("/bucket/key" + query))
            #expect(query == "?" ? refusal == nil : refusal?.code == "SignatureDoesNotMatch")
        }
        let listing = try #require(SignedRequest.inHeader.first { $0.name.description == "listing" })
        // The same parameters in another order and spelling.
        let target =
            "/bucket?encoding-type=url&prefix=a+b%2f&list-type=2&delimiter=/&start-after=%2B%7e"
        #expect(await fixture.refusal(listing.request.retargeted(target)) == nil)
        #expect(
            await fixture.refusal(listing.request.retargeted(replacing(target, "%2B", "+")))?.code
                == "SignatureDoesNotMatch")
        let many = String(repeating: "a&", count: CanonicalQuery.limit + 1)
        #expect(await fixture.refusal(signed.retargeted("/bucket?" + many))?.code == "InvalidURI")
    }

    @Test(arguments: [
        ("/us-east-1/", "/eu-west-1/", "AuthorizationHeaderMalformed"),
        ("/us-east-1/", "//", "AuthorizationHeaderMalformed"),
        ("/s3/", "/ec2/", "AuthorizationHeaderMalformed"),
        ("aws4_request", "aws4_reques", "AuthorizationHeaderMalformed"),
        ("aws4_request", "aws4_request/", "AuthorizationHeaderMalformed"),
        ("/20260314/", "/20260315/", "AuthorizationHeaderMalformed"),
        ("/20260314/", "/2026031/", "AuthorizationHeaderMalformed"),
        ("/20260314/", "//20260314/", "AuthorizationHeaderMalformed"),
        ("CFVECTOR000000000001/", "/", "AuthorizationHeaderMalformed"),
        ("CFVECTOR000000000001/", "a/CFVECTOR000000000001/", "AuthorizationHeaderMalformed"),
        ("CFVECTOR000000000001/", "CFVECTOR000000000002/", "InvalidAccessKeyId"),
        ("Credential=", "Credentials=", "AuthorizationHeaderMalformed"),
        ("Credential=", "Signature=a,Credential=", "AuthorizationHeaderMalformed"),
        ("SignedHeaders=", "signedheaders=", "AuthorizationHeaderMalformed"),
        ("Signature=", "Signature=0", "SignatureDoesNotMatch"),
        ("Signature=", "Signature", "AuthorizationHeaderMalformed"),
        ("Signature=", "Extra=1, Signature=", "AuthorizationHeaderMalformed"),
        ("Signature=", ", Signature=", "AuthorizationHeaderMalformed"),
        ("AWS4-HMAC-SHA256", "aws4-hmac-sha256", "InvalidArgument"),
        ("AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256", "InvalidRequest"),
        ("AWS4-HMAC-SHA256", "Bearer", "InvalidArgument"),
        ("AWS4-HMAC-SHA256", "AWS", "InvalidArgument"),
        ("AWS4-HMAC-SHA256", "AWS CFVECTOR000000000001:abc", "InvalidRequest"),
        ("content-md5;", "content-md5;;", "AccessDenied"),
        ("host;", "Host;", "AccessDenied"),
    ])
    func aChangedComponentIsRefused(_ old: String, _ new: String, _ code: String) async throws {
        let fixture = try await S3Fixture.vectors()
        #expect(await fixture.refusal(signed.reauthorized { replacing($0, old, new) })?.code == code)
    }

    @Test func theRightRegionIsNamed() async throws {
        let fixture = try await S3Fixture.vectors()
        let refusal = await fixture.refusal(signed, region: "eu-central-1")
        #expect(refusal?.status == 400)
        #expect(refusal?.code == "AuthorizationHeaderMalformed")
        #expect(refusal?.fields.first { $0.name.description == "Region" }?.value == "eu-central-1")
    }

    @Test func emptyAndRepeatedAuthorization() async throws {
        let fixture = try await S3Fixture.vectors()
        for empty in ["", " ", "\u{7}"] {
            let refusal = await fixture.refusal(signed.setting("Authorization", empty))
            #expect(refusal?.code == "AccessDenied")
        }
        let field = signed.headers[first: "authorization"] ?? ""
        #expect(
            await fixture.refusal(signed.adding("authorization", field))?.code
                == "AuthorizationHeaderMalformed")
        let long = field + String(repeating: " ", count: AuthorizationField.limit)
        #expect(
            await fixture.refusal(signed.setting("Authorization", long))?.code
                == "AuthorizationHeaderMalformed")
    }

    @Test func onlyOneKindOfAuthentication() async throws {
        let fixture = try await S3Fixture.vectors()
        for extra in [
            "?X-Amz-Algorithm=AWS4-HMAC-SHA256", "?X-Amz-Signature=0", "?AWSAccessKeyId=a", "?Signature=",
        ] {
            let refusal = await fixture.refusal(signed.retargeted("/bucket/key" + extra))
            #expect(refusal?.status == 400)
            #expect(refusal?.code == "InvalidArgument")
        }
    }

    @Test func theClockMayDifferByFifteenMinutes() async throws {
        let fixture = try await S3Fixture.vectors()
        for offset: Int64 in [-900, 900] {
            #expect(await fixture.refusal(signed, time: SignedRequest.time + offset) == nil)
        }
        for offset: Int64 in [-901, 901, -960, 960, 86_400 * 365] {
            let refusal = await fixture.refusal(signed, time: SignedRequest.time + offset)
            #expect(refusal?.code == "RequestTimeTooSkewed")
            #expect(refusal?.status == 403)
        }
    }

    @Test(arguments: ["", "yesterday", "20260314", "19500707T215304Z", "20260314T150926", "20261314T150926Z"])
    func aBadDateIsRefused(_ date: String) async throws {
        let fixture = try await S3Fixture.vectors()
        #expect(await fixture.refusal(signed.setting("x-amz-date", date))?.code == "AccessDenied")
    }

    @Test func aRequestWithoutAnyDateIsRefused() async throws {
        let fixture = try await S3Fixture.vectors()
        #expect(await fixture.refusal(signed.removing("x-amz-date"))?.code == "AccessDenied")
    }

    @Test func theDateOfTheCredentialIsTheDateOfTheRequest() async throws {
        let fixture = try await S3Fixture.vectors()
        let refusal = await fixture.refusal(signed.setting("x-amz-date", "20260315T000000Z"))
        #expect(refusal?.code == "AuthorizationHeaderMalformed")
    }

    @Test func thePayloadMustBeNamed() async throws {
        let fixture = try await S3Fixture.vectors()
        #expect(await fixture.refusal(signed.removing("x-amz-content-sha256"))?.code == "InvalidRequest")
        for value in ["", "abc", "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD", "STREAMING-UNSIGNED-PAYLOAD"] {
            let refusal = await fixture.refusal(signed.setting("x-amz-content-sha256", value))
            #expect(refusal?.code == "InvalidArgument")
            #expect(refusal?.status == 400)
        }
        for value in ["UNSIGNED-PAYLOAD", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"] {
            #expect(
                await fixture.refusal(signed.setting("x-amz-content-sha256", value))?.code
                    == "SignatureDoesNotMatch")
        }
    }

    @Test func wrongSecretsAndUnknownKeys() async throws {
        let fixture = try await S3Fixture(id: SignedRequest.keyID, secret: "another-secret-than-that")
        let wrong = await fixture.refusal(signed)
        #expect(wrong?.code == "SignatureDoesNotMatch")
        #expect(wrong?.fields.contains { $0.name.description == "CanonicalRequest" } == true)
        let other = try await S3Fixture(id: "SOMEBODYELSE", secret: SignedRequest.secret)
        #expect(await other.refusal(signed)?.code == "InvalidAccessKeyId")
        #expect(await other.refusal(signed)?.status == 403)
        // The derived key of the stand-in is remembered just as a real one is.
        #expect(other.authenticator.signingKeys.count == 1)
    }

    @Test func aPausedKeyIsRefusedToItsHolderOnly() async throws {
        let fixture = try await S3Fixture.vectors()
        try await fixture.accounts.setAccessKey(fixture.keyID, paused: true)
        #expect(await fixture.refusal(signed)?.code == "AccessDenied")
        #expect(await fixture.refusal(signed.withMethod(.get))?.code == "SignatureDoesNotMatch")
    }

    @Test func sessionTokensAreRefused() async throws {
        let fixture = try await S3Fixture.vectors()
        #expect(await fixture.refusal(signed.adding("x-amz-security-token", "abc"))?.code == "InvalidToken")
    }

    @Test func nobodyIsAnonymous() async throws {
        let fixture = try await S3Fixture.vectors()
        let request = HTTPRequest(target: "/bucket/key?Expires=1&X-Amz-Date=1", headers: ["Host": "h"])
        let identity = try await fixture.authenticate(request)
        guard case .anonymous = identity.principal else {
            Issue.record("a request without any credential is anonymous")
            return
        }
        #expect(identity.payload == .unspecified)
        #expect(identity.signing == nil)
        let chunked = request.adding("x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD")
        #expect(await fixture.refusal(chunked)?.code == "AccessDenied")
    }

    @Test func signingKeysAreRememberedWithinALimit() {
        let keys = SigningKeys()
        for number in 0..<(SigningKeys.limit + 10) {
            let scope = CredentialScope(accessKeyID: "a", date: "\(number)", region: "r", service: "s3")
            #expect(keys.key(secret: [1], scope: scope) == SigningKeys.derive(secret: [1], scope: scope))
        }
        #expect(keys.count <= SigningKeys.limit)
    }
}
