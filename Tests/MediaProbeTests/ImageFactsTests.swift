import MediaProbe
import Objects
import Testing

@Suite(.enabled(if: Workshop.isEquipped, "needs ffmpeg, libvips-tools, poppler-utils and bubblewrap"))
struct ImageFactsTests {
    private static let still = ["-frames:v", "1"]

    @Test func png() async throws {
        let shop = try await Workshop()
        try shop.ffmpeg(
            "-f", "lavfi", "-i", "color=0x20c040:s=60x90:d=1,format=rgb24", "-frames:v", "1",
            shop.path("a.png"))
        let facts = try await shop.facts("a.png", "image/png")
        #expect(facts.kind == .image && facts.type == "image/png" && facts.codec == "png")
        #expect(facts.width == 60 && facts.height == 90)
        #expect(facts.orientation == .portrait && facts.rotation == 0)
        #expect(facts.transparency == false && facts.animated == false && facts.frames == nil)
        #expect(facts.duration == nil && facts.fps == nil && facts.bitrate == nil)
        // The colour that was painted, give or take the way through the codec.
        let colour = try #require(facts.background)
        let channels = try #require(Int(colour.dropFirst(), radix: 16))
        #expect(abs(channels >> 16 - 0x20) < 6)
        #expect(abs(channels >> 8 & 255 - 0xC0) < 6)
        #expect(abs(channels & 255 - 0x40) < 6)
    }

    @Test func placeholderIsTheSamePictureSmall() async throws {
        let shop = try await Workshop()
        try shop.ffmpeg(
            "-f", "lavfi", "-i", "color=blue:s=320x160:d=1", "-vf", "drawbox=w=160:t=fill:color=red",
            "-frames:v", "1", shop.path("a.png"))
        let placeholder = try #require(try await shop.facts("a.png", "image/png").placeholder)
        let data = try #require(DataURI(placeholder))
        let shown = try Colours(data.bytes, in: shop)
        #expect(shown.width == 16 && shown.height == 8)
        #expect(shown.isRed(towards: (-1, 0)))
        #expect(shown.isBlue(towards: (1, 0)))
    }

    @Test func transparentPNG() async throws {
        let shop = try await Workshop()
        try shop.pattern("a.png", "64x64", ["-frames:v", "1", "-vf", "format=rgba,colorchannelmixer=aa=0.3"])
        let facts = try await shop.facts("a.png", "image/png")
        #expect(facts.transparency == true)
        #expect(facts.placeholder != nil)
    }

    @Test(arguments: [("a.gif", "image/gif"), ("a.webp", "image/webp"), ("a.apng", "image/png")])
    func movingImages(name: String, type: String) async throws {
        let shop = try await Workshop()
        try shop.pattern(name, "64x48", seconds: 1, [])
        let facts = try await shop.facts(name, type)
        #expect(facts.animated == true)
        // The encoder of WebP leaves out frames too; its file is a chunk for each.
        let expected = name.hasSuffix(".webp") ? try shop.bytes(name).count(of: "ANMF") : 25
        #expect(expected > 5)
        #expect(facts.frames == expected)
        #expect(facts.width == 64 && facts.height == 48)
        #expect(facts.placeholder != nil)
    }

    @Test(arguments: [("a.gif", "image/gif"), ("a.webp", "image/webp")])
    func stillsInFormatsThatCanMove(name: String, type: String) async throws {
        let shop = try await Workshop()
        try shop.pattern(name, "64x48", Self.still)
        let facts = try await shop.facts(name, type)
        #expect(facts.animated == false && facts.frames == nil)
    }

    @Test func avif() async throws {
        let shop = try await Workshop()
        try shop.pattern("a.png", "200x200", Self.still)
        try shop.vips("copy", shop.path("a.png"), shop.path("a.avif"))
        let facts = try await shop.facts("a.avif", "image/avif")
        #expect(facts.width == 200 && facts.height == 200 && facts.orientation == .square)
        #expect(facts.codec == "av1" && facts.animated == false)
        #expect(facts.placeholder != nil)
    }

    @Test func movingAVIF() async throws {
        let shop = try await Workshop()
        try shop.pattern("a.avif", "64x48", seconds: 1, ["-c:v", "libaom-av1", "-cpu-used", "8"])
        let facts = try await shop.facts("a.avif", "image/avif")
        #expect(facts.kind == .image && facts.type == "image/avif")
        #expect(facts.animated == true && facts.frames == 25)
        #expect(facts.width == 64 && facts.duration == nil)
    }

    /// Upright, whichever way the camera was held.
    @Test(arguments: [1: 0, 3: 180, 6: 90, 8: 270])
    func photographThatLies(orientation: Int, rotation: Int) async throws {
        let shop = try await Workshop()
        try shop.ffmpeg(
            "-f", "lavfi", "-i", "color=blue:s=80x40:d=1", "-vf", "drawbox=h=20:t=fill:color=red",
            "-frames:v", "1", "-q:v", "2", shop.path("plain.jpg"))
        let bytes = Exif.oriented(try shop.bytes("plain.jpg"), orientation)
        let facts = try await shop.probe.facts(of: ProbeSource(bytes), type: "image/jpeg", name: "a.jpg")
        let isLying = orientation > 4
        #expect(facts.rotation == rotation)
        #expect(facts.width == (isLying ? 40 : 80) && facts.height == (isLying ? 80 : 40))
        #expect(facts.orientation == (isLying ? .portrait : .landscape))
        // Red was above; turned clockwise by a quarter it is on the right.
        let shown = try Colours(try #require(facts.placeholder.flatMap(DataURI.init)).bytes, in: shop)
        #expect(
            shown.isRed(towards: [0: (0, -1), 90: (1, 0), 180: (0, 1), 270: (-1, 0)][rotation] ?? (0, 0)))
    }

