import Objects
import Testing

@testable import MediaProbe

/// The readers of what tools write and files say, without a tool.
@Suite struct ReadersTests {
    /// A PNG with stored pixels.
    private func png(_ width: Int, _ height: Int, kind: UInt8, _ pixels: [UInt8]) -> [UInt8] {
        func chunk(_ name: String, _ data: [UInt8]) -> [UInt8] {
            let length = (0..<4).map { UInt8(truncatingIfNeeded: data.count >> (24 - 8 * $0)) }
            return length + Array(name.utf8) + data + [0, 0, 0, 0]
        }
        let channels = pixels.count / (width * height)
        var rows: [UInt8] = []
        for row in 0..<height {
            rows += [0] + pixels[(row * width * channels)..<((row + 1) * width * channels)]
        }
        let size = [UInt8(rows.count & 255), UInt8(rows.count >> 8)]
        let stream: [UInt8] = [0x78, 1, 1] + size + size.map { ~$0 } + rows + [0, 0, 0, 0]
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
            + chunk("IHDR", [0, 0, 0, UInt8(width), 0, 0, 0, UInt8(height), 8, kind, 0, 0, 0])
            + chunk("IDAT", stream) + chunk("IEND", [])
    }

    @Test func tinyPicture() throws {
        let rgb = try #require(
            TinyPicture(png: png(2, 2, kind: 2, [250, 10, 10, 0, 0, 255, 252, 12, 12, 251, 11, 11])))
        #expect(rgb.dominantColour == "#fb0b0b")
        #expect(!rgb.hasTransparentPixel && rgb.width == 2 && rgb.height == 2)
        let clear = try #require(TinyPicture(png: png(1, 1, kind: 6, [1, 2, 3, 0])))
        #expect(clear.dominantColour == nil && clear.hasTransparentPixel)
        let grey = try #require(TinyPicture(png: png(1, 1, kind: 0, [16])))
        #expect(grey.dominantColour == "#101010")
        #expect(grey.dataURI?.hasPrefix("data:image/png;base64,iVBORw0KGgo") == true)
        // A placeholder of the largest size is within its limit.
        let large = try #require(TinyPicture(png: png(16, 16, kind: 6, [UInt8](repeating: 9, count: 1024))))
        #expect(try #require(large.dataURI).utf8.count <= MediaFacts.maximumPlaceholder)
    }

    @Test func flatReportTakesNoLineFromAText() {
        let report = FlatReport(
            Array(
                """
                streams.stream.0.codec_name="h264"
                streams.stream.0.tags.title="x\\nstreams.stream.0.width=7"
                streams.stream.0.height=5
                streams.stream.0.duration="N/A"
                streams.stream.0.avg_frame_rate="30000/1001"
                streams.stream.0.r_frame_rate="90000/1"
                """.utf8))
        #expect(report.text("streams.stream.0.codec_name") == "h264")
        #expect(report.integer("streams.stream.0.width") == nil)
        #expect(report.integer("streams.stream.0.height") == 5)
        #expect(report.real("streams.stream.0.duration") == nil)
        #expect(abs((report.rate("streams.stream.0.avg_frame_rate") ?? 0) - 29.97) < 0.001)
        #expect(report.rate("streams.stream.0.r_frame_rate") == nil)
    }

    @Test func headerReportBelievesTheFirst() {
        let report = HeaderReport(
            Array("width: 5\nbands: 4\ninterpretation: srgb\ncomment: a\nwidth: 9\n".utf8))
        #expect(report.integer("width") == 5)
        #expect(report.hasAlpha == true)
    }

    @Test(arguments: [
        ("<svg width='10' height='20'>", 10.0, 20.0), ("<svg viewBox='0,0,30,40'/>", 30, 40),
        (
            "<!DOCTYPE svg [<!ENTITY a '<svg width=\"9\" height=\"9\"/>'>]><svg height=\"1in\" viewBox=\"0 0 2 1\">",
            192, 96
        ),
        ("<?xml version='1.0'?>\n<!-- <svg> --><svg\n width=\"10px\"\theight = '5pt'>", 10, 6.666),
        ("<svg width='100%' height='100%' viewBox='0 0 7 8'>", 7, 8),
    ])
    func sizesOfVectors(text: String, width: Double, height: Double) throws {
        let head = try #require(SVGHead(Array(text.utf8)))
        #expect(abs(head.width - width) < 0.001 && abs(head.height - height) < 0.001)
    }

    @Test(arguments: [
        "", "<", "<svg", "<svg>", "<svg width='-1' height='1'>", "<svg width='1e99' height='1'>",
        "<html><svg width='1' height='1'>",
        "<!--", "<?", "<!DOCTYPE [", "<svg width=1 height=1>", "<svg width='nan' height='1'>",
    ])
    func whatHasNoSize(text: String) {
        #expect(SVGHead(Array(text.utf8)) == nil)
    }

    @Test func framesOfAnimatedPNG() {
        let head: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13]
        let body = Array("IHDR".utf8) + [UInt8](repeating: 0, count: 17)
        let control: [UInt8] = [0, 0, 0, 8] + Array("acTL".utf8) + [0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0]
        let picture: [UInt8] = [0, 0, 0, 4] + Array("IDAT".utf8) + [0, 0, 0, 0, 0, 0, 0, 0]
        #expect(ImageHead(bytes: head + body + control + picture).framesOfPNG == 9)
        // Behind the picture it counts for nothing.
        #expect(ImageHead(bytes: head + body + picture + control).framesOfPNG == nil)
    }

    /// No bytes make a reader trap.
    @Test func mutations() {
        var generator = SeededGenerator(seed: 20_261_123)
        let seeds: [[UInt8]] = [
            png(2, 2, kind: 2, [250, 10, 10, 0, 0, 255, 252, 12, 12, 251, 11, 11]),
            Array("<?xml?><!DOCTYPE a [ ]><svg width='1px' viewBox=\"0 0 1 1\" height='2'>".utf8),
            Array("streams.stream.0.codec_name=\"h264\"\nstreams.stream.0.width=7\n".utf8),
        ]
        for _ in 0..<3000 {
            var bytes = seeds[Int.random(in: 0..<seeds.count, using: &generator)]
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: bytes[place] = .random(in: 0...255, using: &generator)
                case 1: bytes.removeSubrange(place...)
                default: bytes.insert(contentsOf: bytes[..<place], at: place)
                }
                if bytes.isEmpty { bytes = [0] }
            }
            let tiny = TinyPicture(png: bytes)
            _ = (tiny?.dataURI, tiny?.dominantColour)
            _ = (SVGHead(bytes), SVGHead.isVector(bytes), ImageHead(bytes: bytes).framesOfPNG)
            _ = (FlatReport(bytes).rate("x"), HeaderReport(bytes).hasAlpha)
        }
    }

    @Test func boxesAreSteppedOver() async throws {
        func box(_ type: String, _ length: Int) -> [UInt8] {
            (0..<4).map { UInt8(truncatingIfNeeded: (length + 8) >> (24 - 8 * $0)) } + Array(type.utf8)
                + [UInt8](repeating: 0, count: length)
        }
        let film = box("ftyp", 8) + box("free", 100) + box("mdat", 5000) + box("moov", 300) + box("free", 50)
        let walk = BoxWalk(source: ProbeSource(film))
        let (found, isWhole) = try await walk.index(limit: 1 << 20)
        #expect(isWhole)
        #expect(found.contains(5132..<5440))
        #expect(found.allSatisfy { $0.lowerBound >= 0 && $0.upperBound <= Int64(film.count) })
        // An index above the limit is left out, and the walk ends.
        let cut = try await walk.index(limit: 5100)
        #expect(!cut.isWhole && !cut.ranges.contains(5132..<5440))
        // A film of more fragments than are stepped over.
        let fragments = BoxWalk(
            source: ProbeSource((0..<5000).flatMap { _ in box("moof", 0) + box("mdat", 8) }))
        let some = try await fragments.index(limit: 1 << 20)
        #expect(!some.isWhole && some.ranges.count == BoxWalk.maximumBoxes)
    }
}

/// SplitMix64: the same numbers on every machine.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
