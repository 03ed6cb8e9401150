import Digests
import HTTPServer
import Testing
import XML

/// Checklist: copies.
@Suite struct CopyTests {
    private static func run(_ test: (S3Fixture) async throws -> Void) async throws {
        try await S3Fixture.run { s3 in
            try await s3.send("PUT", "/demo")
            let headers: HeaderFields = [
                "Content-Type": "text/source", "x-amz-meta-a": "b", "Cache-Control": "no-store",
            ]
            try await s3.send("PUT", "/demo/source", headers, body: [1, 2, 3])
            try await test(s3)
        }
    }

    private static func copy(
        _ s3: S3Fixture, _ source: String = "demo/source", to target: String = "/demo/copy",
        _ headers: HeaderFields = [:], as caller: S3Fixture.Caller = .full
    ) async throws -> Reply {
        var headers = headers
        headers.set("x-amz-copy-source", source)
        return try await s3.send("PUT", target, headers, body: [], as: caller)
    }

    @Test func aCopyHasItsSourcesBytesAndMetadata() async throws {
        try await Self.run { s3 in
            let source = try await s3.send("HEAD", "/demo/source")
            s3.clock.advance(seconds: 5)
            for (index, spelling) in ["demo/source", "/demo/source", "demo/s%6Furce"].enumerated() {
                let reply = try await Self.copy(s3, spelling, to: "/demo/copy\(index)")
                #expect(reply.outcome == "200")
                #expect(try reply.xml.name == "CopyObjectResult")
                #expect(try reply.xml.text(of: "ETag") == source.etag)
                #expect(try reply.xml.text(of: "LastModified") == "2026-01-02T03:04:10.000Z")
                let copy = try await s3.send("GET", "/demo/copy\(index)")
                #expect(copy.body == [1, 2, 3])
                #expect(copy.headers[first: "content-type"] == "text/source")
                #expect(copy.headers[first: "x-amz-meta-a"] == "b")
                #expect(copy.headers[first: "cache-control"] == "no-store")
            }
        }
    }

    @Test func replacedMetadataReplaceAll() async throws {
        try await Self.run { s3 in
            let headers: HeaderFields = [
                "x-amz-metadata-directive": "REPLACE", "x-amz-meta-c": "d", "Content-Type": "text/new",
            ]
            #expect(try await Self.copy(s3, to: "/demo/copy", headers).outcome == "200")
            let copy = try await s3.send("HEAD", "/demo/copy").headers
            #expect(copy[first: "content-type"] == "text/new")
            #expect(copy[first: "x-amz-meta-c"] == "d")
            #expect(copy[first: "x-amz-meta-a"] == nil)
            #expect(copy[first: "cache-control"] == nil)
            for name in ["x-amz-metadata-directive", "x-amz-tagging-directive"] {
                let reply = try await Self.copy(s3, to: "/demo/copy", [name: "SHUFFLE"])
                #expect(reply.outcome == "400 InvalidArgument")
            }
        }
    }

    @Test func aCopyOntoItselfMustChangeSomething() async throws {
        try await Self.run { s3 in
            #expect(try await Self.copy(s3, to: "/demo/source").outcome == "400 InvalidRequest")
            let replace: HeaderFields = ["x-amz-metadata-directive": "REPLACE", "x-amz-meta-c": "d"]
            #expect(try await Self.copy(s3, to: "/demo/source", replace).outcome == "200")
            #expect(try await s3.send("HEAD", "/demo/source").headers[first: "x-amz-meta-c"] == "d")
            let colder = try await Self.copy(s3, to: "/demo/source", ["x-amz-storage-class": "GLACIER"])
            #expect(colder.outcome == "200")
            #expect(try await s3.send("GET", "/demo/source").body == [1, 2, 3])
        }
    }

