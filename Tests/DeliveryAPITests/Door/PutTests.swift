import Digests
import Files
import HTTPServer
import Objects
import Testing

@Suite struct PutTests {
    private let hello = Array("hello, world".utf8)

    @Test func theAnswerIsTheFileInAnEnvelope() async throws {
        let fixture = try await DoorFixture()
        let answer = try await fixture.put("/folder/sub/hello.txt", hello)
        #expect(answer.status == 201)
        #expect(answer["Content-Type"] == "application/json")
        #expect(answer["Location"] == "http://demo.example/folder/sub/hello.txt")
        let meta = try #require(answer.json["meta"] as? [String: Any])
        #expect((meta["request_id"] as? String)?.hasPrefix("req_") == true)
        #expect(meta["version"] as? String == "2025-07-01")
        #expect(meta["type"] as? String == "object")
        #expect(answer.json["error"] == nil)
        let file = try #require(answer.json["data"] as? [String: Any])
        #expect((file["id"] as? String)?.hasPrefix("file_") == true)
        #expect((file["media_id"] as? String)?.hasPrefix("med_") == true)
        #expect(file["object"] as? String == "source")
        #expect(file["kind"] as? String == "document")
        #expect(file["type"] as? String == "text/plain")
        #expect(file["filesize"] as? Int == hello.count)
        #expect(file["folder"] as? String == "folder/sub")
        #expect(file["filename"] as? String == "hello.txt")
        #expect(file["url"] as? String == "http://demo.example/folder/sub/hello.txt")
        #expect(file["created"] as? String == timestamp(fixture.now))
        #expect(file["updated"] as? String == timestamp(fixture.now))
        #expect(file["status"] as? String == "ready")
        #expect(file["version"] is String)
        let got = try await fixture.get("/folder/sub/hello.txt")
        #expect(got.body == hello)
        #expect(got["ETag"] == answer["ETag"])
    }

    @Test func theBareFormIsAskedForByVersion() async throws {
        let fixture = try await DoorFixture()
        for version in ["2025-08-20", "latest"] {
            let bare = try await fixture.put("/a", hello, headers: [("Accept-Version", version)])
            #expect((bare.json["id"] as? String)?.hasPrefix("file_") == true)
        }
        let enveloped = try await fixture.put("/a", hello, headers: [("Accept-Version", "2025-07-01")])
        #expect(enveloped.json["data"] is [String: Any])
    }

    @Test func overwritingKeepsTheFileAndChangesTheVersion() async throws {
        let fixture = try await DoorFixture()
        let first = try await fixture.put("/a", hello).file
        fixture.advance(milliseconds: 5000)
        let second = try await fixture.put("/a", Array("other".utf8)).file
        #expect(first["id"] as? String == second["id"] as? String)
        #expect(first["version"] as? String != second["version"] as? String)
        #expect(first["created"] as? String == second["created"] as? String)
        #expect(second["updated"] as? String == timestamp(fixture.now))
        #expect(try await fixture.get("/a").body == Array("other".utf8))
    }

    @Test(arguments: [0, 1, 16 * 1024, 16 * 1024 + 1, 3 << 20])
    func anySize(_ size: Int) async throws {
        let fixture = try await DoorFixture()
        let body = noise(size, seed: UInt64(size))
        #expect(try await fixture.put("/whole", body).status == 201)
        #expect(try await fixture.get("/whole").body == body)
        let chunked = RequestBody.chunked([Array(body.prefix(size / 2)), Array(body.dropFirst(size / 2))])
        #expect(try await fixture.send(.put, "/chunked", chunked, key: fixture.full).status == 201)
        #expect(try await fixture.get("/chunked").body == body)
    }

    @Test func tooLargeIsRefusedUnreadWhenDeclared() async throws {
        let fixture = try await DoorFixture(limit: 10)
        let unread = RequestBody.broken(declaring: 11)
        let refused = try await fixture.send(.put, "/a", unread, key: fixture.full)
        #expect(refused.status == 413)
        #expect(refused.kind == "file_too_large")
        #expect(try await fixture.put("/a", [UInt8](repeating: 1, count: 10)).status == 201)
        let passed = RequestBody.chunked([[UInt8](repeating: 1, count: 6), [UInt8](repeating: 1, count: 6)])
        #expect(try await fixture.send(.put, "/b", passed, key: fixture.full).status == 413)
        #expect(try await fixture.get("/b").status == 404)
    }

