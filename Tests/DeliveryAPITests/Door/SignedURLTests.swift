import Digests
import HTTPServer
import Objects
import Testing

/// Signed URLs of the first form, as clients make them.
@Suite struct SignedURLTests {
    /// The query of a link; `path` is what the client signs: decoded and without the first slash.
    private func query(
        _ path: String, _ method: String? = "get", expiry: Int64 = 1_760_000_000,
        secret: String = "ittybit_testkey0001",
        padded: Bool = false
    ) -> String {
        let parameters = "expiry=\(expiry)" + (method.map { "&method=\($0)" } ?? "")
        let mac = hmac(.sha256, key: Array(secret.utf8), message: Array("\(path)?\(parameters)".utf8))
        return parameters + "&signature=" + Base64.encodeURL(mac) + (padded ? "=" : "")
    }

    private let inside = DoorFixture.privateHost

    @Test func theDocumentationsVectors() {
        #expect(
            query("private/image.png", "get", expiry: 1_735_689_600)
                == "expiry=1735689600&method=get&signature=GNULcoVZgY0XLjB6lxDvOoDMoLOujvXgaaJFM0v4F10")
        #expect(
            query("example/video.mp4", "put", expiry: 1_735_689_600)
                == "expiry=1735689600&method=put&signature=6MuNAMeKiXv55mjg1Y-U9nKo65MKNEJxvGrmMP6xL-A")
    }

    @Test func aGetLinkReadsAndNothingElse() async throws {
        let fixture = try await DoorFixture()
        _ = try await fixture.put("/a/b%20c.png", [1, 2, 3])
        let link = "/a/b%20c.png?" + query("a/b c.png")
        #expect(try await fixture.get("/a/b%20c.png", host: inside).status == 401)
        let got = try await fixture.get(link, host: inside)
        #expect(got.status == 200 && got.body == [1, 2, 3])
        #expect(got["Referrer-Policy"] == "no-referrer")
        #expect(try await fixture.send(.head, link, key: nil, host: inside).status == 200)
        #expect(try await fixture.get(link, headers: [("Range", "bytes=1-1")], host: inside).body == [2])
        #expect(try await fixture.get(link + "&download", host: inside)["Content-Disposition"] != nil)
        for method in [HTTPMethod.put, .delete] {
            #expect(
                try await fixture.send(method, link, RequestBody([9]), key: nil, host: inside).status == 403)
        }
        #expect(try await fixture.get(link + "&upload", host: inside).status == 403)
        #expect(try await fixture.send(.delete, link + "&upload", key: nil, host: inside).status == 403)
        #expect(try await fixture.get("/a/b%20c.png").body == [1, 2, 3])
    }

    @Test func aPutLinkWritesAndNothingElse() async throws {
        let fixture = try await DoorFixture()
        let link = "/a.bin?" + query("a.bin", "put")
        #expect(try await fixture.send(.put, link, RequestBody([1]), key: nil).status == 201)
        #expect(try await fixture.get(link).status == 403)
        #expect(try await fixture.send(.head, link, key: nil).status == 403)
        #expect(try await fixture.send(.delete, link, key: nil).status == 403)
        #expect(try await fixture.get("/a.bin").body == [1])
        #expect(try await fixture.send(.post, link, key: nil).status == 405)
    }

    @Test func aPutLinkSendsChunksAsksAndCancels() async throws {
        let fixture = try await DoorFixture()
        let link = "/a.bin?" + query("a.bin", "put")
        func chunk(_ range: String, _ bytes: [UInt8]) async throws -> DoorAnswer {
            try await fixture.send(
                .put, link, RequestBody(bytes), headers: [("Content-Range", range)], key: nil)
        }
        #expect(try await chunk("bytes 0-1/4", [1, 2]).status == 202)
        #expect(try await chunk("bytes */4", []).missing == [[2, 3]])
        #expect(try await fixture.get(link + "&upload").missing == [[2, 3]])
        #expect(try await fixture.send(.delete, link + "&upload&total=4", key: nil).status == 204)
        #expect(try await fixture.get(link + "&upload").status == 404)
        #expect(try await chunk("bytes 0-1/4", [1, 2]).status == 202)
        // The bearer of the same key goes on where the link began.
        #expect(try await fixture.putRange("/a.bin", [1, 2, 3, 4], 2..<4).status == 201)
        #expect(try await fixture.get("/a.bin").body == [1, 2, 3, 4])
    }

    @Test func theExpiryIsCheckedAtEachChunk() async throws {
        let fixture = try await DoorFixture()
        let link = "/a.bin?" + query("a.bin", "put", expiry: fixture.now / 1000 + 60)
        func chunk(_ range: String) async throws -> Int {
            try await fixture.send(
                .put, link, RequestBody([1, 2]), headers: [("Content-Range", range)], key: nil
            ).status
        }
        #expect(try await chunk("bytes 0-1/4") == 202)
        fixture.advance(milliseconds: 62_000)
        #expect(try await chunk("bytes 2-3/4") == 403)
    }

    @Test func theOldFormIsForPutOnly() async throws {
        let fixture = try await DoorFixture()
        let link = "/a.bin?" + query("a.bin", nil, padded: true)
        #expect(try await fixture.send(.put, link, RequestBody([1]), key: nil).status == 201)
        #expect(try await fixture.get(link, host: inside).status == 403)
        #expect(try await fixture.send(.delete, link, key: nil).status == 403)
    }

    @Test func orderAndPaddingDoNotMatter() async throws {
        let fixture = try await DoorFixture()
        _ = try await fixture.put("/a", [1])
        let parts = query("a", padded: true).split(separator: "&", maxSplits: 2).map(String.init)
        #expect(
            try await fixture.get("/a?" + parts.reversed().joined(separator: "&"), host: inside).status == 200
        )
        #expect(try await fixture.get("/a?download&" + query("a"), host: inside).status == 200)
    }

    @Test func everyActiveKeyIsTriedAndItsRoleBinds() async throws {
        let fixture = try await DoorFixture()
        _ = try await fixture.put("/a", [1])
        let reader = query("a", secret: fixture.secret(fixture.read))
        #expect(try await fixture.get("/a?" + reader, host: inside).status == 200)
        let overreach = query("a", "put", secret: fixture.secret(fixture.read))
        #expect(try await fixture.send(.put, "/a?" + overreach, RequestBody([2]), key: nil).status == 403)
        let uploader = query("a", secret: fixture.secret(fixture.upload))
        #expect(try await fixture.get("/a?" + uploader, host: inside).status == 403)
        let newOnly = query("a", "put", secret: fixture.secret(fixture.upload))
        #expect(try await fixture.send(.put, "/a?" + newOnly, RequestBody([2]), key: nil).status == 403)
        let foreign = query("a", "put", secret: fixture.secret(fixture.foreign))
        #expect(try await fixture.send(.put, "/a?" + foreign, RequestBody([2]), key: nil).status == 403)
        try await fixture.pause(fixture.read)
        #expect(try await fixture.get("/a?" + reader, host: inside).status == 403)
        #expect(try await fixture.get("/a").body == [1])
    }

    @Test func alteredLinksAreRefusedAlsoWhereTheFileIsPublic() async throws {
        let fixture = try await DoorFixture()
        _ = try await fixture.put("/a", [1])
        let good = query("a")
        let signature = good.split(separator: "=").last.map(String.init) ?? ""
        let bad = [
            String(good.dropLast()), good + "A", good + "&signature=x", good + "&method=get",
            good + "&expiry=1",
            good + "&other=2", good + "&response-content-type=text/html",
            good.replacing("method=get", with: "method=put"),
            good.replacing("method=get", with: "method=GET"),
            good.replacing("method=get", with: "method=delete"),
            good.replacing("expiry=1", with: "expiry=01"),
            good.replacing("expiry=", with: "expiry=-"), good.replacing("expiry=", with: "expiry=+"),
            good.replacing("expiry=", with: "expiry=%20"),
            good.replacing("signature=", with: "Signature="), good.replacing("&", with: ";"),
            "expiry=1760000000&method=get",
            "method=get&signature=\(signature)", "signature=\(signature)",
            "expiry=1760000000&signature=\(signature)",
            good.replacing(signature, with: ""),
            good.replacing(signature, with: "%41" + signature.dropFirst()),
            query("a", expiry: 0), query("a", expiry: 1_749_999_999), query("a", expiry: 9_999_999_999_999),
            query("/a"), query("b"), query("A"), query("a", "head"),
            query("a", secret: "ittybit_testkey0002"),
        ]
        for query in bad where query != good {
            let answer = try await fixture.get("/a?" + query)
            #expect(answer.status == 403, "\(query)")
        }
    }

    /// A link opens one key, however its path is spelled.
    @Test(arguments: [
        "/folder/a/", "/folder//a", "/folder/a%20", "/folder/A", "/folder/%61b", "/folder/a%2F",
        "/folder%5Ca", "//folder/a",
        "/folder/a%252e",
    ])
    func anotherPathIsAnotherKey(_ path: String) async throws {
        let fixture = try await DoorFixture()
        let link = path + "?" + query("folder/a", "put")
        #expect(try await fixture.send(.put, link, RequestBody([1]), key: nil).status == 403)
    }

    @Test(arguments: ["/folder/./a", "/folder/b/../a", "/folder/%2e/a", "/folder/a%00", "/%ff"])
    func pathsThatNameNoKey(_ path: String) async throws {
        let fixture = try await DoorFixture()
        let link = path + "?" + query("folder/a", "put")
        #expect(try await fixture.send(.put, link, RequestBody([1]), key: nil).status == 400)
    }

    /// Some clients sign the path as it stands in the URL. That is taken only where nothing but letters, digits,
    /// `-`, `_` and `~` was escaped needlessly, so that a link for one key never opens another.
    @Test func theRawSpelling() async throws {
        let fixture = try await DoorFixture()
        #expect(
            try await fixture.send(.put, "/%61bc?" + query("%61bc", "put"), RequestBody([1]), key: nil).status
                == 201)
        #expect(try await fixture.get("/abc").body == [1])
        for (path, signed) in [
            ("/a%25b", "a%25b"), ("/a%2Fb", "a%2Fb"), ("/a%5Cb", "a%5Cb"), ("/a%2Eb", "a%2Eb"),
        ] {
            let link = path + "?" + query(signed, "put")
            #expect(try await fixture.send(.put, link, RequestBody([1]), key: nil).status == 403, "\(path)")
        }
    }

    @Test func aLinkAndAKeyTogetherAreRefused() async throws {
        let fixture = try await DoorFixture()
        #expect(try await fixture.put("/a?" + query("a", "put"), [1]).status == 400)
    }

    @Test func domainsThatDoNotTakeTheFirstForm() async throws {
        let fixture = try await DoorFixture()
        let link = "/a?" + query("a", "put")
        let answer = try await fixture.send(.put, link, RequestBody([1]), key: nil, host: "unsigned.example")
        #expect(answer.status == 403)
        #expect(
            try await fixture.send(.put, link, RequestBody([1]), key: nil, host: DoorFixture.otherHost).status
                == 403)
    }
}
