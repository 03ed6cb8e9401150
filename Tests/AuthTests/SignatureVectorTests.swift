import HTTPServer
import Testing

@testable import Auth

/// Requests that others signed: AWS's documentation and botocore.
struct SignatureVectorTests {
    private static let documented: Int64 = 1_369_353_600  // 2013-05-24T00:00:00Z
    private static let emptyDigest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

    private func documented(
        _ method: HTTPMethod, _ target: String, _ fields: [(String, String)], digest: String = emptyDigest,
        signedHeaders: String, signature: String
    ) -> HTTPRequest {
        let authorization =
            "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
            + "SignedHeaders=\(signedHeaders),Signature=\(signature)"
        return HTTPRequest(
            method: method, target: target,
            headers: HeaderFields(
                fields + [
                    ("Host", "examplebucket.s3.amazonaws.com"), ("x-amz-date", "20130524T000000Z"),
                    ("x-amz-content-sha256", digest), ("Authorization", authorization),
                ]))
    }

    @Test func theExamplesOfTheDocumentation() async throws {
        let fixture = try await S3Fixture.documentation()
        let requests = [
            documented(
                .get, "/test.txt", [("Range", "bytes=0-9")],
                signedHeaders: "host;range;x-amz-content-sha256;x-amz-date",
                signature: "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"),
            documented(
                .put, "/test%24file.text",
                [("Date", "Fri, 24 May 2013 00:00:00 GMT"), ("x-amz-storage-class", "REDUCED_REDUNDANCY")],
                digest: "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
                signedHeaders: "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
                signature: "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"),
            documented(
                .get, "/?lifecycle", [], signedHeaders: "host;x-amz-content-sha256;x-amz-date",
                signature: "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"),
            documented(
                .get, "/?max-keys=2&prefix=J", [], signedHeaders: "host;x-amz-content-sha256;x-amz-date",
                signature: "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"),
        ]
        for request in requests {
            let identity = try await fixture.authenticate(request, time: Self.documented)
            #expect(identity.principal.credential?.keyID == fixture.keyID)
            #expect(!identity.isPresigned)
            #expect(await fixture.refusal(request.withMethod(.delete), time: Self.documented) != nil)
        }
    }

    @Test func thePresignedExampleOfTheDocumentation() async throws {
        let fixture = try await S3Fixture.documentation()
        let request = HTTPRequest(
            target: "/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256"
                + "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
                + "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
                + "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404",
            headers: ["Host": "examplebucket.s3.amazonaws.com"])
        let identity = try await fixture.authenticate(request, time: Self.documented)
        #expect(identity.isPresigned)
        #expect(identity.payload == .unspecified)
        _ = try await fixture.authenticate(request, time: Self.documented + 86_400)
        #expect(
            await fixture.refusal(request, time: Self.documented + 86_401)?.message == "Request has expired")
    }

    @Test(arguments: SignedRequest.inHeader)
    func botocoreInTheHeader(_ signed: SignedRequest) async throws {
        let fixture = try await S3Fixture.vectors()
        let identity = try await fixture.authenticate(signed.request)
        #expect(identity.principal.credential?.keyID == fixture.keyID)
        #expect(identity.payload.needsSHA256)
        #expect(
            await fixture.refusal(signed.request.withMethod(.other("X")))?.code == "SignatureDoesNotMatch")
        #expect(
            await fixture.refusal(signed.request.setting("Host", "other.example"))?.code
                == "SignatureDoesNotMatch")
    }

    @Test(arguments: SignedRequest.inQuery)
    func botocoreInTheQuery(_ signed: SignedRequest) async throws {
        let fixture = try await S3Fixture.vectors()
        let identity = try await fixture.authenticate(signed.request)
        #expect(identity.isPresigned)
        #expect(await fixture.refusal(signed.request.withMethod(.post))?.code == "SignatureDoesNotMatch")
        #expect(
            await fixture.refusal(signed.request.retargeted(signed.target + "&tagging"))?.code
                == "SignatureDoesNotMatch")
    }

    @Test(arguments: SignedRequest.version2)
    func botocoreInVersion2(_ signed: SignedRequest) async throws {
        let fixture = try await S3Fixture.vectors()
        let identity = try await fixture.authenticate(
            signed.request, virtualHostBucket: signed.virtualHostBucket)
        #expect(identity.isPresigned)
        let refusal = await fixture.refusal(
            signed.request.withMethod(.other("X")), virtualHostBucket: signed.virtualHostBucket)
        #expect(refusal?.code == "SignatureDoesNotMatch")
        let later = await fixture.refusal(
            signed.request, time: SignedRequest.time + 3601, virtualHostBucket: signed.virtualHostBucket)
        #expect(later?.message == "Request has expired")
    }

    /// botocore moves these fields into the URL that it signs with Version 2.
    @Test func fieldsInAURLCountAsFields() async throws {
        let fixture = try await S3Fixture.vectors()
        let signed = try #require(
            SignedRequest.version2.first { $0.name == "put with type in the query" })
        let identity = try await fixture.authenticate(signed.request)
        #expect(identity.hoistedHeaders[first: "content-type"] == "image/png")
        #expect(identity.hoistedHeaders[first: "x-amz-meta-a"] == "b c")
        let other = signed.request.setting("Content-Type", "text/html")
        #expect(await fixture.refusal(other)?.code == "SignatureDoesNotMatch")
    }
}