    @Test(arguments: [
        ("demo/none", "404 NoSuchKey"), ("nodemo/source", "404 NoSuchBucket"),
        ("demo", "400 InvalidArgument"),
        ("demo/", "400 InvalidArgument"), ("/", "400 InvalidArgument"), ("", "400 InvalidArgument"),
        ("demo/%zz", "400 InvalidArgument"), ("DEMO/source", "400 InvalidBucketName"),
        ("demo/source?versionId=null", "200"), ("demo/source?versionId=x", "400 InvalidArgument"),
        ("demo/source?versionId=00000000000000000000000000000000", "404 NoSuchVersion"),
        ("demo/source%3FversionId=null", "404 NoSuchKey"),
    ])
    func sourcesAreNamedExactly(_ source: String, _ outcome: String) async throws {
        try await Self.run { s3 async throws in
            #expect(try await Self.copy(s3, source).outcome == outcome)
        }
    }

    @Test func conditionsOnTheSourceAreAlways412() async throws {
        try await Self.run { s3 in
            let etag = try await s3.send("HEAD", "/demo/source").etag
            let now = "Fri, 02 Jan 2026 03:04:05 GMT"
            let before = "Fri, 02 Jan 2026 03:04:04 GMT"
            let cases: [(HeaderFields, Int)] = [
                (["x-amz-copy-source-if-match": etag], 200),
                (["x-amz-copy-source-if-match": "\"no\""], 412),
                (["x-amz-copy-source-if-none-match": etag], 412),
                (["x-amz-copy-source-if-none-match": "\"no\""], 200),
                (["x-amz-copy-source-if-modified-since": now], 412),
                (["x-amz-copy-source-if-modified-since": before], 200),
                (["x-amz-copy-source-if-unmodified-since": before], 412),
                (["x-amz-copy-source-if-unmodified-since": now], 200),
                (["x-amz-copy-source-if-match": etag, "x-amz-copy-source-if-unmodified-since": before], 200),
            ]
            for (headers, status) in cases {
                #expect(try await Self.copy(s3, to: "/demo/copy", headers).status == status, "\(headers)")
            }
            let target = try await Self.copy(s3, to: "/demo/copy", ["If-None-Match": "*"])
            #expect(target.outcome == "412 PreconditionFailed")
        }
    }

    @Test func foreignSourcesAndTargetsAreDenied() async throws {
        try await Self.run { s3 in
            try await s3.send("PUT", "/theirs", as: .stranger)
            #expect(try await Self.copy(s3, to: "/theirs/copy").outcome == "403 AccessDenied")
            let stolen = try await Self.copy(s3, to: "/theirs/copy", as: .stranger)
            #expect(stolen.outcome == "403 AccessDenied")
            // A key that may not read must not read by copying.
            #expect(try await Self.copy(s3, as: .uploader).outcome == "403 AccessDenied")
            #expect(try await Self.copy(s3, as: .reader).outcome == "403 AccessDenied")
        }
    }

    @Test func checksumsAreKeptOrMade() async throws {
        try await Self.run { s3 in
            var crc = ChecksumContext(.crc32)
            crc.update([1, 2, 3])
            let value = Base64.encode(crc.finalize())
            try await s3.send("PUT", "/demo/summed", ["x-amz-checksum-crc32": value], body: [1, 2, 3])
            let kept = try await Self.copy(s3, "demo/summed").xml
            #expect(kept.text(of: "ChecksumCRC32") == value)
            let sha = Base64.encode(SHA256Digest.hash([UInt8]([1, 2, 3])).bytes)
            let made = try await Self.copy(
                s3, "demo/summed", to: "/demo/copy", ["x-amz-checksum-algorithm": "SHA256"]
            ).xml
            #expect(made.text(of: "ChecksumSHA256") == sha)
            #expect(made.text(of: "ChecksumType") == "FULL_OBJECT")
            let head = try await s3.send("HEAD", "/demo/copy", ["x-amz-checksum-mode": "ENABLED"]).headers
            #expect(head[first: "x-amz-checksum-sha256"] == sha)
            #expect(try await Self.copy(s3, "demo/source").xml.first("ChecksumCRC32") == nil)
        }
    }
}
