import Objects
import Testing

@Suite struct MediaFactsCodingTests {
    static var full: MediaFacts {
        var facts = MediaFacts(kind: .video, type: "video/mp4;codecs=avc1,mp4a")
        facts.width = 1080
        facts.height = 1920
        facts.rotation = 90
        facts.duration = 12.345
        facts.frames = 370
        facts.fps = 29.97
        facts.bitrate = 4_000_000
        facts.codec = "h264"
        facts.container = "mp4"
        facts.transparency = false
        facts.animated = true
        facts.placeholder = "data:image/png;base64,AAAA"
        facts.background = "#00ff7f"
        facts.pages = 3
        return facts
    }

    @Test(arguments: [full, MediaFacts(kind: .unknown, type: "application/zip")])
    func whatIsWrittenIsRead(facts: MediaFacts) throws {
        #expect(try MediaFacts(decoding: facts.encoded) == facts)
    }

    @Test func fieldsOfLaterVersionsAreSkipped() throws {
        let bytes = Self.full.encoded + [200, 0, 3, 1, 2, 3]
        #expect(try MediaFacts(decoding: bytes) == Self.full)
    }

    @Test func cutBytesAreRefusedAndNeverTrap() {
        let bytes = Self.full.encoded
        #expect(throws: StoreError.self) { try MediaFacts(decoding: []) }
        #expect(throws: StoreError.self) { try MediaFacts(decoding: [9] + bytes.dropFirst()) }
        #expect(throws: StoreError.self) { try MediaFacts(decoding: Array(bytes.dropLast())) }
        for length in bytes.indices {
            for byte in [UInt8(0), 127, 255] {
                var bytes = bytes
                bytes[length] = byte
                _ = try? MediaFacts(decoding: bytes)
            }
        }
    }

    @Test func orientationFollowsTheSides() {
        var facts = MediaFacts(kind: .image, type: "image/png")
        #expect(facts.orientation == nil)
        (facts.width, facts.height) = (3, 2)
        #expect(facts.orientation == .landscape)
        facts.height = 4
        #expect(facts.orientation == .portrait)
        facts.width = 4
        #expect(facts.orientation == .square)
    }
}
