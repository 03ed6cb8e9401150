import Digests
import Files
import HTTPServer
import NIOCore
import Objects
import Testing

/// `Content-Range`: how the header is read, what is answered, status and cancel.
@Suite struct RangeUploadTests {
    private let body = noise(1000, seed: 42)

    @Test func anyOrderAndTheLastMissingByteMakesTheFile() async throws {
        let fixture = try await DoorFixture()
        let first = try await fixture.putRange("/a/b.bin", body, 600..<1000)
        #expect(first.status == 202)
        #expect(first.received == [[600, 999]])
        #expect(first.missing == [[0, 599]])
        #expect(first.json["total"] as? Int == 1000)
        #expect(first.json["status"] as? String == "uploading")
        #expect(first.json["expires"] as? String == timestamp(fixture.now + 7 * 86_400_000))
        #expect(try await fixture.get("/a/b.bin").status == 404)
        let second = try await fixture.putRange("/a/b.bin", body, 0..<300)
        #expect(second.status == 202)
        #expect(second.missing == [[300, 599]])
        let last = try await fixture.putRange("/a/b.bin", body, 300..<600)
        #expect(last.status == 201)
        #expect((last.json["id"] as? String)?.hasPrefix("file_") == true)
        #expect(last.json["filesize"] as? Int == 1000)
        #expect(last.json["version"] is String)
        #expect(last.json["status"] as? String == "ready")
        #expect(try await fixture.get("/a/b.bin").body == body)
        #expect(try await fixture.status("/a/b.bin", total: 1000).status == 404)
    }

    @Test func oneChunkThatCoversAllIsDone() async throws {
        let fixture = try await DoorFixture()
        let answer = try await fixture.putRange("/a", body, 0..<1000)
        #expect(answer.status == 201)
        #expect(answer.json["data"] == nil)
        let old = try await fixture.putRange(
            "/b", body, 0..<1000, headers: [("Accept-Version", "2025-07-01")])
        #expect(old.json["data"] is [String: Any])
    }

    /// The documentation's own ranges: all but the last name an end that is one too high.
    @Test(arguments: [1, 1000])
    func theDocumentationsSpelling(_ scale: Int) async throws {
        let fixture = try await DoorFixture()
        let step = 16_777_216 / scale
        let total = 100_000_000 / scale
        let tile = noise(65_537, seed: 7)
        let body = Array(
            (0...(total / tile.count)).flatMap { [UInt8(truncatingIfNeeded: $0)] + tile.dropFirst() }[
                ..<total])
        for index in 0..<5 {
            let range = (index * step)..<((index + 1) * step)
            let answer = try await fixture.putRange(
                "/doc.mp4", body, range, spelling: "bytes=", last: range.upperBound)
            #expect(answer.status == 202)
        }
        let last = try await fixture.putRange("/doc.mp4", body, (5 * step)..<total, spelling: "bytes=")
        #expect(last.status == 201)
        let got = try await fixture.get("/doc.mp4")
        #expect(SHA256Digest.hash(got.body) == SHA256Digest.hash(body))
        #expect(got.body.count == total)
    }

    @Test func anExclusiveEndIsToldByTheBodyAlsoWhenItsLengthIsNotDeclared() async throws {
        let fixture = try await DoorFixture()
        let fields = [("Content-Range", "bytes 0-600/1000")]
        let chunked = RequestBody.chunked([Array(body[0..<100]), Array(body[100..<600])])
        let exclusive = try await fixture.send(.put, "/a", chunked, headers: fields, key: fixture.full)
        #expect(exclusive.received == [[0, 599]])
        let whole = RequestBody.chunked([Array(body[0..<601])])
        let inclusive = try await fixture.send(.put, "/a", whole, headers: fields, key: fixture.full)
        #expect(inclusive.received == [[0, 600]])
        let end = try await fixture.putRange("/a", body, 601..<1000, last: 1000)
        #expect(end.status == 201)
        #expect(try await fixture.get("/a").body == body)
    }

    @Test(arguments: [
        ("bytes 0-99/1000", 98), ("bytes 0-99/1000", 101), ("bytes 0-99/1000", 0), ("bytes 0-1000/1000", 999),
        ("bytes 0-10/10", 11), ("bytes 999-1000/1000", 2), ("bytes 0-0/1000", 0),
        ("bytes 0-9223372036854775806/9223372036854775807", 5),
    ])
    func aBodyThatDoesNotFitStoresNothing(_ field: String, _ count: Int) async throws {
        let fixture = try await DoorFixture()
        let bytes = noise(count, seed: 1)
        for body in [RequestBody(bytes), .chunked(bytes.map { [$0] })] {
            let answer = try await fixture.send(
                .put, "/a", body, headers: [("Content-Range", field)], key: fixture.full)
            #expect(answer.status == 400 || field.contains("9223372036854775807") && answer.status == 413)
        }
        #expect(try await fixture.get("/a").status == 404)
        #expect(try await fixture.get("/a?upload", key: fixture.full).status == 404)
    }

