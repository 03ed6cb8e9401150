import HTTPServer
import Objects
import Testing

/// A bucket's own CORS rules, which replace what the door grants to every page.
@Suite struct CORSRulesTests {
    private static func fixture() async throws -> DoorFixture {
        let fixture = try await DoorFixture()
        let name = try #require(BucketName("demo-bucket"))
        let bucket = try #require(try await fixture.store.bucket(name))
        let rules = CORSConfiguration(rules: [
            .init(
                origins: ["https://app.example"], methods: ["GET", "PUT"], headers: ["content-range"],
                exposedHeaders: ["ETag"], maximumAgeSeconds: 9)
        ])
        _ = try await fixture.store.accounts.setConfiguration(bucket.id, .cors, rules.encoded)
        _ = try await fixture.put("/a", Array("text".utf8))
        return fixture
    }

    @Test func answersNameTheOriginThatMayRead() async throws {
        let fixture = try await Self.fixture()
        let own = try await fixture.send(.get, "/a", headers: [("Origin", "https://app.example")], key: nil)
        #expect(own.status == 200)
        #expect(own["Access-Control-Allow-Origin"] == "https://app.example")
        #expect(own["Access-Control-Expose-Headers"] == "ETag")
        #expect(own["Vary"]?.contains("Origin") == true)
        // The header cache must not hand one page's grant to another.
        let other = try await fixture.send(.get, "/a", headers: [("Origin", "https://evil")], key: nil)
        #expect(other.status == 200)
        #expect(other["Access-Control-Allow-Origin"] == nil)
        #expect(other["Vary"]?.contains("Origin") == true)
        let refused = try await fixture.send(
            .get, "/none", headers: [("Origin", "https://app.example")], key: nil)
        #expect(refused.status == 404)
        #expect(refused["Access-Control-Allow-Origin"] == "https://app.example")
        let elsewhere = try await fixture.send(.get, "/a", key: nil, host: DoorFixture.otherHost)
        #expect(elsewhere["Access-Control-Allow-Origin"] == "*")
    }

    @Test func preflightsAreJudged() async throws {
        let fixture = try await Self.fixture()
        func ask(_ origin: String, _ method: String, _ names: String) async throws -> DoorAnswer {
            try await fixture.send(
                .options, "/a",
                headers: [
                    ("Origin", origin), ("Access-Control-Request-Method", method),
                    ("Access-Control-Request-Headers", names),
                ], key: nil)
        }
        let granted = try await ask("https://app.example", "PUT", "Content-Range")
        #expect(granted.status == 204)
        #expect(granted["Access-Control-Allow-Origin"] == "https://app.example")
        #expect(granted["Access-Control-Allow-Methods"] == "GET, PUT")
        #expect(granted["Access-Control-Allow-Headers"] == "content-range")
        #expect(granted["Access-Control-Max-Age"] == "9")
        for (origin, method, names) in [
            ("https://evil", "PUT", "content-range"), ("https://app.example", "DELETE", ""),
            ("https://app.example", "PUT", "authorization"),
        ] {
            let refused = try await ask(origin, method, names)
            #expect(refused.status == 403)
            #expect(refused["Access-Control-Allow-Origin"] == nil)
        }
    }
}
