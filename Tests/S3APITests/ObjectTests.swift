import Digests
import HTTPServer
import Testing
import XML

/// Checklist: one object, written, read and deleted.
@Suite struct ObjectTests {
    private static let hello = Array("hello world".utf8)
    private static let helloMD5 = "5eb63bbbe01eeed093cb22bb8f5acdc3"

    @Test func whatIsPutIsRead() async throws {
        try await S3Fixture.run { s3 in
            try await s3.send("PUT", "/bucket")
            let put = try await s3.send("PUT", "/bucket/a/key", body: Self.hello)
            #expect(put.status == 200)
            #expect(put.etag == "\"\(Self.helloMD5)\"")
            let get = try await s3.send("GET", "/bucket/a/key")
            #expect(get.status == 200)
            #expect(get.body == Self.hello)
            #expect(get.etag == put.etag)
            #expect(get.headers[first: "content-type"] == "binary/octet-stream")
            #expect(get.headers[first: "last-modified"] == "Fri, 02 Jan 2026 03:04:05 GMT")
            #expect(get.headers[first: "accept-ranges"] == "bytes")
            #expect(get.headers.contains("x-amz-version-id") == false)
            #expect(get.headers[first: "x-amz-request-id"]?.hasPrefix("req_") == true)
            let head = try await s3.send("HEAD", "/bucket/a/key")
            #expect(head.status == 200)
            #expect(head.etag == put.etag)
        }
    }

    @Test func bodiesAboveTheInlineLimitComeBackWhole() async throws {
        try await S3Fixture.run { s3 in
            try await s3.send("PUT", "/bucket")
            let body = pseudoRandomBytes(3_000_000)
            let put = try await s3.send("PUT", "/bucket/big", body: body)
            #expect(put.etag == "\"\(MD5Digest.hash(body).hex)\"")
            #expect(try await s3.send("GET", "/bucket/big").body == body)
            let range = try await s3.send("GET", "/bucket/big", ["Range": "bytes=1000000-2000001"])
            #expect(range.status == 206)
            #expect(range.body == Array(body[1_000_000...2_000_001]))
        }
    }

    @Test func anEmptyObjectIsAnObject() async throws {
        try await S3Fixture.run { s3 in
            try await s3.send("PUT", "/bucket")
            let put = try await s3.send("PUT", "/bucket/empty", body: [])
            #expect(put.etag == "\"d41d8cd98f00b204e9800998ecf8427e\"")
            let get = try await s3.send("GET", "/bucket/empty")
            #expect(get.outcome == "200")
            #expect(get.body.isEmpty)
            #expect(try await s3.send("GET", "/bucket/empty", ["Range": "bytes=0-"]).code == "InvalidRange")
        }
    }

    @Test(arguments: [
        "/bucket//lead", "/bucket/a//b", "/bucket/./..", "/bucket/a%20b", "/bucket/a+b", "/bucket/%2B%25%3F",
        "/bucket/dir/", "/bucket/%C3%A9%CC%81", "/bucket/'quoted'%22%3C%3E&=", "/bucket/trailing...",
        "/bucket/%00%01",
    ])
    func oddKeysAreKeptByteForByte(_ path: String) async throws {
        try await S3Fixture.run { s3 in
            try await s3.send("PUT", "/bucket")
            #expect(try await s3.send("PUT", path, body: Self.hello).outcome == "200")
            #expect(try await s3.send("GET", path).body == Self.hello)
            let listed = try await s3.send("GET", "/bucket?encoding-type=url&list-type=2").xml
            let key = listed.first("Contents")?.text(of: "Key")
            #expect(key.flatMap { percentDecode($0) } == percentDecode(path.dropFirst("/bucket/".count)))
            #expect(try await s3.send("DELETE", path).status == 204)
            #expect(try await s3.send("GET", path).outcome == "404 NoSuchKey")
        }
    }

    @Test func keysThatAreCanonicallyEqualAreTwoKeys() async throws {
        try await S3Fixture.run { s3 in
            try await s3.send("PUT", "/bucket")
            try await s3.send("PUT", "/bucket/%C3%A9", body: [1])
            try await s3.send("PUT", "/bucket/e%CC%81", body: [2])
            #expect(try await s3.send("GET", "/bucket/%C3%A9").body == [1])
            #expect(try await s3.send("GET", "/bucket/e%CC%81").body == [2])
        }
    }

