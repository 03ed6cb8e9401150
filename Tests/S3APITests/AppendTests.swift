import Digests
import HTTPServer
import Objects
import Testing

/// Checklist: appends and renames, as AWS words them for its directory buckets.
@Suite struct AppendTests {
    private static func append(
        _ s3: S3Fixture, _ text: String, at offset: Int, _ headers: HeaderFields = [:]
    ) async throws -> Reply {
        var headers = headers
        headers.add("x-amz-write-offset-bytes", "\(offset)")
        return try await s3.send("PUT", "/bucket/log", headers, body: Array(text.utf8))
    }

    @Test func appendsGrowAnObject() async throws {
        try await S3Fixture.run { s3 in
            try await s3.send("PUT", "/bucket")
            let first = try await Self.append(s3, "one", at: 0, ["x-amz-meta-kind": "log"])
            #expect(first.outcome == "200")
            #expect(first.headers[first: "x-amz-object-size"] == "3")
            #expect(first.headers[first: "etag"] == "\"\(MD5Digest.hash(Array("one".utf8)).hex)\"")
            let second = try await Self.append(s3, "two", at: 3, ["x-amz-meta-kind": "other"])
            #expect(second.outcome == "200")
            #expect(second.headers[first: "x-amz-object-size"] == "6")
            #expect(second.headers[first: "etag"]?.hasSuffix("-2\"") == true)
            let read = try await s3.send("GET", "/bucket/log")
            #expect(read.body == Array("onetwo".utf8))
            #expect(read.headers[first: "x-amz-meta-kind"] == "log")
            #expect(read.headers[first: "etag"] == second.headers[first: "etag"])
            let part = try await s3.send("GET", "/bucket/log?partNumber=2")
            #expect(part.body == Array("two".utf8))
            #expect(part.headers[first: "x-amz-mp-parts-count"] == "2")
            for offset in [0, 3, 5, 7] {
                let refused = try await Self.append(s3, "x", at: offset)
                #expect(refused.outcome == "400 InvalidWriteOffset", "\(offset)")
            }
            for text in ["-1", "", "x", "99999999999999999999"] {
                let refused = try await s3.send(
                    "PUT", "/bucket/log", ["x-amz-write-offset-bytes": text], body: [1])
                #expect(refused.outcome == "400 InvalidArgument", "\(text)")
            }
            #expect(try await s3.send("GET", "/bucket/log").body == Array("onetwo".utf8))
            #expect(
                try await s3.send(
                    "PUT", "/bucket/log", ["x-amz-write-offset-bytes": "6"], body: [1], as: .uploader
                ).outcome == "403 AccessDenied")
            #expect(
                try await s3.send("POST", "/bucket/log?uploads", ["x-amz-write-offset-bytes": "6"]).outcome
                    == "501 NotImplemented")
        }
    }

    @Test func checksumsOfAppends() async throws {
        try await S3Fixture.run { s3 in
            try await s3.send("PUT", "/bucket")
            func crc(_ text: String) -> String {
                var context = ChecksumContext(.crc32)
                context.update(Array(text.utf8))
                return Base64.encode(context.finalize())
            }
            let name = "x-amz-checksum-crc32"
            #expect(
                try await Self.append(s3, "one", at: 0, HeaderFields([(name, crc("one"))])).outcome == "200")
            #expect(
                try await Self.append(s3, "two", at: 3, HeaderFields([(name, crc("too"))])).outcome
                    == "400 BadDigest")
            let second = try await Self.append(s3, "two", at: 3, HeaderFields([(name, crc("two"))]))
            #expect(second.headers[first: name] == crc("onetwo"))
            // The checksum of the whole is kept up for a client that sends another, or none.
            let third = try await Self.append(s3, "three", at: 6)
            #expect(third.headers[first: name] == crc("onetwothree"))
            let head = try await s3.send("HEAD", "/bucket/log", ["x-amz-checksum-mode": "ENABLED"])
            #expect(head.headers[first: name] == crc("onetwothree"))
            #expect(head.headers[first: "x-amz-checksum-type"] == "FULL_OBJECT")
        }
    }

    @Test func encryptedAppends() async throws {
        try await S3Fixture.run { s3 in
            try await s3.send("PUT", "/bucket")
            let managed: HeaderFields = ["x-amz-server-side-encryption": "AES256"]
            #expect(try await Self.append(s3, "one", at: 0, managed).outcome == "200")
            // What an object is encrypted with need not be said again.
            let second = try await Self.append(s3, "two", at: 3)
            #expect(second.headers[first: "x-amz-server-side-encryption"] == "AES256")
            #expect(try await Self.append(s3, "3", at: 6, managed).outcome == "200")
            let named: HeaderFields = ["x-amz-server-side-encryption": "aws:kms"]
            #expect(try await Self.append(s3, "4", at: 7, named).outcome == "400 EncryptionTypeMismatch")
            #expect(try await s3.send("GET", "/bucket/log").body == Array("onetwo3".utf8))
            let range = try await s3.send("GET", "/bucket/log", ["Range": "bytes=2-4"])
            #expect(range.body == Array("etw".utf8))

            try await s3.send("PUT", "/bucket/log", body: Array("plain".utf8))
            #expect(try await Self.append(s3, "x", at: 5, managed).outcome == "400 EncryptionTypeMismatch")
        }
    }

    @Test func renames() async throws {
        try await S3Fixture.run { s3 in
            try await s3.send("PUT", "/bucket")
            try await s3.send(
                "PUT", "/bucket/a%20b", ["x-amz-meta-kind": "x", "x-amz-tagging": "t=1"], body: [1, 2, 3])
            let before = try await s3.send("HEAD", "/bucket/a%20b").headers
            s3.clock.advance(seconds: 60)
            func rename(
                _ source: String, to key: String, _ headers: HeaderFields = [:],
                as caller: S3Fixture.Caller = .full
            ) async throws -> String {
                var headers = headers
                headers.add("x-amz-rename-source", source)
                return try await s3.send("PUT", "/bucket/\(key)?renameObject", headers, as: caller).outcome
            }
            #expect(try await rename("/bucket/a%20b", to: "new") == "200")
            let after = try await s3.send("HEAD", "/bucket/new").headers
            for name in ["etag", "last-modified", "x-amz-meta-kind", "x-amz-tagging-count"] {
                #expect(after[first: name] == before[first: name], "\(name)")
            }
            #expect(try await s3.send("HEAD", "/bucket/a%20b").status == 404)
            #expect(try await rename("a%20b", to: "new") == "404 NoSuchKey")
            #expect(try await rename("", to: "new") == "400 InvalidRequest")
            #expect(try await rename("%ZZ", to: "new") == "400 InvalidArgument")

            try await s3.send("PUT", "/bucket/there", body: [4])
            #expect(try await rename("new", to: "there", ["If-None-Match": "*"]) == "412 PreconditionFailed")
            let wrong: HeaderFields = ["x-amz-rename-source-if-match": "\"nothing\""]
            #expect(try await rename("new", to: "there", wrong) == "412 PreconditionFailed")
            let later: HeaderFields = [
                "x-amz-rename-source-if-modified-since": after[first: "last-modified"] ?? ""
            ]
            #expect(try await rename("new", to: "there", later) == "412 PreconditionFailed")
            for caller in [S3Fixture.Caller.reader, .uploader, .stranger, .nobody] {
                #expect(try await rename("new", to: "there", as: caller) == "403 AccessDenied", "\(caller)")
            }
            let token: HeaderFields = ["x-amz-client-token": "abc"]
            #expect(try await rename("new", to: "there", token) == "200")
            #expect(try await rename("new", to: "there", token) == "200")
            #expect(try await rename("there", to: "else", token) == "400 IdempotencyParameterMismatch")
            let long: HeaderFields = ["x-amz-client-token": String(repeating: "x", count: 65)]
            #expect(try await rename("there", to: "else", long) == "400 InvalidArgument")
            #expect(try await s3.send("GET", "/bucket/there").body == [1, 2, 3])
        }
    }
}