    @Test func aBodyThatEndsEarlyStoresNothing() async throws {
        let fixture = try await DoorFixture()
        _ = try await fixture.put("/a", hello)
        let cut = RequestBody.broken(after: Array("hel".utf8), declaring: 12)
        #expect(try await fixture.send(.put, "/a", cut, key: fixture.full).status == 400)
        #expect(try await fixture.get("/a").body == hello)
    }

    @Test func conditionsAreJudged() async throws {
        let fixture = try await DoorFixture()
        #expect(try await fixture.put("/a", hello, headers: [("If-Match", "*")]).status == 412)
        #expect(try await fixture.put("/a", hello, headers: [("If-None-Match", "*")]).status == 201)
        let again = try await fixture.put("/a", [1], headers: [("If-None-Match", "*")])
        #expect(again.status == 412)
        #expect(again.kind == "precondition_failed")
        let etag = try #require(try await fixture.get("/a")["ETag"])
        #expect(try await fixture.put("/a", [1], headers: [("If-None-Match", etag)]).status == 412)
        #expect(try await fixture.put("/a", [1], headers: [("If-Match", "\"other\"")]).status == 412)
        #expect(try await fixture.put("/a", [1], headers: [("If-Match", "W/" + etag)]).status == 412)
        #expect(try await fixture.put("/a", [1], headers: [("If-Match", "\"x\", \(etag)")]).status == 201)
        #expect(try await fixture.put("/a", [2], headers: [("If-Match", etag)]).status == 412)
        #expect(try await fixture.get("/a").body == [1])
    }

    @Test func aFailedConditionIsToldBeforeTheBodyIsRead() async throws {
        let fixture = try await DoorFixture()
        _ = try await fixture.put("/a", hello)
        let unread = RequestBody.broken(declaring: 5)
        let answer = try await fixture.send(
            .put, "/a", unread, headers: [("If-None-Match", "*")], key: fixture.full)
        #expect(answer.status == 412)
    }

    @Test func ifUnmodifiedSince() async throws {
        let fixture = try await DoorFixture()
        _ = try await fixture.put("/a", hello)
        let modified = try #require(try await fixture.get("/a")["Last-Modified"])
        let before = HTTPDate.format(fixture.now / 1000 - 10)
        #expect(try await fixture.put("/a", [1], headers: [("If-Unmodified-Since", before)]).status == 412)
        #expect(try await fixture.put("/b", [1], headers: [("If-Unmodified-Since", before)]).status == 201)
        #expect(try await fixture.put("/a", [1], headers: [("If-Unmodified-Since", modified)]).status == 201)
    }

    @Test func rightDigestsPassAndWrongOnesStoreNothing() async throws {
        let fixture = try await DoorFixture()
        var md5 = HashContext(.md5)
        md5.update(hello)
        let right = Base64.encode(md5.finalize())
        let stored = try await fixture.put("/a", hello, headers: [("Content-MD5", right)])
        #expect(stored.status == 201)
        #expect(stored["ETag"] == "\"\(hexEncode(Base64.decode(right) ?? []))\"")
        let sha = Base64.encode(SHA256Digest.hash(hello).bytes)
        for field in ["Content-Digest", "Repr-Digest"] {
            #expect(try await fixture.put("/b", hello, headers: [(field, "sha-256=:\(sha):")]).status == 201)
        }
        #expect(try await fixture.put("/b", hello, headers: [("x-amz-checksum-sha256", sha)]).status == 201)
        let zeros = { (count: Int) in Base64.encode([UInt8](repeating: 0, count: count)) }
        for (field, value) in [
            ("Content-MD5", zeros(16)), ("Content-Digest", "sha-256=:\(zeros(32)):"),
            ("Content-Digest", "sha-256=:\(sha):, sha-512=:\(zeros(64)):"),
            ("Repr-Digest", "sha-256=:\(zeros(32)):"),
            ("x-amz-checksum-crc32", zeros(4)), ("x-amz-checksum-crc32c", zeros(4)),
            ("x-amz-checksum-crc64nvme", zeros(8)), ("x-amz-checksum-sha1", zeros(20)),
        ] {
            let answer = try await fixture.put("/wrong", hello, headers: [(field, value)])
            #expect(answer.status == 400)
            #expect(answer.kind == "digest_mismatch")
            #expect(try await fixture.get("/wrong").status == 404)
        }
    }