    @Test func metadataComesBackInLowerCaseAndJoined() async throws {
        try await S3Fixture.run { s3 in
            try await s3.send("PUT", "/bucket")
            var headers: HeaderFields = [
                "Content-Type": "text/plain; charset=utf-8", "Cache-Control": "max-age=60",
                "Content-Disposition": "attachment", "Content-Encoding": "gzip", "Content-Language": "de",
                "Expires": "Thu, 01 Dec 2030 16:00:00 GMT", "X-Amz-Meta-Color": "red",
                "x-amz-storage-class": "STANDARD_IA", "x-amz-website-redirect-location": "/other",
                "x-amz-meta-empty": "",
            ]
            headers.add("x-amz-meta-color", "blue")
            #expect(try await s3.send("PUT", "/bucket/key", headers, body: Self.hello).outcome == "200")
            for method in ["GET", "HEAD"] {
                let read = try await s3.send(method, "/bucket/key").headers
                #expect(read[first: "content-type"] == "text/plain; charset=utf-8")
                #expect(read[first: "cache-control"] == "max-age=60")
                #expect(read[first: "content-disposition"] == "attachment")
                #expect(read[first: "content-encoding"] == "gzip")
                #expect(read[first: "content-language"] == "de")
                #expect(read[first: "expires"] == "Thu, 01 Dec 2030 16:00:00 GMT")
                #expect(read[first: "x-amz-meta-color"] == "red,blue")
                #expect(read[first: "x-amz-meta-empty"] == "")
                #expect(read[first: "x-amz-storage-class"] == "STANDARD_IA")
                #expect(read[first: "x-amz-website-redirect-location"] == "/other")
            }
        }
    }

    @Test func metadataOfISO8859ComesBackAsItWasSent() async throws {
        try await S3Fixture.run { s3 in
            try await s3.send("PUT", "/bucket")
            for (isLatin1, key) in [(true, "old"), (false, "new")] {
                var headers = HeaderFields()
                headers.add("x-amz-meta-a", "café", isLatin1: isLatin1)
                headers.add("x-amz-meta-a", "au lait")
                try await s3.send("PUT", "/bucket/\(key)", headers, body: [])
                try await s3.send("PUT", "/bucket/copy", ["x-amz-copy-source": "/bucket/\(key)"], body: [])
                for path in ["/bucket/\(key)", "/bucket/copy"] {
                    let read = try await s3.send("HEAD", path).headers
                    let place = read.map(\.name).firstIndex(of: "x-amz-meta-a") ?? 0
                    #expect(read[first: "x-amz-meta-a"] == "café,au lait")
                    #expect(read.isLatin1(at: place) == isLatin1)
                }
            }
        }
    }

    @Test func userMetadataEndAtTwoKilobytes() async throws {
        try await S3Fixture.run { s3 in
            try await s3.send("PUT", "/bucket")
            let fits = String(repeating: "v", count: 2048 - 4)
            let put = try await s3.send("PUT", "/bucket/key", ["x-amz-meta-name": fits], body: [])
            #expect(put.outcome == "200")
            let over = try await s3.send("PUT", "/bucket/other", ["x-amz-meta-name": fits + "v"], body: [])
            #expect(over.outcome == "400 MetadataTooLarge")
            #expect(try await s3.send("HEAD", "/bucket/other").status == 404)
        }
    }

    @Test(arguments: [
        ("gzip", "gzip"), ("deflate, gzip", "deflate, gzip"), ("gzip, aws-chunked", "gzip"),
        ("aws-chunked, gzip", "gzip"), ("aws-chunked", nil), ("aws-chunked, AWS-Chunked", nil),
    ])
    func theFramingIsNoEncodingOfTheObject(_ sent: String, _ stored: String?) async throws {
        try await S3Fixture.run { s3 in
            try await s3.send("PUT", "/bucket")
            try await s3.send("PUT", "/bucket/key", ["Content-Encoding": sent], body: Self.hello)
            let head = try await s3.send("HEAD", "/bucket/key")
            #expect(head.headers[first: "content-encoding"] == stored)
        }
    }

    @Test func deletingIsIdempotent() async throws {
        try await S3Fixture.run { s3 in
            try await s3.send("PUT", "/bucket")
            #expect(try await s3.send("DELETE", "/bucket/never").outcome == "204")
            try await s3.send("PUT", "/bucket/key", body: Self.hello)
            #expect(try await s3.send("DELETE", "/bucket/key?versionId=null").outcome == "204")
            #expect(try await s3.send("GET", "/bucket/key").outcome == "404 NoSuchKey")
            #expect(try await s3.send("HEAD", "/bucket/key").outcome == "404")
        }
    }