    @Test(arguments: [
        "bytes 0-1/2x", "0-1/2", "bytes 5-4/10", "bytes 0-9223372036854775808/9223372036854775809",
        "bytes 0-9/*", "bytes", "",
        "bytes 0-9", "bytes -1-3/10", "pages 0-9/10", "bytes */*", "bytes */10", "bytes 0-0/0",
        "bytes 10-10/10",
        "bytes 0-1/18446744073709551616", "bytes=0-9/1e1", "bytes 0-9/-10",
    ])
    func aMalformedRangeIsNeverAFullPut(_ field: String) async throws {
        let fixture = try await DoorFixture()
        _ = try await fixture.put("/a", [1, 2, 3])
        let answer = try await fixture.put("/a", noise(10, seed: 1), headers: [("Content-Range", field)])
        #expect(answer.status == 400)
        #expect(try await fixture.get("/a").body == [1, 2, 3])
        #expect(try await fixture.get("/a?upload", key: fixture.full).status == 404)
    }

    @Test func twoRangeFieldsAreRefused() async throws {
        let fixture = try await DoorFixture()
        let twice = [("Content-Range", "bytes 0-9/10"), ("Content-Range", "bytes 0-9/10")]
        #expect(try await fixture.put("/a", noise(10, seed: 1), headers: twice).status == 400)
    }

    @Test func tooLargeIsJudgedByTheTotalAtTheFirstChunk() async throws {
        let fixture = try await DoorFixture(limit: 999)
        let unread = RequestBody.broken(declaring: 10)
        let fields = [("Content-Range", "bytes 0-9/1000")]
        let answer = try await fixture.send(.put, "/a", unread, headers: fields, key: fixture.full)
        #expect(answer.status == 413)
        #expect(try await fixture.putRange("/a", body, 0..<999, of: 999).status == 201)
    }

    @Test func aCutChunkStoresNothing() async throws {
        let fixture = try await DoorFixture()
        let cut = RequestBody.broken(after: Array(body[0..<50]), declaring: 100)
        let fields = [("Content-Range", "bytes 0-99/1000")]
        #expect(try await fixture.send(.put, "/a", cut, headers: fields, key: fixture.full).status == 400)
        #expect(try await fixture.status("/a", total: 1000).status == 404)
    }

    @Test func overlapsOfEqualBytesAreWelcome() async throws {
        let fixture = try await DoorFixture()
        for range in [0..<400, 0..<400, 200..<800, 100..<150] {
            #expect(try await fixture.putRange("/a", body, range).status == 202)
        }
        #expect(try await fixture.status("/a", total: 1000).missing == [[800, 999]])
        #expect(try await fixture.putRange("/a", body, 0..<1000).status == 201)
        #expect(try await fixture.get("/a").body == body)
    }

    @Test func statusAndCancel() async throws {
        let fixture = try await DoorFixture()
        #expect(try await fixture.status("/a", total: 1000).status == 404)
        #expect(try await fixture.get("/a?upload", key: fixture.full).kind == "upload_not_found")
        _ = try await fixture.putRange("/a", body, 100..<200)
        _ = try await fixture.putRange("/a", body, 0..<100, of: 500)
        let one = try await fixture.status("/a", total: 1000)
        #expect(one.status == 200)
        #expect(one.received == [[100, 199]] && one.missing == [[0, 99], [200, 999]])
        #expect(one.json["received_bytes"] as? Int == 100)
        #expect(one["Cache-Control"] == "no-store")
        let both = try await fixture.get("/a?upload", key: fixture.full)
        let totals = (both.json["uploads"] as? [[String: Any]])?.compactMap { $0["total"] as? Int }
        #expect(totals.map(Set.init) == [500, 1000])
        #expect(try await fixture.get("/a?upload&total=500", key: fixture.full).json["total"] as? Int == 500)
        #expect(try await fixture.get("/a?upload", key: nil).status == 401)
        #expect(try await fixture.send(.delete, "/a?upload&total=500", key: fixture.full).status == 204)
        #expect(try await fixture.get("/a?upload", key: fixture.full).json["total"] as? Int == 1000)
        #expect(try await fixture.send(.delete, "/a?upload", key: fixture.full).status == 204)
        #expect(try await fixture.send(.delete, "/a?upload", key: fixture.full).status == 204)
        #expect(try await fixture.status("/a", total: 1000).status == 404)
        #expect(try await fixture.send(.delete, "/a?total=500", key: fixture.full).status == 400)
        let asked = [("Content-Range", "bytes */1000")]
        #expect(try await fixture.put("/a", [1], headers: asked).status == 400)
    }

