import HTTPServer
import Objects
import Testing

@testable import DeliveryAPI

@Suite struct DeliveryKeyTests {
    @Test(arguments: [
        ("/a", "a"), ("/folder/name.ext", "folder/name.ext"), ("/a%20b", "a b"), ("/a+b", "a+b"),
        ("/a%2Fb", "a/b"),
        ("/a//b", "a//b"), ("//a", "/a"), ("/a/", "a/"), ("/...", "..."), ("/.a", ".a"), ("/a..", "a.."),
        ("/a.b/..c", "a.b/..c"),
        ("/%F0%9F%93%A6", "📦"), ("/📦", "📦"), ("/a%25b", "a%b"), ("/a%5Cb", "a\\b"),
        ("/%EF%BF%BD", "\u{FFFD}"),
        ("/a=b&c", "a=b&c"),
    ])
    func keys(_ path: String, _ key: String) throws {
        #expect(try DeliveryKey.parse(rawPath: path).bytes == Array(key.utf8))
    }

    @Test(arguments: [
        "", "/", "*", "a", "/.", "/..", "/a/../b", "/./a", "/a/..", "/a/.", "/%2e%2e/a", "/a/%2E/b",
        "/a/.%2e/b", "/a%2f..%2fb",
        "/a%00b", "/a%0ab", "/a%1f", "/a%7F", "/%ff%fe", "/%c0%af", "/%ed%a0%80", "/%zz", "/%2", "/%", "/a%2",
        "/\u{FFFD}",
        "/" + String(repeating: "a", count: 1025), "/" + String(repeating: "%61", count: 1025),
    ])
    func noKeys(_ path: String) {
        let refusal = #expect(throws: Refusal.self) { try DeliveryKey.parse(rawPath: path) }
        #expect(refusal?.status == 400)
    }

    @Test func theLongestKey() throws {
        let path = "/" + String(repeating: "%C3%BC", count: 512)
        #expect(try DeliveryKey.parse(rawPath: path).bytes.count == 1024)
    }
}
