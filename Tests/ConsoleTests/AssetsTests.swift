import Foundation
import HTTPServer
import Testing

@testable import Console

@Suite("Console assets")
struct AssetsTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../Sources/CAssets/web").standardizedFileURL

    @Test("every file of the folder is compiled in as it is")
    func complete() async throws {
        let fixture = try await ConsoleFixture()
        let assets = fixture.door.assets
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path).sorted()
        #expect(files.filter { $0 != "index.html" } == assets.names)
        for name in assets.names {
            let bytes = try String(contentsOf: Self.folder.appending(path: name), encoding: .utf8)
            let answered = await fixture.send(.get, "/assets/\(assets.version)/\(name)")
            #expect(fixture.text(answered) == bytes, "\(name)")
        }
    }

    @Test("a browser may keep a file for ever, for another version has another address")
    func caching() async throws {
        let fixture = try await ConsoleFixture()
        let path = "/assets/\(fixture.door.assets.version)/theme.js"
        let first = try #require(await fixture.send(.get, path))
        #expect(first.headers[first: "cache-control"] == "public, max-age=31536000, immutable")
        #expect(first.headers[first: "content-type"] == "text/javascript; charset=utf-8")
        #expect(first.headers[first: "x-content-type-options"] == "nosniff")
        let tag = try #require(first.headers[first: "etag"])
        #expect(await fixture.send(.get, path, fields: [("If-None-Match", tag)])?.status == 304)
        #expect(await fixture.send(.get, "/assets/0123456789abcdef/theme.js")?.status == 404)
        #expect(await fixture.send(.get, "/assets/\(fixture.door.assets.version)/../theme.js")?.status == 404)
        #expect(await fixture.send(.put, path)?.status == 405)
        #expect(await fixture.send(.head, path)?.headLength ?? 0 > 0)
    }

    @Test("the page names only files that exist, and has no script or style of its own")
    func page() async throws {
        let fixture = try await ConsoleFixture()
        let text = fixture.text(await fixture.send(.get, "/"))
        let assets = fixture.door.assets
        let named = text.matches(of: /\/assets\/([0-9a-z]+)\/([A-Za-z0-9.-]+)/)
        #expect(named.count >= 3)
        for name in named {
            #expect(String(name.1) == assets.version)
            #expect(assets.names.contains(String(name.2)), "\(name.2)")
        }
        #expect(!text.contains("<style") && !text.contains(" style=") && !text.contains("<!-- modules"))
        #expect(text.matches(of: /<script(?![^>]* src=)/).isEmpty)
        #expect(text.matches(of: /\ on[a-z]+=/).isEmpty)
    }

    @Test("modules import only modules that are there")
    func imports() throws {
        let names = Set(try FileManager.default.contentsOfDirectory(atPath: Self.folder.path))
        for name in names where name.hasSuffix(".js") {
            let text = try String(contentsOf: Self.folder.appending(path: name), encoding: .utf8)
            for used in text.matches(of: /from "\.\/([^"]+)"/) {
                #expect(names.contains(String(used.1)), "\(name) imports \(used.1)")
            }
            #expect(!text.contains("innerHTML") && !text.contains("eval("), "\(name)")
        }
    }
}