    @Test func cancellingLeavesTheFile() async throws {
        let fixture = try await DoorFixture()
        _ = try await fixture.put("/a", [1, 2, 3])
        _ = try await fixture.putRange("/a", body, 0..<100)
        #expect(try await fixture.get("/a").body == [1, 2, 3])
        #expect(try await fixture.send(.delete, "/a?upload", key: fixture.full).status == 204)
        #expect(try await fixture.get("/a").body == [1, 2, 3])
    }

    @Test func aWrongDigestStoresNothingOfTheChunk() async throws {
        let fixture = try await DoorFixture()
        let sha = { (bytes: [UInt8]) in "sha-256=:\(Base64.encode(SHA256Digest.hash(bytes).bytes)):" }
        let wrong = [("Content-Digest", sha([1]))]
        let refused = try await fixture.putRange("/a", body, 0..<500, headers: wrong)
        #expect(refused.status == 400 && refused.kind == "digest_mismatch")
        #expect(try await fixture.status("/a", total: 1000).status == 404)
        let right = [("Content-Digest", sha(Array(body[0..<500])))]
        #expect(try await fixture.putRange("/a", body, 0..<500, headers: right).status == 202)
        #expect(try await fixture.putRange("/a", body, 500..<1000, headers: wrong).status == 400)
        #expect(try await fixture.status("/a", total: 1000).missing == [[500, 999]])
    }

    @Test func theDigestOfTheWholeIsVerifiedBeforeTheFileAppears() async throws {
        let fixture = try await DoorFixture()
        let announce = { (bytes: [UInt8]) in
            [("Repr-Digest", "sha-256=:\(Base64.encode(SHA256Digest.hash(bytes).bytes)):")]
        }
        _ = try await fixture.putRange("/right", body, 0..<500, headers: announce(body))
        #expect(try await fixture.putRange("/right", body, 500..<1000, headers: announce(body)).status == 201)
        _ = try await fixture.putRange("/wrong", body, 0..<500, headers: announce([1]))
        let refused = try await fixture.putRange("/wrong", body, 500..<1000, headers: announce([1]))
        #expect(refused.status == 400 && refused.kind == "digest_mismatch")
        #expect(try await fixture.get("/wrong").status == 404)
    }

    private func announcing(_ bytes: [UInt8]) -> [(String, String)] {
        [("Repr-Digest", "sha-256=:\(Base64.encode(SHA256Digest.hash(bytes).bytes)):")]
    }

    @Test func aDigestThatAMiddleChunkBringsIsVerifiedAtTheEnd() async throws {
        let fixture = try await DoorFixture()
        for (target, announced, status) in [("/right", body, 201), ("/wrong", [1], 400)] {
            _ = try await fixture.putRange(target, body, 0..<300)
            _ = try await fixture.putRange(target, body, 300..<600, headers: announcing(announced))
            #expect(try await fixture.putRange(target, body, 600..<1000).status == status)
        }
        #expect(try await fixture.get("/right").body == body)
        #expect(try await fixture.get("/wrong").status == 404)
    }

    @Test func twoFilesOfOneSizeAreToldApartByTheirDigests() async throws {
        let fixture = try await DoorFixture()
        let other = noise(1000, seed: 43)
        #expect(try await fixture.putRange("/a", body, 0..<500, headers: announcing(body)).status == 202)
        #expect(try await fixture.putRange("/a", other, 500..<1000, headers: announcing(other)).status == 202)
        #expect(try await fixture.putRange("/a", body, 500..<1000, headers: announcing(body)).status == 201)
        #expect(try await fixture.get("/a").body == body)
        #expect(try await fixture.putRange("/a", other, 0..<500, headers: announcing(other)).status == 201)
        #expect(try await fixture.get("/a").body == other)
    }

    @Test func aChunkThatComesTooSlowlyIsATimeout() async throws {
        let fixture = try await DoorFixture()
        for fields in [[("Content-Range", "bytes 0-99/1000")], []] {
            let slow = RequestBody(
                chunks: [ByteBuffer(bytes: body[0..<50])], declaredLength: 100, failure: .tooSlow)
            let answer = try await fixture.send(.put, "/a", slow, headers: fields, key: fixture.full)
            #expect(answer.status == 408 && answer.kind == "request_timeout")
        }
        let question = RequestBody(chunks: [], declaredLength: 5, failure: .tooSlow)
        _ = try await fixture.putRange("/a", body, 0..<500)
        let asked = try await fixture.send(
            .put, "/a", question, headers: [("Content-Range", "bytes */1000")], key: fixture.full)
        #expect(asked.status == 408)
    }