    @Test func printersJPEG() async throws {
        let shop = try await Workshop()
        try shop.ffmpeg("-f", "lavfi", "-i", "color=red:s=64x64:d=1", "-frames:v", "1", shop.path("a.png"))
        try shop.vips("icc_transform", shop.path("a.png"), shop.path("a.jpg"), "cmyk")
        let facts = try await shop.facts("a.jpg", "image/jpeg")
        #expect(facts.width == 64 && facts.transparency == false && facts.animated == false)
        let shown = try Colours(try #require(facts.placeholder.flatMap(DataURI.init)).bytes, in: shop)
        #expect(shown[8, 8][0] > 180 && shown[8, 8][1] < 90 && shown[8, 8][2] < 90)
    }

    /// A picture of a telephone with more colours than sRGB is converted; one without a profile stays as it is.
    @Test func colourProfiles() async throws {
        let shop = try await Workshop()
        try shop.ffmpeg(
            "-f", "lavfi", "-i", "color=0x0000fe:s=64x64:d=1,format=rgb24", "-frames:v", "1",
            shop.path("a.png"))
        try shop.vips(
            "icc_transform", shop.path("a.png"), shop.path("wide.png"), "p3", "--intent", "relative")
        for name in ["a.png", "wide.png"] {
            let colour = try #require(try await shop.facts(name, "image/png").background)
            let channels = try #require(Int(colour.dropFirst(), radix: 16))
            #expect(channels >> 16 < 4 && channels >> 8 & 255 < 4 && channels & 255 > 250)
        }
    }

    @Test func deepTIFF() async throws {
        let shop = try await Workshop()
        try shop.pattern("a.png", "64x32", Self.still)
        try shop.vips("colourspace", shop.path("a.png"), shop.path("a.tif"), "rgb16")
        let facts = try await shop.facts("a.tif", "image/tiff")
        #expect(facts.width == 64 && facts.height == 32 && facts.codec == "tiff")
        #expect(facts.transparency == false && facts.placeholder != nil)
    }

    @Test func telephonesHEIC() async throws {
        let shop = try await Workshop()
        try shop.pattern("a.png", "64x32", Self.still)
        try shop.vips("copy", shop.path("a.png"), shop.path("a.heic"))
        let facts = try await shop.facts("a.heic", "image/heic")
        #expect(facts.width == 64 && facts.height == 32 && facts.codec == "hevc")
        #expect(facts.placeholder != nil)
    }

    @Test(arguments: [
        ("a.bmp", "image/bmp", "bmp"), ("a.ico", "image/vnd.microsoft.icon", "bmp"),
        ("a.jp2", "image/jp2", "jpeg2000"),
    ])
    func someGoThroughFFmpeg(name: String, type: String, codec: String) async throws {
        let shop = try await Workshop()
        try shop.pattern(name, "64x32", Self.still)
        let facts = try await shop.facts(name, type)
        #expect(facts.kind == .image && facts.type == type && facts.codec == codec)
        #expect(facts.width == 64 && facts.height == 32 && facts.animated == false)
        #expect(facts.duration == nil && facts.placeholder != nil)
    }

    @Test func vector() async throws {
        let shop = try await Workshop()
        let svg = """
            <?xml version="1.0"?><!-- <svg width="9"> --><!DOCTYPE svg>
            <svg xmlns="http://www.w3.org/2000/svg" width="4cm" viewBox='0 0 200 100'>
            <rect width="200" height="100" fill="#ff0000"/></svg>
            """
        let facts = try await shop.probe.facts(
            of: ProbeSource(Array(svg.utf8)), type: "image/svg+xml", name: "a.svg")
        #expect(facts.kind == .image && facts.width == 151 && facts.height == 76)
        #expect(facts.transparency == false && facts.background == "#ff0000")
    }

    @Test func pages() async throws {
        let shop = try await Workshop()
        let facts = try await shop.probe.facts(
            of: ProbeSource(Paper.document(pages: 3)), type: "application/pdf", name: "a.pdf")
        #expect(facts.kind == .document && facts.type == "application/pdf" && facts.pages == 3)
        #expect(facts.width == nil && facts.duration == nil)
    }

    @Test func whatNobodyLooksIntoHasAKind() async throws {
        let shop = try await Workshop()
        let zip = try await shop.probe.facts(
            of: ProbeSource(Array("PK\u{3}\u{4}".utf8)), type: "application/zip", name: "a.zip")
        #expect(zip == MediaFacts(kind: .unknown, type: "application/zip"))
        let empty = try await shop.probe.facts(of: ProbeSource([]), type: "video/mp4", name: "a.mp4")
        #expect(empty == MediaFacts(kind: .video, type: "video/mp4"))
        #expect(!Probe.canTell("application/zip") && Probe.canTell("Image/JPEG; q=1"))
        #expect(!Probe.canTell("application/vnd.apple.mpegurl"))
    }
}

extension [UInt8] {
    /// How often the text stands in the bytes.
    fileprivate func count(of text: String) -> Int {
        let text = Array(text.utf8)
        return indices.count { self[$0] == text[0] && self[$0...].starts(with: text) }
    }
}
