import Foundation
import Logging
import MediaProbe
import NIOCore
import NIOPosix
import Objects
import Synchronization
import Testing

/// Files made to harm: nothing is read that is not in them, nothing fetched, and what they cost is bounded.
@Suite(.enabled(if: Workshop.isEquipped, "needs ffmpeg, libvips-tools, poppler-utils and bubblewrap"))
struct HostileFilesTests {
    /// A playlist that calls itself a film, with a local file and an address of this machine in it.
    @Test(arguments: ["video/mp4", "video/x-msvideo", "video/mp2t", "video/webm", "audio/mpeg", "image/bmp"])
    func playlistOpensNothing(type: String) async throws {
        let shop = try await Workshop()
        let trap = try await Trap()
        try shop.tone("secret.mp3", seconds: 1, [])
        for address in ["http://127.0.0.1:\(trap.port)/a.ts", "file://" + shop.path("secret.mp3")] {
            for text in [
                "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n\(address)\n#EXT-X-ENDLIST\n",
                "ffconcat version 1.0\nfile '\(address)'\n",
                "<?xml version=\"1.0\"?><MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\"><Period><BaseURL>\(address)"
                    + "</BaseURL></Period></MPD>",
                "v=0\nc=IN IP4 127.0.0.1\nm=video \(trap.port) RTP/AVP 96\n",
            ] {
                await #expect(throws: ProbeError.self) {
                    try await shop.probe.facts(of: ProbeSource(Array(text.utf8)), type: type, name: "a")
                }
                await #expect(throws: ProbeError.self) {
                    try await shop.probe.picture(
                        of: ProbeSource(Array(text.utf8)), type: type,
                        request: try #require(PictureRequest(width: 16)))
                }
            }
        }
        #expect(await trap.close() == 0)
    }

    /// Playlists by their own name are not even tried.
    @Test(arguments: [
        "application/vnd.apple.mpegurl", "audio/x-mpegurl", "application/dash+xml", "application/sdp",
        "text/vtt", "application/x-subrip",
    ])
    func typesThatLeadElsewhereAreLeftAlone(type: String) {
        #expect(!Probe.canTell(type))
    }

    /// The size is in the head; nobody unpacks two and a half thousand million pixels.
    @Test func enormousPNG() async throws {
        let shop = try await Workshop()
        try shop.vips(
            "black", shop.path("a.png") + "[compression=1,bitdepth=1]", "50000", "50000", "--bands", "1")
        let bytes = try shop.bytes("a.png")
        let facts = try await shop.probe.facts(of: ProbeSource(bytes), type: "image/png", name: "a.png")
        #expect(facts.width == 50_000 && facts.height == 50_000)
        #expect(facts.placeholder == nil && facts.background == nil)
        await #expect(throws: ProbeError.tooMuch("pixels")) {
            try await shop.probe.picture(
                of: ProbeSource(bytes), type: "image/png", request: try #require(PictureRequest(width: 16)))
        }
    }

    /// A million frames of one pixel each, and no end.
    @Test(.timeLimit(.minutes(5))) func endlessFrames() async throws {
        let shop = try await Workshop { $0.time = .seconds(8) }
        try shop.pattern("a.gif", "16x16", ["-frames:v", "1"])
        var bytes = Array(try shop.bytes("a.gif").dropLast())
        let frame: [UInt8] = [0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0]
        var frames = frame
        for _ in 0..<20 { frames += frames }
        bytes += frames
        let facts = try? await shop.probe.facts(of: ProbeSource(bytes), type: "image/gif", name: "a.gif")
        if let facts { #expect(facts.width == 16 && facts.animated == true) }
    }

    /// Boxes within boxes, and boxes larger than the file, than memory and than a number can be.
    @Test(arguments: [false, true])
    func nestedAndHugeBoxes(isCut: Bool) async throws {
        let shop = try await Workshop {
            if isCut {
                $0.wholeFile = 4096
                $0.head = 1024
                $0.tail = 1024
            }
        }
        func box(_ type: String, _ size: UInt32, _ rest: [UInt8]) -> [UInt8] {
            (0..<4).map { UInt8(truncatingIfNeeded: size >> (24 - 8 * $0)) } + Array(type.utf8) + rest
        }
        let head = box("ftyp", 16, Array("isom".utf8) + [0, 0, 0, 0])
        var nested: [UInt8] = []
        for _ in 0..<20_000 { nested = box("moov", UInt32(nested.count + 8), []) + nested }
        let files: [[UInt8]] = [
            head + nested, head + box("moov", .max, [0, 0, 0, 0]),
            head + box("moov", 1, [UInt8](repeating: 255, count: 8)),
            head + box("moov", 1, [0x7F] + [UInt8](repeating: 255, count: 7)),
            head + box("mdat", 0, [UInt8](repeating: 0, count: 8192)),
            (0..<10_000).reduce(into: head) { bytes, _ in bytes += box("free", 8, []) },
            box("ftyp", 0, []), box("moov", 7, []),
        ]
        for file in files {
            await #expect(throws: ProbeError.self) {
                try await shop.probe.facts(of: ProbeSource(file), type: "video/mp4", name: "a.mp4")
            }
        }
    }

    /// Scripts do not run, references lead nowhere, entities do not grow.
    @Test func vectorWithTeeth() async throws {
        let shop = try await Workshop()
        let trap = try await Trap()
        try shop.ffmpeg(
            "-f", "lavfi", "-i", "color=lime:s=20x20:d=1", "-frames:v", "1", shop.path("secret.png"))
        let address = "http://127.0.0.1:\(trap.port)/x"
        let svg = """
            <?xml version="1.0"?><?xml-stylesheet href="\(address)" type="text/css"?>
            <!DOCTYPE svg [<!ENTITY file SYSTEM "file:///etc/passwd"><!ENTITY net SYSTEM "\(address)">
            <!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>
            <svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"
             xmlns:xi="http://www.w3.org/2001/XInclude" width="20" height="20">
            <script>fetch('\(address)')</script><style>@import url('\(address)');</style>
            <rect width="20" height="20" fill="red"/>
            <image xlink:href="\(address)" width="20" height="20"/>
            <image xlink:href="file://\(shop.path("secret.png"))" width="20" height="20"/>
            <xi:include href="file:///etc/passwd" parse="text"/>
            <text>&file;&net;&c;</text></svg>
            """
        let facts = try? await shop.probe.facts(
            of: ProbeSource(Array(svg.utf8)), type: "image/svg+xml", name: "a.svg")
        // Red, if it is drawn at all: the green picture beside it cannot be seen from there.
        if let facts, let colour = facts.background { #expect(colour.hasPrefix("#f")) }
        #expect(await trap.close() == 0)
    }

    /// Each group draws the one before it ten times: ten thousand million rectangles in a kilobyte.
    @Test func vectorThatNeverEnds() async throws {
        let shop = try await Workshop { $0.processorSeconds = 1 }
        var svg =
            "<svg xmlns='http://www.w3.org/2000/svg' width='64' height='32'><g id='g0'><rect width='9' height='9'/></g>"
        for level in 1...10 {
            svg +=
                "<g id='g\(level)'>" + String(repeating: "<use href='#g\(level - 1)'/>", count: 10) + "</g>"
        }
        let source = ProbeSource(Array((svg + "</svg>").utf8))
        let facts = try await shop.probe.facts(of: source, type: "image/svg+xml", name: "a.svg")
        #expect(facts.width == 64 && facts.height == 32)
    }

    /// What begins like one type and goes on like another is looked at as the one or not at all.
    @Test func polyglots() async throws {
        let shop = try await Workshop()
        let trap = try await Trap()
        let address = "http://127.0.0.1:\(trap.port)/x"
        let script =
            "push graphic-context\nviewbox 0 0 9 9\nimage over 0,0 9,9 '\(address)'\npop graphic-context\n"
        for type in ["image/png", "image/jpeg", "image/gif", "image/webp", "image/tiff", "image/avif"] {
            for text in [
                script, "<svg><image href='\(address)'/></svg>", "%!PS\n(\(address)) run\n",
                "id=ImageMagick\n",
            ] {
                await #expect(throws: ProbeError.self) {
                    try await shop.probe.facts(of: ProbeSource(Array(text.utf8)), type: type, name: "a")
                }
            }
        }
        try shop.pattern("a.gif", "16x16", ["-frames:v", "1"])
        let both = try shop.bytes("a.gif") + Array("#EXTM3U\n\(address)\n<script>1</script>".utf8)
        let facts = try await shop.probe.facts(of: ProbeSource(both), type: "image/gif", name: "a.gif")
        #expect(facts.width == 16)
        #expect(await trap.close() == 0)
    }

    /// Anything may be cut anywhere, or be something else.
    @Test(arguments: [
        "video/mp4", "video/webm", "audio/mpeg", "audio/flac", "image/png", "image/jpeg", "image/gif",
        "image/webp", "image/avif", "image/tiff", "image/svg+xml", "application/pdf",
    ])
    func noise(type: String) async throws {
        let shop = try await Workshop()
        let noise = (0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 3) }
        await #expect(throws: ProbeError.self) {
            try await shop.probe.facts(of: ProbeSource(noise), type: type, name: "noise")
        }
    }

    @Test func cutFilesTellWhatIsLeft() async throws {
        let shop = try await Workshop()
        try shop.pattern("a.jpg", "640x480", ["-frames:v", "1", "-q:v", "2"])
        let photograph = Array(try shop.bytes("a.jpg").dropLast(5000))
        let facts = try await shop.probe.facts(
            of: ProbeSource(photograph), type: "image/jpeg", name: "a.jpg")
        #expect(facts.width == 640 && facts.height == 480)
        try shop.pattern("a.mp4", "320x180", ["-c:v", "libx264", "-pix_fmt", "yuv420p"])
        let film = Array(try shop.bytes("a.mp4").prefix(20_000))
        await #expect(throws: ProbeError.self) {
            try await shop.probe.facts(of: ProbeSource(film), type: "video/mp4", name: "a.mp4")
        }
    }
}

/// A listener that nobody may come to.
final class Trap: Sendable {
    private let channel: any Channel
    private let visits: Visits

    final class Visits: Sendable {
        let count = Atomic(0)
    }

    init() async throws {
        let visits = Visits()
        self.visits = visits
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                visits.count.add(1, ordering: .relaxed)
                return channel.close()
            }
            .bind(host: "127.0.0.1", port: 0).get()
    }

    var port: Int { channel.localAddress?.port ?? 0 }

    /// How many came.
    func close() async -> Int {
        try? await channel.close()
        return visits.count.load(ordering: .relaxed)
    }
}
