import HTTPServer
import Objects
import Testing

@testable import Auth

/// What a signed S3 URL must and must not get away with.
struct QuerySignatureTests {
    private let signed: SignedRequest
    private let old: SignedRequest

    init() throws {
        signed = try #require(SignedRequest.inQuery.first { $0.name.description == "get" })
        old = try #require(SignedRequest.version2.first { $0.name.description == "get" })
    }

    @Test(arguments: [
        ("X-Amz-Expires=3600", "X-Amz-Expires=604801", "AuthorizationQueryParametersError"),
        ("X-Amz-Expires=3600", "X-Amz-Expires=-1", "AuthorizationQueryParametersError"),
        ("X-Amz-Expires=3600", "X-Amz-Expires=1e3", "AuthorizationQueryParametersError"),
        ("X-Amz-Expires=3600", "X-Amz-Expires=%2B3600", "AuthorizationQueryParametersError"),
        ("X-Amz-Expires=3600", "X-Amz-Expires=99999999999999999999", "AuthorizationQueryParametersError"),
        ("X-Amz-Expires=3600", "X-Amz-Expires=", "AuthorizationQueryParametersError"),
        ("X-Amz-Expires=3600", "X-Amz-Expires=0", "AccessDenied"),
        ("X-Amz-Expires=3600", "X-Amz-Expires=3601", "SignatureDoesNotMatch"),
        ("X-Amz-Expires=3600", "X-Amz-Expires=03600", "SignatureDoesNotMatch"),
        ("X-Amz-Expires=3600", "x=1", "AuthorizationQueryParametersError"),
        ("X-Amz-Expires=3600", "X-Amz-Expires=3600&X-Amz-Expires=3600", "AuthorizationQueryParametersError"),
        (
            "X-Amz-Algorithm=AWS4-HMAC-SHA256", "X-Amz-Algorithm=aws4-hmac-sha256",
            "AuthorizationQueryParametersError"
        ),
        (
            "X-Amz-Algorithm=AWS4-HMAC-SHA256", "X-Amz-Algorithm=AWS4-ECDSA-P256-SHA256",
            "AuthorizationQueryParametersError"
        ),
        ("X-Amz-SignedHeaders=host", "X-Amz-SignedHeaders=", "AuthorizationQueryParametersError"),
        ("X-Amz-SignedHeaders=host", "X-Amz-SignedHeaders=range", "AccessDenied"),
        ("X-Amz-Date=20260314T150926Z", "X-Amz-Date=20260314", "AuthorizationQueryParametersError"),
        ("X-Amz-Date=20260314T150926Z", "X-Amz-Date=20260315T000000Z", "AuthorizationQueryParametersError"),
        ("%2Fus-east-1%2F", "%2Feu-west-1%2F", "AuthorizationQueryParametersError"),
        ("%2Fs3%2F", "%2Fsts%2F", "AuthorizationQueryParametersError"),
        ("aws4_request", "aws4", "AuthorizationQueryParametersError"),
        ("CFVECTOR000000000001", "CFVECTOR000000000002", "InvalidAccessKeyId"),
        ("X-Amz-Signature=", "X-Amz-Signature=a", "SignatureDoesNotMatch"),
        ("X-Amz-Signature=", "x=", "AuthorizationQueryParametersError"),
    ])
    func aChangedParameterIsRefused(_ from: String, _ to: String, _ code: String) async throws {
        let fixture = try await S3Fixture.vectors()
        let changed = replacing(signed.target, from, to)
        #expect(changed != signed.target)
        #expect(await fixture.refusal(signed.request.retargeted(changed))?.code == code)
    }

    /// A number that no URL may have is forbidden; what is no number cannot be understood.
    @Test(arguments: [("-1", 403), ("604801", 403), ("1e3", 400), ("99999999999999999999", 400)])
    func aLifetimeOutOfRangeIsForbidden(_ text: String, _ status: Int) async throws {
        let fixture = try await S3Fixture.vectors()
        let changed = replacing(signed.target, "X-Amz-Expires=3600", "X-Amz-Expires=" + text)
        #expect(await fixture.refusal(signed.request.retargeted(changed))?.status == status)
    }