    @Test func versionIdsAreJudged() async throws {
        try await S3Fixture.run { s3 in
            try await s3.send("PUT", "/bucket")
            try await s3.send("PUT", "/bucket/key", body: Self.hello)
            #expect(try await s3.send("GET", "/bucket/key?versionId=null").body == Self.hello)
            let unknown = String(repeating: "0", count: 32)
            #expect(
                try await s3.send("GET", "/bucket/key?versionId=\(unknown)").outcome == "404 NoSuchVersion")
            for bad in ["", "x", "..x", String(repeating: "A", count: 32)] {
                let reply = try await s3.send("GET", "/bucket/key?versionId=\(bad)")
                #expect(reply.outcome == "400 InvalidArgument", "\(bad)")
            }
        }
    }

    @Test func aKeyHasAtMost1024Bytes() async throws {
        try await S3Fixture.run { s3 in
            try await s3.send("PUT", "/bucket")
            let longest = String(repeating: "k", count: 1024)
            #expect(try await s3.send("PUT", "/bucket/\(longest)", body: []).outcome == "200")
            #expect(
                try await s3.send("PUT", "/bucket/\(longest)k", body: []).outcome == "400 KeyTooLongError")
            #expect(try await s3.send("PUT", "/bucket/%FF", body: []).outcome == "400 InvalidURI")
        }
    }

    @Test func chunkedTransfersHaveNoLengthAndStoreAllTheSame() async throws {
        try await S3Fixture.run { s3 in
            try await s3.send("PUT", "/bucket")
            let put = try await s3.send(
                "PUT", "/bucket/key", ["Transfer-Encoding": "chunked"], body: Self.hello)
            #expect(put.outcome == "200")
            #expect(try await s3.send("GET", "/bucket/key").body == Self.hello)
            #expect(try await s3.send("PUT", "/bucket/key").outcome == "411 MissingContentLength")
        }
    }

    @Test func whatIsNotDoneIsRefusedAndNotIgnored() async throws {
        try await S3Fixture.run { s3 in
            try await s3.send("PUT", "/bucket")
            let cases: [(String, String, String)] = [
                ("x-amz-server-side-encryption", "AES257", "400 InvalidArgument"),
                ("x-amz-server-side-encryption", "aws:kms:dsse", "400 InvalidArgument"),
                ("x-amz-server-side-encryption-customer-algorithm", "AES256", "400 InvalidArgument"),
                ("x-amz-tagging", "a=b&a=c", "400 InvalidTag"),
                ("x-amz-write-offset-bytes", "-1", "400 InvalidArgument"),
                ("x-amz-write-offset-bytes", "1", "400 InvalidWriteOffset"),
                ("x-amz-checksum-xxhash65", "AAAAAAAAAAA=", "501 NotImplemented"),
                ("x-amz-object-lock-mode", "GOVERNANCE", "400 InvalidArgument"),
                ("x-amz-object-lock-legal-hold", "ON", "400 InvalidRequest"),
                ("x-amz-acl", "public-ready", "400 InvalidArgument"),
                ("x-amz-grant-read", "id=x", "400 InvalidArgument"),
                ("x-amz-storage-class", "SHOEBOX", "400 InvalidStorageClass"),
                ("x-amz-website-redirect-location", "nowhere", "400 InvalidRequest"),
                ("x-amz-acl", "private", "200"), ("x-amz-acl", "bucket-owner-full-control", "200"),
                ("x-amz-storage-class", "STANDARD", "200"),
            ]
            for (name, value, outcome) in cases {
                let put = try await s3.send("PUT", "/bucket/\(name)", [name: value], body: Self.hello)
                #expect(put.outcome == outcome, "\(name): \(value)")
                let head = try await s3.send("HEAD", "/bucket/\(name)")
                #expect(
                    outcome == "200" || value == "public-ready" || head.status == 404, "\(name): \(value)")
                try await s3.send("DELETE", "/bucket/\(name)")
            }
        }
    }

    @Test func readsMayAskForOtherHeadersWhenTheyAreSigned() async throws {
        try await S3Fixture.run { s3 in
            try await s3.send("PUT", "/bucket")
            try await s3.send("PUT", "/bucket/key", body: Self.hello)
            let query =
                "response-cache-control=no-cache&response-content-disposition=bla&response-content-encoding=aaa"
                + "&response-content-language=esperanto&response-content-type=foo%2Fbar&response-expires=123"
            for method in ["GET", "HEAD"] {
                let read = try await s3.send(method, "/bucket/key?" + query).headers
                #expect(read[first: "content-type"] == "foo/bar")
                #expect(read[first: "content-disposition"] == "bla")
                #expect(read[first: "content-language"] == "esperanto")
                #expect(read[first: "content-encoding"] == "aaa")
                #expect(read[first: "cache-control"] == "no-cache")
                #expect(read[first: "expires"] == "123")
            }
            let split = try await s3.send("GET", "/bucket/key?response-content-type=a%0D%0Ax%3A1")
            #expect(split.outcome == "400 InvalidArgument")
        }
    }
}
