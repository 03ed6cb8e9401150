import HTTPServer
import Objects
import Testing

/// Buckets that are websites, as browsers see them.
@Suite struct WebsiteTests {
    private static func fixture(_ website: WebsiteConfiguration) async throws -> DoorFixture {
        let fixture = try await DoorFixture()
        let name = try #require(BucketName("demo-bucket"))
        let bucket = try #require(try await fixture.store.bucket(name))
        _ = try await fixture.store.accounts.setConfiguration(bucket.id, .website, website.encoded)
        for (path, text) in [
            ("/index.html", "home"), ("/docs/index.html", "docs"), ("/oops.html", "oops"), ("/a.html", "a"),
        ] {
            let put = try await fixture.put(path, Array(text.utf8), headers: [("Content-Type", "text/html")])
            #expect(put.status == 200 || put.status == 201)
        }
        return fixture
    }

    private static let plain = WebsiteConfiguration(
        indexSuffix: "index.html", errorKey: "oops.html",
        rules: [
            .init(prefix: "old/", redirect: .init(keyPrefix: "new/")),
            .init(
                prefix: "lost/", errorStatus: 404,
                redirect: .init(host: "other.example", scheme: "https", key: "found", status: 307)),
        ])

    @Test func foldersHaveAnIndex() async throws {
        let fixture = try await Self.fixture(Self.plain)
        #expect(try await fixture.get("/").text == "home")
        #expect(try await fixture.get("/docs/").text == "docs")
        let folder = try await fixture.get("/docs")
        #expect(folder.status == 302)
        #expect(folder["Location"] == "/docs/")
        _ = try await fixture.put("//evil.example/index.html", [1])
        #expect(try await fixture.get("//evil.example")["Location"] == nil)
        let page = try await fixture.get("/a.html")
        #expect(page.text == "a")
        #expect(page["Content-Security-Policy"] == nil)
        // What is written is written to the key that is named.
        #expect(try await fixture.put("/", [1]).status == 400)
    }

    @Test func refusalsShowTheErrorPage() async throws {
        let fixture = try await Self.fixture(Self.plain)
        let missing = try await fixture.get("/none")
        #expect(missing.status == 404)
        #expect(missing.text == "oops")
        #expect(missing["ETag"] == nil)
        #expect(missing["Cache-Control"] == "no-store")
        let head = try await fixture.send(.head, "/none", key: nil)
        #expect(head.status == 404 && head.headLength == 4)
        // A private host shows its error page to nobody who may not read.
        let hidden = try await fixture.get("/none", host: DoorFixture.privateHost)
        #expect(hidden.status == 401 && hidden.text != "oops")
    }

    @Test func rulesLeadElsewhere() async throws {
        let fixture = try await Self.fixture(Self.plain)
        let moved = try await fixture.get("/old/a%20b")
        #expect(moved.status == 301)
        #expect(moved["Location"] == "http://\(DoorFixture.host)/new/a%20b")
        let lost = try await fixture.get("/lost/x")
        #expect(lost.status == 307)
        #expect(lost["Location"] == "https://other.example/found")
        let all = try await Self.fixture(
            WebsiteConfiguration(redirectAll: .init(host: "www.example", scheme: "https")))
        let away = try await all.get("/x/y?z=1")
        #expect(away.status == 301)
        #expect(away["Location"] == "https://www.example/x/y?z=1")
    }

    @Test func aBucketThatIsNoWebsiteIsAsBefore() async throws {
        let fixture = try await DoorFixture()
        #expect(try await fixture.get("/").status == 400)
        let put = try await fixture.put("/a.html", [1], headers: [("Content-Type", "text/html")])
        #expect(put.status == 200 || put.status == 201)
        #expect(try await fixture.get("/a.html")["Content-Security-Policy"] != nil)
    }
}