    @Test func aURLIsGoodFromItsDateToItsEnd() async throws {
        let fixture = try await S3Fixture.vectors()
        for offset: Int64 in [-900, 0, 3600] {
            #expect(await fixture.refusal(signed.request, time: SignedRequest.time + offset) == nil)
        }
        #expect(
            await fixture.refusal(signed.request, time: SignedRequest.time + 3601)?.message
                == "Request has expired")
        #expect(
            await fixture.refusal(signed.request, time: SignedRequest.time - 901)?.message
                == "Request is not valid yet")
    }

    @Test func headIsNotGet() async throws {
        let fixture = try await S3Fixture.vectors()
        for method in [HTTPMethod.head, .put, .delete, .options] {
            #expect(
                await fixture.refusal(signed.request.withMethod(method))?.code == "SignatureDoesNotMatch")
        }
    }

    @Test func unsignedFieldsAreRefused() async throws {
        let fixture = try await S3Fixture.vectors()
        let put = try #require(SignedRequest.inQuery.first { $0.name.description == "put" }).request
        for (name, value) in [
            ("x-amz-copy-source", "/other/secret"), ("x-amz-acl", "public-read"),
            ("x-amz-content-sha256", "UNSIGNED-PAYLOAD"),
        ] {
            let refusal = await fixture.refusal(put.adding(name, value))
            #expect(refusal?.code == "AccessDenied")
            #expect(refusal?.fields.first?.value == name)
        }
        let signedACL = try #require(
            SignedRequest.inQuery.first { $0.name.description == "put with signed header" })
        #expect(
            await fixture.refusal(signedACL.request.setting("x-amz-acl", "public-read"))?.code
                == "SignatureDoesNotMatch")
        #expect(await fixture.refusal(signedACL.request.removing("x-amz-acl")) != nil)
    }

    @Test func theRightRegionIsNamed() async throws {
        let fixture = try await S3Fixture.vectors()
        let refusal = await fixture.refusal(signed.request, region: "eu-central-1")
        #expect(refusal?.fields.first { $0.name.description == "Region" }?.value == "eu-central-1")
    }

    @Test func sessionTokensAreRefused() async throws {
        let fixture = try await S3Fixture.vectors()
        let request = signed.request.retargeted(signed.target + "&X-Amz-Security-Token=a")
        #expect(await fixture.refusal(request)?.code == "InvalidToken")
        let older = old.request.retargeted(old.target + "&x-amz-security-token=a")
        #expect(await fixture.refusal(older)?.code == "InvalidToken")
    }

    /// Version 2 does not sign every parameter, so those that would make another operation must not pass.
    @Test func version2RefusesWhatItDoesNotSign() async throws {
        let fixture = try await S3Fixture.vectors()
        for extra in ["legal-hold", "retention", "attributes", "encryption", "renameObject", "Acl", "acl%20"]
        {
            let request = old.request.retargeted(old.target + "&" + extra)
            #expect(await fixture.refusal(request)?.code == "AccessDenied")
        }
        for extra in [
            "acl", "tagging", "versionId=1", "uploads", "x-amz-acl=public-read", "content-type=a%2Fb",
        ] {
            let request = old.request.retargeted(old.target + "&" + extra)
            #expect(await fixture.refusal(request)?.code == "SignatureDoesNotMatch")
        }
        #expect(await fixture.refusal(old.request.retargeted(old.target + "&x-id=GetObject")) == nil)
        #expect(
            await fixture.refusal(old.request.adding("x-amz-copy-source", "/a/b"))?.code
                == "SignatureDoesNotMatch")
    }

    @Test(arguments: [
        ("Expires=", "Expires=1", "SignatureDoesNotMatch"),
        ("Expires=1773504566", "Expires=1", "AccessDenied"),
        ("Expires=1773504566", "Expires=-1", "AccessDenied"),
        ("Expires=1773504566", "Expires=1773504566000", "AccessDenied"),
        ("Expires=1773504566", "Expires=1773504566&Expires=1773504566", "AccessDenied"),
        ("Expires=1773504566", "x-id=1", "AccessDenied"),
        ("Signature=", "Signature=a", "SignatureDoesNotMatch"),
        ("AWSAccessKeyId=CFVECTOR000000000001", "AWSAccessKeyId=CFVECTOR000000000002", "InvalidAccessKeyId"),
        ("AWSAccessKeyId=CFVECTOR000000000001", "AWSAccessKeyId=", "AccessDenied"),
    ])
    func aChangedVersion2ParameterIsRefused(_ from: String, _ to: String, _ code: String) async throws {
        let fixture = try await S3Fixture.vectors()
        let changed = replacing(old.target, from, to)
        #expect(changed != old.target)
        #expect(await fixture.refusal(old.request.retargeted(changed))?.code == code)
    }

    @Test func version2SignsTheBucketOfTheHost() async throws {
        let fixture = try await S3Fixture.vectors()
        let hosted = try #require(SignedRequest.version2.first { $0.virtualHostBucket != nil })
        for bucket in [nil, "bucket2", ""] {
            #expect(
                await fixture.refusal(hosted.request, virtualHostBucket: bucket)?.code
                    == "SignatureDoesNotMatch")
        }
    }
}
