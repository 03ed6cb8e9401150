import MediaProbe
import Objects
import Testing

@Suite(.enabled(if: Workshop.isEquipped, "needs ffmpeg, libvips-tools, poppler-utils and bubblewrap"))
struct PictureTests {
    /// Red on the left, blue on the right, twice as wide as high.
    private func halves(_ shop: Workshop, _ name: String, _ arguments: [String] = ["-frames:v", "1"]) throws
        -> [UInt8]
    {
        try shop.run(
            "/usr/bin/ffmpeg",
            [
                "-nostdin", "-v", "error", "-y", "-f", "lavfi", "-i", "color=blue:s=400x200:d=2", "-vf",
                "drawbox=w=200:t=fill:color=red",
            ] + arguments + [shop.path(name)])
        return try shop.bytes(name)
    }

    private func picture(
        _ shop: Workshop, _ bytes: [UInt8], _ type: String, _ request: PictureRequest?
    ) async throws -> Picture {
        try await shop.probe.picture(of: ProbeSource(bytes), type: type, request: try #require(request))
    }

    @Test(arguments: PictureRequest.Format.allCases)
    func everyFormat(format: PictureRequest.Format) async throws {
        let shop = try await Workshop()
        let image = try halves(shop, "a.png")
        let picture = try await picture(shop, image, "image/png", PictureRequest(width: 100, format: format))
        #expect(picture.type == "image/\(format.rawValue)")
        let facts = try await shop.probe.facts(
            of: ProbeSource(picture.bytes), type: picture.type, name: "thumbnail")
        #expect(facts.width == 100 && facts.height == 50)
        let shown = try Colours(picture.bytes, in: shop)
        #expect(shown.isRed(towards: (-1, 0)) && shown.isBlue(towards: (1, 0)))
    }

    @Test func everyFit() async throws {
        let shop = try await Workshop()
        let image = try halves(shop, "a.png")
        func shown(_ width: Int?, _ height: Int?, _ fit: PictureRequest.Fit) async throws -> Colours {
            let request = PictureRequest(width: width, height: height, fit: fit, format: .png)
            return try Colours(try await picture(shop, image, "image/png", request).bytes, in: shop)
        }
        let inside = try await shown(100, 100, .inside)
        #expect(inside.width == 100 && inside.height == 50)
        let cover = try await shown(100, 100, .cover)
        #expect(cover.width == 100 && cover.height == 100)
        #expect(cover.isRed(towards: (-1, 0)) && cover.isBlue(towards: (1, 0)))
        let contain = try await shown(100, 100, .contain)
        #expect(contain.width == 100 && contain.height == 100)
        #expect(contain[50, 5] == [255, 255, 255, 255] && contain.isRed(towards: (-1, 0)))
        let fill = try await shown(50, 100, .fill)
        #expect(fill.width == 50 && fill.height == 100 && fill.isBlue(towards: (1, 0)))
        // Nothing becomes larger than it is, whatever the box.
        let large = try await shown(4000, nil, .inside)
        #expect(large.width == 400 && large.height == 200)
        let whole = try await shown(nil, nil, .inside)
        #expect(whole.width == 400 && whole.height == 200)
    }

    @Test func transparencyStaysOrBecomesWhite() async throws {
        let shop = try await Workshop()
        try shop.pattern("a.png", "64x64", ["-frames:v", "1", "-vf", "format=rgba,colorchannelmixer=aa=0"])
        let image = try shop.bytes("a.png")
        let clear = try await picture(shop, image, "image/png", PictureRequest(width: 16, format: .webp))
        #expect(try Colours(clear.bytes, in: shop)[8, 8][3] == 0)
        let white = try await picture(shop, image, "image/png", PictureRequest(width: 16, format: .jpeg))
        #expect(try Colours(white.bytes, in: shop)[8, 8] == [255, 255, 255, 255])
        let boxed = try await picture(
            shop, image, "image/png", PictureRequest(width: 32, height: 16, fit: .contain, format: .png))
        #expect(try Colours(boxed.bytes, in: shop)[1, 1][3] == 0)
    }

    @Test func posterOfAFilm() async throws {
        let shop = try await Workshop()
        let film = try halves(shop, "a.mp4", ["-c:v", "libx264", "-pix_fmt", "yuv420p"])
        let picture = try await picture(shop, film, "video/mp4", PictureRequest(width: 64, format: .webp))
        let shown = try Colours(picture.bytes, in: shop)
        #expect(shown.width == 64 && shown.height == 32)
        #expect(shown.isRed(towards: (-1, 0)) && shown.isBlue(towards: (1, 0)))
    }

    @Test func coverOfASound() async throws {
        let shop = try await Workshop()
        _ = try halves(shop, "cover.png")
        try shop.tone("plain.mp3", [])
        let plain = try shop.bytes("plain.mp3")
        await #expect(throws: ProbeError.noPicture) {
            try await picture(shop, plain, "audio/mpeg", PictureRequest(width: 64))
        }
        try shop.ffmpeg(
            "-i", shop.path("plain.mp3"), "-i", shop.path("cover.png"), "-map", "0", "-map", "1", "-c:a",
            "copy", "-c:v", "png", "-disposition:v", "attached_pic", shop.path("a.mp3"))
        let cover = try await picture(
            shop, try shop.bytes("a.mp3"), "audio/mpeg", PictureRequest(width: 64, format: .png))
        #expect(try Colours(cover.bytes, in: shop).isRed(towards: (-1, 0)))
    }

