import HTTPServer
import Objects
import Testing

/// Bytes of well-formed requests, altered at random: the right refusal, nothing wrong stored, the door still open.
@Suite struct MutationTests {
    private struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }

        /// The text with a few bytes replaced, doubled, dropped or swapped for a number that is hard to hold.
        mutating func mutate(_ text: String) -> String {
            let odd = [
                "9223372036854775807", "18446744073709551616", "-1", "%", "%2e", "%00", "*", " ", ",", "=",
                "\u{FC}", "",
            ]
            var bytes = Array(text.utf8)
            for _ in 0..<Int.random(in: 1...3, using: &self) where !bytes.isEmpty {
                let index = Int.random(in: 0..<bytes.count, using: &self)
                switch Int.random(in: 0..<4, using: &self) {
                case 0: bytes[index] = UInt8.random(in: 0x20..<0x7F, using: &self)
                case 1: bytes.remove(at: index)
                case 2: bytes.insert(bytes[index], at: index)
                default:
                    bytes.replaceSubrange(
                        index...index, with: Array((odd.randomElement(using: &self) ?? "").utf8))
                }
            }
            return String(decoding: bytes, as: UTF8.self)
        }
    }

    private let body = noise(1000, seed: 4)

    @Test(arguments: [UInt64.random(in: .min ... .max), 1])
    func contentRanges(_ seed: UInt64) async throws {
        let fixture = try await DoorFixture()
        var generator = Generator(state: seed)
        for _ in 0..<300 {
            let field = generator.mutate(
                ["bytes 100-199/1000", "bytes=0-100/1000", "bytes 900-999/1000"].randomElement(
                    using: &generator) ?? "")
            let answer = try await fixture.put(
                "/a", Array(body[100..<200]), headers: [("Content-Range", field), ("Upload-Id", "one")])
            #expect([201, 202, 400, 413].contains(answer.status), "\(seed): \(field)")
            if answer.status == 201 {
                #expect(answer.json["filesize"] as? Int == 100, "\(seed): \(field)")
                #expect(try await fixture.get("/a").body == Array(body[100..<200]), "\(seed): \(field)")
            }
        }
        #expect(try await fixture.putRange("/b", body, 0..<1000).status == 201)
    }

    @Test(arguments: [UInt64.random(in: .min ... .max), 2])
    func rangesAndConditions(_ seed: UInt64) async throws {
        let fixture = try await DoorFixture()
        _ = try await fixture.put("/a", body)
        let etag = try await fixture.get("/a")["ETag"] ?? ""
        var generator = Generator(state: seed)
        for _ in 0..<500 {
            let range = generator.mutate(
                ["bytes=10-19", "bytes=-5", "bytes=1-2,4-5", "bytes=990-"].randomElement(using: &generator)
                    ?? "")
            let tag = generator.mutate(etag)
            let name =
                ["If-Range", "If-Match", "If-None-Match", "If-Modified-Since"].randomElement(
                    using: &generator) ?? ""
            let answer = try await fixture.get("/a", headers: [("Range", range), (name, tag)])
            #expect([200, 206, 304, 412, 416].contains(answer.status), "\(seed): \(range) \(name) \(tag)")
            if answer.status == 200 { #expect(answer.body == body, "\(seed): \(range) \(name) \(tag)") }
            if answer.status == 206, let field = answer["Content-Range"] {
                let numbers = field.split { !$0.isNumber }.compactMap { Int($0) }
                #expect(
                    numbers.count == 3 && answer.body == Array(body[numbers[0]...numbers[1]]),
                    "\(seed): \(range)")
            }
        }
    }

    @Test(arguments: [UInt64.random(in: .min ... .max), 3])
    func targetsWithoutACredential(_ seed: UInt64) async throws {
        let fixture = try await DoorFixture()
        let targets = [
            "/folder/a%20b.txt?expiry=1760000000&method=put&signature=6MuNAMeKiXv55mjg1Y-U9nKo65MKNEJxvGrmMP6xL-A",
            "/folder/../a?upload&total=10", "/a/%F0%9F%93%A6?download",
            "http://demo.example/a?expiry=1760000000&signature=",
        ]
        var generator = Generator(state: seed)
        for _ in 0..<500 {
            let target = generator.mutate(targets.randomElement(using: &generator) ?? "")
            for method in [HTTPMethod.put, .get, .delete] {
                let answer = try await fixture.send(method, target, RequestBody([1]), key: nil)
                #expect([400, 401, 403, 404].contains(answer.status), "\(seed): \(method.name) \(target)")
            }
        }
        #expect(try await fixture.store.list(ListQuery(bucket: BucketID(1), limit: 1)).entries.isEmpty)
    }

    @Test(arguments: [UInt64.random(in: .min ... .max), 4])
    func digestsAndFields(_ seed: UInt64) async throws {
        let fixture = try await DoorFixture()
        let fields = [
            ("Content-MD5", "AAAAAAAAAAAAAAAAAAAAAA=="), ("Upload-Id", "an-upload"),
            ("If-None-Match", "\"a\", W/\"b\""),
            ("Content-Digest", "sha-256=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:"),
            ("x-amz-checksum-crc32", "AAAAAA=="),
            ("Accept-Version", "2025-08-20"), ("Content-Type", "text/html; charset=utf-8"),
            ("x-amz-meta-a", "b"),
        ]
        var generator = Generator(state: seed)
        for _ in 0..<400 {
            let (name, value) = fields.randomElement(using: &generator) ?? ("", "")
            let sent =
                Bool.random(using: &generator)
                ? (name, generator.mutate(value)) : (generator.mutate(name), value)
            let range = ("Content-Range", "bytes 0-99/200")
            let headers = Bool.random(using: &generator) ? [sent, range] : [sent]
            let answer = try await fixture.put("/a", Array(body[0..<100]), headers: headers)
            #expect([201, 202, 400, 409, 412].contains(answer.status), "\(seed): \(sent) \(answer.status)")
            if answer.status == 201 { #expect(!answer.file.isEmpty, "\(seed): \(sent)") }
        }
    }
}
