import Auth
import Digests
import Files
import HTTPServer
import NIOCore
import Objects
import StoreLaws
import Testing

@testable import LibraryAPI

@Suite struct CallTests {
    private func call(_ body: String, target: String = "/files") throws -> LibraryCall {
        try LibraryCall(
            request: HTTPRequest(method: .post, target: target),
            credential: Credential(
                keyID: KeyID("k"), project: ProjectID("p"), role: .full, isPaused: false, secret: [1]),
            words: [], shape: .bare, body: ByteBuffer(string: body))
    }

    @Test func membersAreReadByType() throws {
        let sent = try call(#"{"a":"x","n":12,"t":"34","f":true,"l":["p","q"],"z":null}"#)
        #expect(try sent.text("a") == "x")
        #expect(try sent.number("n") == 12)
        #expect(try sent.number("t") == 34)
        #expect(try sent.flag("f") == true)
        #expect(try sent.texts("l", maximum: 2) == ["p", "q"])
        #expect(try sent.text("z") == nil)
        #expect(sent.has("z"))
        #expect(!sent.has("y"))
        #expect(throws: LibraryRefusal.self) { try sent.text("n") }
        #expect(throws: LibraryRefusal.self) { try sent.number("a") }
        #expect(throws: LibraryRefusal.self) { try sent.texts("l", maximum: 1) }
        #expect(throws: LibraryRefusal.self) { try sent.text("a", maximum: 0) }
    }

    @Test(arguments: ["[]", "3", "{", "{\"a\":1,\"a\":2}", "nonsense", "\"x\""])
    func whatIsNoObjectIsRefused(_ body: String) {
        #expect(throws: LibraryRefusal.self) { try call(body) }
    }

    @Test func metadataIsMerged() throws {
        let present = Array(#"{"a":1,"b":{"c":2}}"#.utf8)
        func merged(_ body: String) throws -> String? {
            try call(body).merged("metadata", into: present).map { String(decoding: $0, as: UTF8.self) }
        }
        #expect(try merged("{}") == nil)
        #expect(try merged(#"{"metadata":{"d":"é"}}"#) == #"{"a":1,"b":{"c":2},"d":"é"}"#)
        #expect(try merged(#"{"metadata":{"a":null,"b":[1.50,true]}}"#) == #"{"b":[1.50,true]}"#)
        #expect(try merged(#"{"metadata":null}"#) == "")
        #expect(throws: LibraryRefusal.self) { try merged(#"{"metadata":[]}"#) }
        let long = String(repeating: "x", count: FileDetails.maximumMetadataLength)
        #expect(throws: LibraryRefusal.self) { try merged(#"{"metadata":{"a":"\#(long)"}}"#) }
    }

    @Test(arguments: [
        ("", []), ("{}", []),
        (#"{"a":1,"b" : {"c":[{"d":2}]},"e":"f","g\"h":":"}"#, ["a", "b", "e", #"g\"h"#]),
        (#"{"a":{"#, ["a"]), (#"{"a\"#, []), (#"{"a""#, []), (#"["a"]"#, []),
    ])
    func ownMembersAreNamed(_ object: String, _ names: [String]) {
        #expect(memberNames(ofJSON: Array(object.utf8)) == Set(names))
    }

    @Test func pagesHaveLimits() throws {
        let page = try call("{}", target: "/files?page=3&limit=7").page()
        #expect(page.offset == 14)
        for query in ["page=0", "limit=0", "limit=101", "page=-1", "page=1e3", "page=99999999999999999999"] {
            #expect(throws: LibraryRefusal.self) { try call("{}", target: "/files?\(query)").page() }
        }
    }

    @Test func keysOfFilesAreWhatURLsCarry() throws {
        #expect(try LibraryDoor.key(folder: "/a/b/", filename: "c d").bytes == Array("a/b/c d".utf8))
        #expect(try LibraryDoor.key(folder: "", filename: "c").bytes == Array("c".utf8))
        for (folder, name) in [
            ("a//b", "c"), ("..", "c"), ("a", ".."), ("a", ""), ("a", "b/c"), ("a", "\u{1}"), (".", "x"),
            ("", String(repeating: "x", count: 1025)),
        ] {
            #expect(throws: LibraryRefusal.self, "\(folder) \(name)") {
                try LibraryDoor.key(folder: folder, filename: name)
            }
        }
    }

    /// Bytes of a request that were changed, cut or doubled: read or refused, never a trap.
    @Test func alteredBodiesAreReadOrRefused() throws {
        var random = LawRandom(seed: 20_261_123)
        let corpus = [
            #"{"url":"http://h/","metadata":{"a":[1,{"b":null}]},"media_id":"med_0123456789abcdef"}"#,
            #"{"topics":["file.created"],"status":"paused","expiry":1735689600,"x":"é😀"}"#,
        ].map { Array($0.utf8) }
        for round in 0..<4000 {
            var bytes = corpus[round % corpus.count]
            for _ in 0...Int.random(in: 0..<4, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.remove(at: place)
                case 2: bytes.insert(contentsOf: bytes.prefix(place), at: place)
                default: bytes = Array(bytes.prefix(max(place, 1)))
                }
                if bytes.isEmpty { bytes = [0x7B] }
            }
            let body = String(decoding: bytes, as: UTF8.self)
            guard let read = try? call(body) else { continue }
            _ = try? read.text("url")
            _ = try? read.number("expiry")
            _ = try? read.merged("metadata", into: bytes)
            _ = try? Ingest.Order(read)
        }
    }
}