    @Test func metadataComesBack() async throws {
        let fixture = try await DoorFixture()
        let answer = try await fixture.put(
            "/a.bin", hello,
            headers: [
                ("Content-Type", "application/x-thing; v=1"), ("Cache-Control", "max-age=60"),
                ("Content-Disposition", "inline"), ("Content-Language", "de"), ("Content-Encoding", "gzip"),
                ("Expires", "Thu, 01 Jan 2026 00:00:00 GMT"), ("x-amz-meta-author", "me"),
            ])
        #expect(answer.file["metadata"] as? [String: String] == ["author": "me"])
        let got = try await fixture.get("/a.bin")
        #expect(got["Content-Type"] == "application/octet-stream")
        #expect(got["Cache-Control"] == "max-age=60")
        #expect(got["Content-Disposition"] == "inline")
        #expect(got["Content-Language"] == "de")
        #expect(got["Content-Encoding"] == "gzip")
        #expect(got["Expires"] == "Thu, 01 Jan 2026 00:00:00 GMT")
        #expect(got["x-amz-meta-author"] == nil)
        let unnamed = try await fixture.put(
            "/a", hello, headers: [("Content-Type", "application/x-thing; v=1")])
        #expect(unnamed.file["type"] as? String == "application/x-thing; v=1")
    }

    @Test func theTypeIsFoundByContentThenName() async throws {
        let fixture = try await DoorFixture()
        let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0]
        let claimed = try await fixture.put("/a.txt", png, headers: [("Content-Type", "text/html")])
        #expect(claimed.file["type"] as? String == "image/png")
        #expect(claimed.file["kind"] as? String == "image")
        #expect(try await fixture.get("/a.txt")["Content-Type"] == "image/png")
    }

    @Test func deletingIsDoneTwice() async throws {
        let fixture = try await DoorFixture()
        _ = try await fixture.put("/a", hello)
        let etag = try #require(try await fixture.get("/a")["ETag"])
        let wrong = try await fixture.send(.delete, "/a", headers: [("If-Match", "\"x\"")], key: fixture.full)
        #expect(wrong.status == 412)
        #expect(
            try await fixture.send(.delete, "/a", headers: [("If-Match", etag)], key: fixture.full).status
                == 204)
        #expect(try await fixture.get("/a").status == 404)
        #expect(try await fixture.send(.delete, "/a", key: fixture.full).status == 204)
        #expect(try await fixture.send(.delete, "/a?uplaod", key: fixture.full).status == 400)
    }

    @Test(arguments: [HTTPMethod.post, .patch, .other("TRACE")])
    func otherMethods(_ method: HTTPMethod) async throws {
        let fixture = try await DoorFixture()
        let answer = try await fixture.send(method, "/a", key: fixture.full)
        #expect(answer.status == 405)
        #expect(answer["Allow"] == "GET, HEAD, PUT, DELETE, OPTIONS")
    }

    @Test(arguments: [
        "/", "/a/../b", "/%2e%2e/a", "/a%00b", "/%ff", "/%zz", "/" + String(repeating: "a", count: 1025),
    ])
    func badKeys(_ path: String) async throws {
        let fixture = try await DoorFixture()
        for method in [HTTPMethod.put, .get, .head, .delete] {
            let answer = try await fixture.send(method, path, key: fixture.full)
            #expect(answer.status == 400)
        }
        #expect(
            try await fixture.put(path, hello, headers: [("Content-Range", "bytes 0-11/12")]).status == 400)
    }

    @Test func manyWritersAndOneWinner() async throws {
        let fixture = try await DoorFixture()
        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
            for index in 0..<32 {
                group.addTask {
                    try await fixture.put("/race", [UInt8(index)], headers: [("If-None-Match", "*")]).status
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(statuses.sorted() == [201] + [Int](repeating: 412, count: 31))
    }
}