    @Test func firstPageOfADocument() async throws {
        let shop = try await Workshop()
        let page = try await picture(
            shop, Paper.document(pages: 2), "application/pdf", PictureRequest(width: 100, format: .png))
        let shown = try Colours(page.bytes, in: shop)
        #expect(shown.width == 100 && shown.height == 50)
        #expect(shown.isRed(towards: (-1, 0)))
        #expect(shown[90, 25] == [255, 255, 255, 255])
    }

    @Test func pagesOfADocument() async throws {
        let shop = try await Workshop()
        let document = Paper.document(pages: 2)
        let second = try await picture(
            shop, document, "application/pdf", PictureRequest(width: 100, format: .png, page: 2))
        #expect(try Colours(second.bytes, in: shop).isRed(towards: (-1, 0)))
        await #expect(throws: ProbeError.self) {
            try await picture(
                shop, document, "application/pdf", PictureRequest(width: 100, format: .png, page: 3))
        }
        await #expect(throws: ProbeError.noPicture) {
            try await picture(
                shop, Array("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"/>".utf8),
                "image/svg+xml", PictureRequest(width: 9, page: 2))
        }
        #expect(PictureRequest(page: 0) == nil)
    }

    @Test func drawingOfAVector() async throws {
        let shop = try await Workshop()
        let svg = """
            <svg xmlns="http://www.w3.org/2000/svg" width="20" height="10"><rect width="10" height="10" fill="red"/></svg>
            """
        // A drawing has no size that it loses sharpness above.
        let drawing = try await picture(
            shop, Array(svg.utf8), "image/svg+xml", PictureRequest(width: 200, format: .png))
        let shown = try Colours(drawing.bytes, in: shop)
        #expect(shown.width == 200 && shown.height == 100)
        #expect(shown.isRed(towards: (-1, 0)))
        #expect(shown[190, 50][3] == 0)
    }

    @Test func otherFilesHaveNoPicture() async throws {
        let shop = try await Workshop()
        await #expect(throws: ProbeError.noPicture) {
            try await picture(shop, [1, 2, 3], "application/zip", PictureRequest(width: 64))
        }
        #expect(PictureRequest(width: 0) == nil && PictureRequest(height: 4097) == nil)
    }
}
