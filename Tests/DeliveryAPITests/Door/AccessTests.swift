import HTTPServer
import Objects
import Testing

@Suite struct AccessTests {
    @Test func withoutAKeyNothingIsWritten() async throws {
        let fixture = try await DoorFixture()
        for method in [HTTPMethod.put, .delete] {
            let unread = RequestBody.broken(declaring: 3)
            let answer = try await fixture.send(method, "/a", unread, key: nil)
            #expect(answer.status == 401)
            #expect(answer.kind == "token_missing")
            #expect(answer["WWW-Authenticate"]?.hasPrefix("Bearer") == true)
        }
        #expect(try await fixture.get("/a").status == 404)
    }

    @Test(arguments: [
        "Bearer wrong-wrong-wrong", "Bearer", "Bearer ", "Basic aWxvdmU6Y2F0cw==", "", "ittybit_testkey0001",
        "Bearer ittybit_testkey0001 x", "AWS4-HMAC-SHA256 Credential=x", "Bearer ITTYBIT_testkey0001",
    ])
    func aWrongCredentialIsRefusedEvenWhereNoneIsNeeded(_ field: String) async throws {
        let fixture = try await DoorFixture()
        _ = try await fixture.put("/a", [1])
        for method in [HTTPMethod.put, .get, .delete] {
            let answer = try await fixture.send(method, "/a", headers: [("Authorization", field)], key: nil)
            #expect(answer.status == 401)
            #expect(answer.kind == "token_invalid")
        }
    }

    @Test func theSchemeIsWithoutCaseAndThereIsOneField() async throws {
        let fixture = try await DoorFixture()
        let lower = [("authorization", "bearer ittybit_testkey0001")]
        #expect(try await fixture.send(.put, "/a", headers: lower, key: nil).status == 201)
        #expect(try await fixture.send(.put, "/a", headers: lower, key: fixture.full).status == 400)
    }

    @Test func aPausedKeyOpensNothing() async throws {
        let fixture = try await DoorFixture()
        #expect(try await fixture.put("/a", [1]).status == 201)
        try await fixture.pause(fixture.full)
        #expect(try await fixture.put("/a", [2]).status == 401)
        #expect(try await fixture.get("/a", key: fixture.full).status == 401)
        try await fixture.pause(fixture.full, false)
        #expect(try await fixture.put("/a", [3]).status == 201)
    }

    @Test func roles() async throws {
        let fixture = try await DoorFixture()
        let body = RequestBody([1])
        #expect(try await fixture.send(.put, "/a", body, key: fixture.read).status == 403)
        #expect(try await fixture.send(.delete, "/a", key: fixture.read).status == 403)
        #expect(try await fixture.get("/a?upload", key: fixture.read).status == 404)

        #expect(try await fixture.send(.put, "/a", RequestBody([1]), key: fixture.upload).status == 201)
        let again = try await fixture.send(.put, "/a", RequestBody([2]), key: fixture.upload)
        #expect(again.status == 403)
        #expect(again.kind == "permission_denied")
        #expect(try await fixture.send(.delete, "/a", key: fixture.upload).status == 403)
        #expect(try await fixture.get("/a", key: fixture.upload).body == [1])

        let inside = DoorFixture.privateHost
        #expect(try await fixture.get("/a", host: inside).status == 401)
        #expect(try await fixture.get("/a", key: fixture.upload, host: inside).status == 403)
        #expect(try await fixture.get("/a", key: fixture.read, host: inside).body == [1])
        #expect(try await fixture.get("/a", key: fixture.full, host: inside).body == [1])
    }

    @Test func anUploadersChunksDoNotOverwriteEither() async throws {
        let fixture = try await DoorFixture()
        let body = noise(100, seed: 1)
        _ = try await fixture.put("/old", [9])
        _ = try await fixture.putRange("/old", body, 0..<50, key: fixture.upload)
        #expect(try await fixture.putRange("/old", body, 50..<100, key: fixture.upload).status == 403)
        #expect(try await fixture.get("/old").body == [9])
        _ = try await fixture.putRange("/new", body, 0..<50, key: fixture.upload)
        #expect(try await fixture.get("/new?upload", key: fixture.upload).status == 200)
        #expect(try await fixture.get("/new?upload", key: fixture.full).status == 404)
        #expect(try await fixture.putRange("/new", body, 50..<100, key: fixture.upload).status == 201)
    }

    @Test func aKeyOfAnotherProject() async throws {
        let fixture = try await DoorFixture()
        _ = try await fixture.put("/a", [1])
        #expect(try await fixture.send(.put, "/a", RequestBody([2]), key: fixture.foreign).status == 403)
        #expect(try await fixture.send(.delete, "/a", key: fixture.foreign).status == 403)
        #expect(try await fixture.get("/a?upload", key: fixture.foreign).status == 403)
        #expect(
            try await fixture.get("/a", key: fixture.foreign, host: DoorFixture.privateHost).status == 403)
        #expect(try await fixture.get("/a").body == [1])
    }

    @Test func hosts() async throws {
        let fixture = try await DoorFixture()
        _ = try await fixture.put("/a", [1])
        for host in [
            "demo.example", "demo.example:8080", "DEMO.example", "localhost", "localhost:8080", "127.0.0.1:1",
        ] {
            #expect(try await fixture.get("/a", host: host).body == [1], "\(host)")
        }
        for host in [
            "unknown.example", "", "demo.example.", "demo.example:x", "x.demo.example", "demo-bucket",
            "[::1]", "10.0.0.1",
            "demo.example:80:80",
        ] {
            let answer = try await fixture.get("/a", host: host)
            #expect(answer.status == 404, "\(host)")
            #expect(answer.kind == "domain_not_found", "\(host)")
        }
        #expect(try await fixture.get("/a", host: DoorFixture.otherHost).kind == "file_not_found")
        let absolute = try await fixture.get("http://demo.example/a", host: "unknown.example")
        #expect(absolute.body == [1])
        #expect(try await fixture.get("http://unknown.example/a").status == 404)
    }

    @Test func urlsNameWhereTheFileIsServed() async throws {
        let fixture = try await DoorFixture()
        let local = try await fixture.put("/a b/ü.txt".replacingBlanks, [1], host: "localhost:8080")
        #expect(local.file["url"] as? String == "http://localhost:8080/a%20b/%C3%BC.txt")
        let configured = try await fixture.put("/a", [1], host: DoorFixture.privateHost)
        #expect(configured.file["url"] as? String == "https://cdn.example/a")
    }

    @Test func aDomainThatIsRemovedEndsWithinItsTime() async throws {
        let fixture = try await DoorFixture()
        _ = try await fixture.put("/a", [1])
        #expect(try await fixture.get("/a", host: "unsigned.example").status == 200)
        try await fixture.store.accounts.deleteDomain("unsigned.example")
        fixture.advance(milliseconds: 1001)
        #expect(try await fixture.get("/a", host: "unsigned.example").status == 404)
    }
}

extension String {
    fileprivate var replacingBlanks: String {
        split(separator: " ", omittingEmptySubsequences: false).joined(separator: "%20")
    }
}
