import Digests
import HTTPServer
import NIOCore
import Testing
import XML

/// Checklist: bodies in aws-chunked form, and what signed and presigned requests may do.
@Suite struct StreamingTests {
    private static let body = pseudoRandomBytes(150_000)
    private static var chunks: [[UInt8]] {
        [Array(body[..<65_536]), Array(body[65_536..<131_072]), Array(body[131_072...])]
    }

    private static var crc32: String {
        var context = ChecksumContext(.crc32)
        context.update(body)
        return Base64.encode(context.finalize())
    }

    private static func run(_ test: (S3Fixture) async throws -> Void) async throws {
        try await S3Fixture.run { s3 in
            try await s3.send("PUT", "/demo")
            try await test(s3)
        }
    }

    private enum Form: String, CaseIterable {
        case signed = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
        case signedTrailer = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"
        case unsignedTrailer = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
    }

    private static func put(
        _ s3: S3Fixture, _ form: Form, target: String = "/demo/key", trailer: String = crc32,
        _ headers: HeaderFields = [:], spoil: (inout [UInt8]) -> Void = { _ in }
    ) async throws -> Reply {
        var headers = headers
        headers.set("Host", S3Fixture.host)
        headers.set("Content-Encoding", "aws-chunked")
        if !headers.contains("x-amz-decoded-content-length") {
            headers.set("x-amz-decoded-content-length", String(body.count))
        }
        if form != .signed { headers.set("x-amz-trailer", "x-amz-checksum-crc32") }
        let signer = s3.signer()
        let (signed, seed) = signer.signed("PUT", target, headers, payload: form.rawValue)
        var framed: [UInt8]
        switch form {
        case .signed: framed = signer.chunked(chunks, seed: seed)
        case .signedTrailer:
            framed = signer.chunked(chunks, seed: seed, trailer: ("x-amz-checksum-crc32", trailer))
        case .unsignedTrailer:
            framed = TestSigner.chunkedUnsigned(chunks, trailer: ("x-amz-checksum-crc32", trailer))
        }
        spoil(&framed)
        var sent = signed
        sent.set("Content-Length", String(framed.count))
        return try await s3.sendRaw("PUT", target, sent, body: framed)
    }

    @Test func everyFormStoresTheBytesAndNotTheFraming() async throws {
        try await Self.run { s3 in
            for form in Form.allCases {
                let target = "/demo/\(form.rawValue)"
                let put = try await Self.put(s3, form, target: target)
                #expect(put.outcome == "200", "\(form)")
                #expect(put.etag == "\"\(MD5Digest.hash(Self.body).hex)\"")
                let get = try await s3.send("GET", target, ["x-amz-checksum-mode": "ENABLED"])
                #expect(get.body == Self.body)
                #expect(get.headers[first: "content-encoding"] == nil)
                #expect(get.headers[first: "x-amz-checksum-crc32"] == (form == .signed ? nil : Self.crc32))
            }
        }
    }

    @Test func aPartMayComeInChunksToo() async throws {
        try await Self.run { s3 in
            let begun = try await s3.send("POST", "/demo/key?uploads", body: [])
            let upload = try #require(try begun.xml.text(of: "UploadId"))
            let part = try await Self.put(
                s3, .unsignedTrailer, target: "/demo/key?partNumber=1&uploadId=\(upload)")
            #expect(part.outcome == "200")
            #expect(part.headers[first: "x-amz-checksum-crc32"] == Self.crc32)
        }
    }