    @Test func theFirstChunkFixesMetadata() async throws {
        let fixture = try await DoorFixture()
        let fields = [("Cache-Control", "max-age=5"), ("x-amz-meta-a", "1")]
        #expect(try await fixture.putRange("/a", body, 0..<100, headers: fields).status == 202)
        #expect(try await fixture.putRange("/a", body, 100..<200).status == 202)
        #expect(try await fixture.putRange("/a", body, 200..<300, headers: fields).status == 202)
        let other = [("Cache-Control", "max-age=6"), ("x-amz-meta-a", "1")]
        let refused = try await fixture.putRange("/a", body, 300..<400, headers: other)
        #expect(refused.status == 409 && refused.kind == "upload_conflict")
        let done = try await fixture.putRange("/a", body, 300..<1000)
        #expect(done.json["metadata"] as? [String: String] == ["a": "1"])
        #expect(try await fixture.get("/a")["Cache-Control"] == "max-age=5")
    }

    @Test func theTypeIsThatOfTheFirstBytesWhenTheyCome() async throws {
        let fixture = try await DoorFixture()
        let png = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + body[8...]
        _ = try await fixture.putRange(
            "/a", png, 500..<1000, headers: [("Content-Type", "application/x-thing")])
        let done = try await fixture.putRange("/a", png, 0..<500)
        #expect(done.status == 201)
        #expect(done.json["type"] as? String == "image/png")
    }

    @Test func conditionsAreJudgedWhenItCommits() async throws {
        let fixture = try await DoorFixture()
        let fields = [("If-None-Match", "*")]
        #expect(try await fixture.putRange("/a", body, 0..<500, headers: fields).status == 202)
        _ = try await fixture.put("/a", [1])
        #expect(try await fixture.putRange("/a", body, 500..<1000, headers: fields).status == 412)
        #expect(try await fixture.get("/a").body == [1])
    }

    @Test func conditionsMayBeRepeatedOrLeftOut() async throws {
        let fixture = try await DoorFixture()
        let fields = [("Cache-Control", "max-age=5")]
        let condition = [("If-None-Match", "*")]
        #expect(try await fixture.putRange("/a", body, 0..<100, headers: fields + condition).status == 202)
        #expect(try await fixture.putRange("/a", body, 100..<200, headers: fields).status == 202)
        #expect(try await fixture.putRange("/a", body, 200..<300, headers: condition).status == 202)
        let other = [("If-Match", "\"x\"")]
        #expect(try await fixture.putRange("/a", body, 300..<400, headers: other).status == 409)
        #expect(try await fixture.putRange("/a", body, 300..<1000).status == 201)
    }

    @Test(arguments: ["", " ", "a b", "\u{FC}", String(repeating: "x", count: 129), "a\u{7F}"])
    func uploadIdsThatAreNone(_ token: String) async throws {
        let fixture = try await DoorFixture()
        #expect(try await fixture.putRange("/a", body, 0..<500, token: token).status == 400)
    }

    @Test func uploadIdsComeBack() async throws {
        let fixture = try await DoorFixture()
        let stored = try await fixture.putRange("/a", body, 0..<500, token: "mine")
        #expect(stored["Upload-Id"] == "mine")
        #expect(stored.json["upload_id"] as? String == "mine")
        #expect(try await fixture.status("/a", total: 1000, token: "mine").status == 200)
        #expect(try await fixture.status("/a", total: 1000, token: "yours").status == 404)
    }

    @Test func manyChunksAtOnceOverManyConnections() async throws {
        let fixture = try await DoorFixture()
        let body = noise(2_000_000, seed: 3)
        let starts = stride(from: 0, to: body.count, by: 50_000).shuffled()
        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
            for start in starts + starts.prefix(8) {
                group.addTask {
                    try await fixture.putRange("/a", body, start..<(start + 50_000)).status
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(statuses.allSatisfy { $0 == 201 || $0 == 202 })
        #expect(statuses.contains(201))
        #expect(try await fixture.get("/a").body == body)
    }

    @Test func aThousandOneByteChunks() async throws {
        let fixture = try await DoorFixture()
        var answer = try await fixture.putRange("/a", body, 0..<1)
        for start in stride(from: 2, to: 1000, by: 2) {
            answer = try await fixture.putRange("/a", body, start..<(start + 1))
        }
        #expect(answer.json["truncated"] as? Bool == true)
        #expect(answer.missing?.count == 100)
        let status = try await fixture.status("/a", total: 1000)
        #expect(status.missing?.count == 500)
        #expect(try await fixture.putRange("/a", body, 0..<1000).status == 201)
        #expect(try await fixture.get("/a").body == body)
    }
}
