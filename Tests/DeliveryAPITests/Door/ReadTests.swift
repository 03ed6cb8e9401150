import DeliveryAPI
import HTTPServer
import NIOCore
import Objects
import Testing

@Suite struct ReadTests {
    private let body = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 8) }
    private let small = Array("0123456789".utf8)

    @Test func theHeaderOfAFile() async throws {
        let fixture = try await DoorFixture()
        _ = try await fixture.put("/a.png", body)
        let got = try await fixture.get("/a.png")
        #expect(got.status == 200)
        #expect(got.body == body)
        #expect(got["Content-Type"] == "image/png")
        #expect(got["Accept-Ranges"] == "bytes")
        #expect(got["X-Content-Type-Options"] == "nosniff")
        #expect(got["Cache-Control"] == "no-cache")
        #expect(got["Last-Modified"] == HTTPDate.format(fixture.now / 1000))
        #expect(got["ETag"]?.hasPrefix("\"") == true && got["ETag"]?.hasSuffix("-1\"") == true)
        #expect(got["Access-Control-Allow-Origin"] == "*")
        #expect(got["Access-Control-Expose-Headers"]?.contains("ETag") == true)
        #expect(got["Access-Control-Allow-Credentials"] == nil)
        #expect(got["Content-Security-Policy"] == nil)
        #expect(got["Content-Disposition"] == nil)
        let head = try await fixture.send(.head, "/a.png", headers: [("Range", "bytes=0-1")], key: nil)
        #expect(head.status == 200)
        #expect(head.headLength == Int64(body.count))
        #expect(head.headers == got.headers)
    }

    @Test func absent() async throws {
        let fixture = try await DoorFixture()
        let answer = try await fixture.get("/a")
        #expect(answer.status == 404)
        #expect(answer.kind == "file_not_found")
        #expect(
            answer.json["message"] as? String == (answer.json["error"] as? [String: Any])?["message"]
                as? String)
        #expect(answer["Cache-Control"] == "no-store")
        #expect(try await fixture.send(.head, "/a", key: nil).status == 404)
    }

    @Test(arguments: [true, false])
    func singleRanges(isInline: Bool) async throws {
        let fixture = try await DoorFixture()
        let body = isInline ? small : body
        let count = body.count
        _ = try await fixture.put("/a", body)
        for (field, range) in [
            ("bytes=0-0", 0..<1), ("bytes=2-5", 2..<6), ("bytes=5-", 5..<count),
            ("bytes=-3", (count - 3)..<count),
            ("bytes=0-9223372036854775807", 0..<count), ("bytes=-9223372036854775808", 0..<count),
            ("bytes=1-18446744073709551616", 1..<count), ("Bytes=1-1", 1..<2),
        ] {
            let got = try await fixture.get("/a", headers: [("Range", field)])
            #expect(got.status == 206, "\(field)")
            #expect(got.body == Array(body[range]), "\(field)")
            #expect(
                got["Content-Range"] == "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(count)",
                "\(field)")
        }
        for field in [
            "bytes=\(count)-", "bytes=-0", "bytes=9223372036854775807-", "bytes=18446744073709551616-",
        ] {
            let got = try await fixture.get("/a", headers: [("Range", field)])
            #expect(got.status == 416, "\(field)")
            #expect(got["Content-Range"] == "bytes */\(count)", "\(field)")
        }
        for field in [
            "bytes=5-1", "bytes=a-b", "bytes=", "bytes=--1", "pages=1-2", "bytes 0-1", "bytes=0-1;", "0-1",
            "",
            "bytes=" + (0..<10_000).map { _ in "0-0" }.joined(separator: ","),
        ] {
            let got = try await fixture.get("/a", headers: [("Range", field)])
            #expect(got.status == 200, "\(field.prefix(20))")
            #expect(got.body == body, "\(field.prefix(20))")
        }
        let twice = try await fixture.get("/a", headers: [("Range", "bytes=0-0"), ("Range", "bytes=1-1")])
        #expect(twice.status == 200)
    }

    @Test func anEmptyFileHasNoRanges() async throws {
        let fixture = try await DoorFixture()
        _ = try await fixture.put("/a", [])
        let whole = try await fixture.get("/a")
        #expect(whole.status == 200 && whole.body.isEmpty)
        let ranged = try await fixture.get("/a", headers: [("Range", "bytes=0-")])
        #expect(ranged.status == 416)
        #expect(ranged["Content-Range"] == "bytes */0")
    }

    @Test(arguments: [true, false])
    func severalRanges(isInline: Bool) async throws {
        let fixture = try await DoorFixture()
        let body = isInline ? small : body
        _ = try await fixture.put("/a.txt", body)
        let got = try await fixture.get("/a.txt", headers: [("Range", "bytes=0-1, 4-4,-2")])
        #expect(got.status == 206)
        let type = try #require(got["Content-Type"])
        let boundary = try #require(type.split(separator: "=").last)
        #expect(type == "multipart/byteranges; boundary=\(boundary)")
        #expect(got["Content-Range"] == nil)
        var expected: [UInt8] = []
        let count = body.count
        for range in [0..<2, 4..<5, (count - 2)..<count] {
            expected += Array("\r\n--\(boundary)\r\nContent-Type: text/plain\r\nContent-Range: bytes ".utf8)
            expected += Array("\(range.lowerBound)-\(range.upperBound - 1)/\(count)\r\n\r\n".utf8)
            expected += body[range]
        }
        expected += Array("\r\n--\(boundary)--\r\n".utf8)
        #expect(got.body == expected)
        // More than the whole, again and again, is answered with the whole, once.
        let greedy = try await fixture.get("/a.txt", headers: [("Range", "bytes=0-,0-,0-")])
        #expect(greedy.status == 200 && greedy.body == body)
        let one = try await fixture.get("/a.txt", headers: [("Range", "bytes=0-1,\(count)-")])
        #expect(one.status == 206 && one.body == Array(body[0..<2]))
    }

    @Test func conditions() async throws {
        let fixture = try await DoorFixture()
        _ = try await fixture.put("/a", small)
        let got = try await fixture.get("/a")
        let (etag, date) = (try #require(got["ETag"]), try #require(got["Last-Modified"]))
        let earlier = HTTPDate.format(fixture.now / 1000 - 60)
        func status(_ fields: (String, String)...) async throws -> Int {
            try await fixture.get("/a", headers: fields).status
        }
        #expect(try await status(("If-None-Match", etag)) == 304)
        #expect(try await status(("If-None-Match", "W/" + etag)) == 304)
        #expect(try await status(("If-None-Match", "\"x\", " + etag)) == 304)
        #expect(try await status(("If-None-Match", "*")) == 304)
        #expect(try await status(("If-None-Match", "\"x\"")) == 200)
        #expect(try await status(("If-Modified-Since", date)) == 304)
        #expect(try await status(("If-Modified-Since", earlier)) == 200)
        #expect(try await status(("If-None-Match", "\"x\""), ("If-Modified-Since", date)) == 200)
        #expect(try await status(("If-Match", etag)) == 200)
        #expect(try await status(("If-Match", "\"x\"")) == 412)
        #expect(try await status(("If-Match", "W/" + etag)) == 412)
        #expect(try await status(("If-Unmodified-Since", earlier)) == 412)
        #expect(try await status(("If-Match", etag), ("If-Unmodified-Since", earlier)) == 200)
        #expect(try await status(("If-Match", "\"x\""), ("If-None-Match", etag)) == 412)
        #expect(try await status(("If-Match", etag), ("If-None-Match", etag)) == 304)
        #expect(try await status(("IF-NONE-MATCH", etag), ("Range", "bytes=0-0")) == 304)
        let unchanged = try await fixture.get("/a", headers: [("If-None-Match", etag)])
        #expect(unchanged["ETag"] == etag)
        #expect(unchanged["Cache-Control"] == "no-cache")
        #expect(unchanged["Access-Control-Allow-Origin"] == "*")
        #expect(unchanged.body.isEmpty)
        #expect(
            try await fixture.send(.head, "/a", headers: [("If-None-Match", etag)], key: nil).status == 304)
        #expect(try await fixture.get("/absent", headers: [("If-None-Match", "*")]).status == 404)
    }

    @Test func ifRange() async throws {
        let fixture = try await DoorFixture()
        _ = try await fixture.put("/a", small)
        let first = try await fixture.get("/a")
        let (etag, date) = (try #require(first["ETag"]), try #require(first["Last-Modified"]))
        func status(_ condition: String) async throws -> Int {
            try await fixture.get("/a", headers: [("Range", "bytes=2-3"), ("If-Range", condition)]).status
        }
        #expect(try await status(etag) == 206)
        #expect(try await status(date) == 206)
        #expect(try await status("W/" + etag) == 200)
        #expect(try await status("\"x\"") == 200)
        #expect(try await status(HTTPDate.format(fixture.now / 1000 + 1)) == 200)
        fixture.advance(milliseconds: 2000)
        _ = try await fixture.put("/a", small.reversed())
        #expect(try await status(etag) == 200)
        #expect(try await status(date) == 200)
    }

    @Test(arguments: [
        ("a.html", "text/html"), ("a.svg", "image/svg+xml"), ("a.xml", "application/xml"),
        ("a.xhtml", "application/xhtml+xml"),
        ("a.js", "text/javascript"), ("a.pdf", "application/pdf"), ("a.mht", "multipart/related"),
    ])
    func whatCouldRunIsSandboxed(_ name: String, _ type: String) async throws {
        let fixture = try await DoorFixture()
        _ = try await fixture.put("/\(name)", small)
        let got = try await fixture.get("/\(name)")
        #expect(got["Content-Type"] == type)
        #expect(got["Content-Security-Policy"] == "default-src 'none'; sandbox")
        #expect(got["X-Content-Type-Options"] == "nosniff")
        #expect((got["Content-Disposition"] != nil) == (name == "a.pdf"))
    }

    @Test func aPDFIsSavedWhateverWasStored() async throws {
        let fixture = try await DoorFixture()
        _ = try await fixture.put("/a.pdf", small, headers: [("Content-Disposition", "inline")])
        #expect(
            try await fixture.get("/a.pdf")["Content-Disposition"]
                == "attachment; filename=\"a.pdf\"; filename*=UTF-8''a.pdf")
        _ = try await fixture.put(
            "/a.pdf", small, headers: [("Content-Disposition", "attachment; filename=b.pdf")])
        #expect(try await fixture.get("/a.pdf")["Content-Disposition"] == "attachment; filename=b.pdf")
    }

    @Test func downloadIsForThoseWhoShowACredential() async throws {
        let fixture = try await DoorFixture()
        _ = try await fixture.put("/a.png", small)
        #expect(try await fixture.get("/a.png?download")["Content-Disposition"] == nil)
        #expect(
            try await fixture.get("/a.png?download", key: fixture.read)["Content-Disposition"]
                == "attachment; filename=\"a.png\"; filename*=UTF-8''a.png")
    }

    @Test(
        arguments: [
            (nil, "private, no-cache"), ("public, max-age=60, s-maxage=90", "private, max-age=60"),
            ("no-store", "private, no-store"),
            ("private, max-age=1", "private, max-age=1"),
        ] as [(String?, String)])
    func noSharedCacheKeepsAPrivateFile(_ stored: String?, _ sent: String) async throws {
        let fixture = try await DoorFixture()
        _ = try await fixture.put(
            "/a", small, headers: stored.map { [("Cache-Control", $0), ("Expires", "x")] } ?? [])
        let inside = try await fixture.get("/a", key: fixture.read, host: DoorFixture.privateHost)
        #expect(inside["Cache-Control"] == sent)
        #expect(inside["Expires"] == nil)
        #expect(inside["Referrer-Policy"] == "no-referrer")
        #expect(try await fixture.get("/a")["Cache-Control"] == stored ?? "no-cache")
    }

    @Test func readingGoesOnWhileTheFileIsReplacedAndDeleted() async throws {
        let fixture = try await DoorFixture()
        _ = try await fixture.put("/a", body)
        let request = HTTPRequest(method: .get, target: "/a", headers: ["Host": DoorFixture.host])
        let response = await fixture.door.respond(request)
        _ = try await fixture.put("/a", small)
        _ = try await fixture.send(.delete, "/a", key: fixture.full)
        let collected = try await response.body.collect(upTo: 1 << 20)
        #expect([UInt8](collected.readableBytesView) == body)
    }

    @Test func theHeaderIsThatOfThePresentVersion() async throws {
        let fixture = try await DoorFixture()
        for (type, cache) in [("text/plain", "max-age=1"), ("text/css", "max-age=2")] {
            fixture.advance(milliseconds: 3000)
            _ = try await fixture.put(
                "/a", small, headers: [("Content-Type", type), ("Cache-Control", cache)])
            for _ in 0..<2 {
                let got = try await fixture.get("/a")
                #expect(got["Content-Type"] == type)
                #expect(got["Cache-Control"] == cache)
                #expect(got["Last-Modified"] == HTTPDate.format(fixture.now / 1000))
                #expect(got["Content-Range"] == nil)
                #expect(
                    try await fixture.get("/a", headers: [("Range", "bytes=0-0")])["Content-Range"] != nil)
                let inside = try await fixture.get("/a", key: fixture.read, host: DoorFixture.privateHost)
                #expect(inside["Cache-Control"]?.hasPrefix("private") == true)
            }
        }
    }

    @Test func preflight() async throws {
        let fixture = try await DoorFixture()
        let asked = "content-range,Content-Type, authorization, x-amz-meta-author, x-evil, x-amz-meta-a\u{0}b"
        let answer = try await fixture.send(
            .options, "/any/path",
            headers: [
                ("Origin", "https://app.example"), ("Access-Control-Request-Method", "PUT"),
                ("Access-Control-Request-Headers", asked),
            ], key: nil)
        #expect(answer.status == 204)
        #expect(answer["Access-Control-Allow-Origin"] == "*")
        #expect(answer["Access-Control-Allow-Methods"]?.contains("PUT") == true)
        let allowed = try #require(answer["Access-Control-Allow-Headers"]).split(separator: ",").map {
            String($0.filter { $0 != " " })
        }
        for name in [
            "content-range", "content-type", "authorization", "upload-id", "content-md5", "content-digest",
            "repr-digest",
            "x-amz-meta-author",
        ] {
            #expect(allowed.contains(name))
        }
        #expect(!allowed.contains("x-evil") && !allowed.contains { $0.contains("\u{0}") })
        #expect(answer["Access-Control-Allow-Credentials"] == nil)
        #expect(try await fixture.send(.options, "/a", key: nil, host: "unknown.example").status == 404)
        let refused = try await fixture.send(.put, "/a", headers: [("Origin", "null")], key: nil)
        #expect(refused.status == 401 && refused["Access-Control-Allow-Origin"] == "*")
    }
}