    @Test func alteredBytesAndTrailersAreRefused() async throws {
        try await Self.run { s3 in
            func flip(_ bytes: inout [UInt8]) { bytes[70_000] ^= 1 }
            #expect(try await Self.put(s3, .signed, spoil: flip).outcome == "403 SignatureDoesNotMatch")
            #expect(
                try await Self.put(s3, .signedTrailer, spoil: flip).outcome == "403 SignatureDoesNotMatch")
            #expect(try await Self.put(s3, .unsignedTrailer, spoil: flip).outcome == "400 BadDigest")
            #expect(try await Self.put(s3, .unsignedTrailer, trailer: "AAAAAA==").outcome == "400 BadDigest")
            #expect(try await Self.put(s3, .unsignedTrailer, trailer: "AAA").outcome == "400 BadDigest")
            let forged = try await Self.put(s3, .signedTrailer) { bytes in
                let mark = Array("x-amz-trailer-signature:".utf8)
                for index in stride(from: bytes.count - mark.count, to: 0, by: -1)
                where Array(bytes[index..<(index + mark.count)]) == mark {
                    bytes[index + mark.count] ^= 1
                    break
                }
            }
            #expect(forged.outcome == "403 SignatureDoesNotMatch")
            #expect(try await s3.send("HEAD", "/demo/key").status == 404)
        }
    }

    @Test func lengthsAreKept() async throws {
        try await Self.run { s3 in
            for (length, outcome) in [
                ("149999", "400 IncompleteBody"), ("150001", "400 IncompleteBody"),
                ("x", "411 MissingContentLength"),
                ("-1", "411 MissingContentLength"), ("99999999999999999999", "411 MissingContentLength"),
            ] {
                let reply = try await Self.put(s3, .signed, ["x-amz-decoded-content-length": length])
                #expect(reply.outcome == outcome, "\(length)")
            }
            let cut = try await Self.put(s3, .signed) { $0.removeLast(50_000) }
            #expect(cut.outcome == "400 IncompleteBody")
            #expect(try await s3.send("HEAD", "/demo/key").status == 404)
        }
    }

    @Test func anObjectBeyondTheLimitIsRefusedBeforeItIsRead() async throws {
        try await Self.run { s3 in
            let size = String(6_000_000_000_000)
            let reply = try await Self.put(s3, .unsignedTrailer, ["x-amz-decoded-content-length": size])
            #expect(reply.outcome == "400 EntityTooLarge")
            #expect(try reply.xml.text(of: "ProposedSize") == size)
        }
    }

    @Test func presignedURLsOpenOneRequest() async throws {
        try await Self.run { s3 async throws in
            let signer = s3.signer()
            let host: HeaderFields = ["Host": S3Fixture.host]
            var sending = host
            sending.add("Content-Length", "3")
            let put = signer.presigned("PUT", "/demo/a%20key", host: S3Fixture.host)
            #expect(try await s3.sendRaw("PUT", put, sending, body: [1, 2, 3]).outcome == "200")
            let get = signer.presigned("GET", "/demo/a%20key", host: S3Fixture.host)
            #expect(try await s3.sendRaw("GET", get, host).body == [1, 2, 3])
            #expect(try await s3.sendRaw("HEAD", get, host).status == 403)
            #expect(try await s3.sendRaw("DELETE", get, host).outcome == "403 SignatureDoesNotMatch")
            s3.clock.advance(seconds: 901)
            #expect(try await s3.sendRaw("GET", get, host).outcome == "403 AccessDenied")
        }
    }

    @Test func aPresignedURLCarriesHeadersButNoChecksums() async throws {
        try await Self.run { s3 in
            let target =
                "/demo/key?x-amz-meta-color=red&x-amz-checksum-crc32=AAAAAA%3D%3D&x-amz-sdk-checksum-algorithm=CRC32"
            let url = s3.signer().presigned("PUT", target, host: S3Fixture.host)
            let headers: HeaderFields = ["Host": S3Fixture.host, "Content-Length": "3"]
            #expect(try await s3.sendRaw("PUT", url, headers, body: [1, 2, 3]).outcome == "200")
            let head = try await s3.send("HEAD", "/demo/key")
            #expect(head.headers[first: "x-amz-meta-color"] == "red")
            let split = s3.signer().presigned(
                "PUT", "/demo/other?x-amz-meta-a=b%0D%0Ac", host: S3Fixture.host)
            #expect(
                try await s3.sendRaw("PUT", split, headers, body: [1, 2, 3]).outcome == "400 InvalidArgument")
            let public1 = s3.signer().presigned(
                "PUT", "/demo/other?x-amz-acl=public-read", host: S3Fixture.host)
            #expect(try await s3.sendRaw("PUT", public1, headers, body: [1, 2, 3]).outcome == "200")
            #expect(try await s3.send("GET", "/demo/other", as: .nobody).outcome == "200")
        }
    }

    @Test func theOlderPresignedURLsOpenOneRequestToo() async throws {
        try await Self.run { s3 in
            try await s3.send("PUT", "/demo/a%20key", body: [1, 2, 3])
            let signer = s3.signer()
            let expires = s3.clock.now / 1000 + 60
            let host: HeaderFields = ["Host": S3Fixture.host]
            func url(_ target: String, _ resource: String) -> String {
                signer.presignedByVersion2("GET", target, resource: resource, expires: expires)
            }
            let get = url("/demo/a%20key", "/demo/a%20key")
            #expect(try await s3.sendRaw("GET", get, host).body == [1, 2, 3])
            #expect(try await s3.sendRaw("HEAD", get, host).status == 403)
            // Of a bucket alone boto signs the path with a slash and sends it without.
            let list = url("/demo?list-type=2&prefix=a&encoding-type=url", "/demo/")
            #expect(try await s3.sendRaw("GET", list, host).outcome == "200")
            let virtual = url("/a%20key", "/demo/a%20key")
            let bucketInHost: HeaderFields = ["Host": "demo.s3.localhost"]
            #expect(try await s3.sendRaw("GET", virtual, bucketInHost).body == [1, 2, 3])
            let acl = url("/demo/a%20key?acl", "/demo/a%20key")
            #expect(try await s3.sendRaw("GET", acl, host).outcome == "403 SignatureDoesNotMatch")
            s3.clock.advance(seconds: 61)
            #expect(try await s3.sendRaw("GET", get, host).outcome == "403 AccessDenied")
        }
    }

    @Test func theBucketMayStandInTheHost() async throws {
        try await Self.run { s3 in
            let host = "demo.s3.localhost:9000"
            #expect(try await s3.send("PUT", "/a/key", body: [1], host: host).outcome == "200")
            #expect(try await s3.send("GET", "/demo/a/key").body == [1])
            #expect(try await s3.send("GET", "/", host: host).xml.text(of: "Name") == "demo")
            #expect(
                try await s3.send("GET", "/a/key", host: "other.s3.localhost").outcome == "404 NoSuchBucket")
            let service = try await s3.send("GET", "/", host: "s3.localhost").xml
            #expect(service.name == "ListAllMyBucketsResult")
        }
    }
}
