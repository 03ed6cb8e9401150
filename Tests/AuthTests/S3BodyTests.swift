import Digests
import HTTPServer
import NIOCore
import Objects
import Testing

@testable import Auth

/// How the body of a request is read, by what was signed.
struct S3BodyTests {
    private func identity(_ payload: PayloadMode) -> S3Identity {
        S3Identity(
            principal: .anonymous, payload: payload, signing: ChunkedSample.signer(seed: "0"),
            isPresigned: false, hoistedHeaders: HeaderFields(), chunkBudget: ChunkBudget())
    }

    private func refusal(_ payload: PayloadMode, _ headers: HeaderFields) -> String? {
        do {
            _ = try identity(payload).body(of: HTTPRequest(target: "/", headers: headers), limit: 100)
            return nil
        } catch {
            return error.code
        }
    }

    @Test func aPlainBodyIsReadAsItIs() async throws {
        let request = HTTPRequest(method: .put, target: "/", body: RequestBody(ByteBuffer(string: "hello")))
        for payload in [PayloadMode.unsigned, .unspecified, .signedDigest(SHA256Digest.hash([1]))] {
            let body = try identity(payload).body(of: request, limit: 100)
            #expect(body.length == 5)
            #expect(body.chunked == nil)
        }
        let body = try identity(.unsigned).body(of: request, limit: 100)
        #expect(await Reading.all(of: body.source).bytes == Array("hello".utf8))
    }

    @Test(arguments: [
        (BodyError.tooLarge, StoreError.bodyTooLarge(limit: 9)), (.disconnected, .bodyIncomplete),
        (.tooSlow, .bodyTooSlow), (.malformed, .bodyIncomplete), (.aborted, .bodyIncomplete),
    ])
    func aBrokenBodyIsAnErrorOfTheStore(_ error: BodyError, _ expected: StoreError) async {
        let body = RequestBody(chunks: [ByteBuffer(string: "abc")], failure: error)
        let reading = await Reading.all(of: RequestBodySource(body, limit: 9))
        #expect(reading.error == expected)
        #expect(reading.bytes == Array("abc".utf8))
    }

    @Test func theUnframedLengthMustBeGiven() {
        for value in ["", "-1", "+5", "5 ", "1e3", "99999999999999999999", "0x5"] {
            let headers: HeaderFields = ["x-amz-decoded-content-length": value]
            #expect(refusal(.streamingUnsignedTrailer, headers) == "MissingContentLength")
        }
        #expect(refusal(.streamingSigned(trailer: false), HeaderFields()) == "MissingContentLength")
        let twice: HeaderFields = ["x-amz-decoded-content-length": "5", "X-Amz-Decoded-Content-Length": "5"]
        #expect(refusal(.streamingUnsignedTrailer, twice) == "MissingContentLength")
        #expect(refusal(.streamingUnsignedTrailer, ["x-amz-decoded-content-length": "5"]) == nil)
    }

    @Test func onlyChecksumsMayBeTrailers() {
        for value in ["host", "x-amz-meta-a", "x-amz-checksum-crc32,x-amz-checksum-crc32", "a b"] {
            let headers: HeaderFields = ["x-amz-decoded-content-length": "5", "x-amz-trailer": value]
            #expect(refusal(.streamingUnsignedTrailer, headers) == "InvalidRequest")
        }
        let good: HeaderFields = [
            "x-amz-decoded-content-length": "5",
            "x-amz-trailer": " x-amz-checksum-crc32 , X-Amz-Checksum-Sha1",
        ]
        #expect(refusal(.streamingUnsignedTrailer, good) == nil)
        #expect(refusal(.streamingSigned(trailer: true), good) == nil)
        #expect(refusal(.streamingSigned(trailer: false), good) == "InvalidRequest")
    }

    @Test func aSignedDigestIsCompared() throws {
        let payload = PayloadMode.signedDigest(SHA256Digest.hash(Array("hello".utf8)))
        #expect(payload.needsSHA256)
        func facts(_ digest: SHA256Digest?) -> BodyFacts {
            BodyFacts(length: 5, sha256: digest, root: SHA256Digest.hash([1]), head: [])
        }
        try payload.verify(facts(SHA256Digest.hash(Array("hello".utf8))))
        try payload.verify(ByteBuffer(string: "hello"))
        for other in [SHA256Digest.hash(Array("hellp".utf8)), nil] {
            let error = #expect(throws: S3AuthError.self) { try payload.verify(facts(other)) }
            #expect(error?.code == "XAmzContentSHA256Mismatch")
            #expect(error?.status == 400)
        }
        #expect(throws: S3AuthError.self) { try payload.verify(ByteBuffer()) }
        for free in [PayloadMode.unsigned, .unspecified, .streamingUnsignedTrailer] {
            try free.verify(facts(nil))
            try free.verify(ByteBuffer(string: "x"))
        }
    }
}
