import MediaProbe
import Objects
import Testing

@Suite(.enabled(if: Workshop.isEquipped, "needs ffmpeg, libvips-tools, poppler-utils and bubblewrap"))
struct FilmFactsTests {
    @Test func filmOfH264AndAAC() async throws {
        let shop = try await Workshop()
        try shop.ffmpeg(
            "-f", "lavfi", "-i", "testsrc2=s=320x180:d=2:r=30", "-f", "lavfi", "-i", "sine=d=2", "-c:v",
            "libx264", "-pix_fmt", "yuv420p", "-c:a", "aac", "-movflags", "+faststart", shop.path("a.mp4"))
        let facts = try await shop.facts("a.mp4", "video/mp4")
        #expect(facts.kind == .video)
        #expect(facts.type == "video/mp4;codecs=avc1,mp4a")
        #expect(facts.width == 320 && facts.height == 180)
        #expect(facts.orientation == .landscape)
        #expect(facts.rotation == 0)
        #expect(facts.duration == 2)
        #expect(facts.frames == 60)
        #expect(facts.fps == 30)
        #expect(facts.codec == "h264" && facts.container == "mp4")
        let expected = try shop.bytes("a.mp4").count * 8 / 2
        #expect(abs((facts.bitrate ?? 0) - expected) < expected / 50)
        #expect(facts.transparency == nil)
        let placeholder = try #require(facts.placeholder)
        #expect(placeholder.hasPrefix("data:image/png;base64,") && placeholder.utf8.count <= 2048)
        #expect(facts.background?.wholeMatch(of: /#[0-9a-f]{6}/) != nil)
    }

    @Test func filmOfVP9AndOpus() async throws {
        let shop = try await Workshop()
        try shop.ffmpeg(
            "-f", "lavfi", "-i", "testsrc2=s=160x120:d=1:r=25", "-f", "lavfi", "-i", "sine=d=1", "-c:v",
            "libvpx-vp9", "-deadline", "realtime", "-c:a", "libopus", shop.path("a.webm"))
        let facts = try await shop.facts("a.webm", "video/webm")
        #expect(facts.kind == .video)
        #expect(facts.type == "video/webm;codecs=vp9,opus")
        #expect(facts.codec == "vp9" && facts.container == "webm")
        #expect(facts.width == 160 && facts.height == 120)
        #expect(facts.fps == 25 && facts.frames == 25)
        #expect(facts.placeholder != nil)
    }

    /// As telephones write it: the picture lies, and the file says how to turn it.
    @Test(arguments: [0: (0, 320, 180), 90: (90, 180, 320), 180: (180, 320, 180), 270: (270, 180, 320)])
    func turnedFilmIsUpright(_ turn: Int, _ expected: (rotation: Int, width: Int, height: Int)) async throws {
        let shop = try await Workshop()
        // Red above, so that the colours say which side is up.
        try shop.ffmpeg(
            "-f", "lavfi", "-i", "color=blue:s=320x180:d=1", "-vf", "drawbox=h=90:t=fill:color=red", "-c:v",
            "libx264", "-pix_fmt", "yuv420p", shop.path("a.mp4"))
        let bytes = try IsoMatrix.turned(shop.bytes("a.mp4"), clockwise: turn)
        let facts = try await shop.probe.facts(of: ProbeSource(bytes), type: "video/mp4", name: "a.mp4")
        #expect(facts.rotation == expected.rotation)
        #expect(facts.width == expected.width && facts.height == expected.height)
        let request = try #require(PictureRequest(width: 16, format: .png))
        let picture = try await shop.probe.picture(
            of: ProbeSource(bytes), type: "video/mp4", request: request)
        let shown = try Colours(picture.bytes, in: shop)
        let (red, blue): ((Int, Int), (Int, Int)) =
            switch turn {
            case 90: ((1, 0), (-1, 0))
            case 180: ((0, 1), (0, -1))
            case 270: ((-1, 0), (1, 0))
            default: ((0, -1), (0, 1))
            }
        #expect(shown.isRed(towards: red))
        #expect(shown.isBlue(towards: blue))
    }

    @Test func rateOfAFilmWhoseFramesLastDifferently() async throws {
        let shop = try await Workshop()
        try shop.ffmpeg(
            "-f", "lavfi", "-i", "testsrc2=s=160x120:d=4:r=30", "-vf", "select='lt(t,2)+not(mod(n,3))'",
            "-vsync", "vfr", "-c:v", "libx264", "-pix_fmt", "yuv420p", shop.path("a.mp4"))
        let facts = try await shop.facts("a.mp4", "video/mp4")
        let (frames, fps, duration) = (facts.frames ?? 0, facts.fps ?? 0, facts.duration ?? 0)
        #expect(frames == 80)
        // The last frame lasts longer than FFmpeg says, which the mean shows.
        #expect(abs(fps - Double(frames) / duration) < 1)
        #expect(fps < 25)
    }

    /// As browsers record: nobody went back to write how long it is.
    @Test func recordingThatWasNeverFinished() async throws {
        let shop = try await Workshop()
        try shop.pattern(
            "a.webm", "160x120", seconds: 2, ["-c:v", "libvpx", "-deadline", "realtime", "-live", "1"])
        let facts = try await shop.facts("a.webm", "video/webm")
        #expect(abs((facts.duration ?? 0) - 2) < 0.1)
        #expect(facts.frames == 50)
        let expected = Double(try shop.bytes("a.webm").count) * 8 / 2
        #expect(abs(Double(facts.bitrate ?? 0) - expected) < expected / 10)
    }

    @Test func filmWithTransparency() async throws {
        let shop = try await Workshop()
        try shop.pattern(
            "a.webm", "64x64", seconds: 1,
            ["-vf", "format=yuva420p,colorchannelmixer=aa=0.5", "-c:v", "libvpx", "-auto-alt-ref", "0"])
        #expect(try await shop.facts("a.webm", "video/webm").transparency == true)
    }

    @Test(arguments: [
        ("a.mp3", "audio/mpeg", "mp3", "mp3", "audio/mpeg"),
        ("a.opus", "audio/ogg", "opus", "ogg", "audio/ogg;codecs=opus"),
        ("a.flac", "audio/flac", "flac", "flac", "audio/flac"),
        ("a.wav", "audio/wav", "pcm_s16le", "wav", "audio/wav"),
        ("a.m4a", "audio/mp4", "aac", "mp4", "audio/mp4;codecs=mp4a"),
    ])
    func sounds(name: String, type: String, codec: String, container: String, full: String) async throws {
        let shop = try await Workshop()
        try shop.tone(name, [])
        let facts = try await shop.facts(name, type)
        #expect(facts.kind == .audio)
        #expect(facts.type == full)
        #expect(facts.codec == codec && facts.container == container)
        #expect(abs((facts.duration ?? 0) - 2) < 0.1)
        #expect((facts.bitrate ?? 0) > 10_000)
        #expect(facts.width == nil && facts.height == nil && facts.fps == nil && facts.frames == nil)
        #expect(facts.orientation == nil && facts.placeholder == nil)
    }

    @Test func soundInAFilmsContainerIsASound() async throws {
        let shop = try await Workshop()
        try shop.tone("a.mp4", ["-c:a", "aac"])
        let facts = try await shop.facts("a.mp4", "video/mp4")
        #expect(facts.kind == .audio)
        #expect(facts.type == "audio/mp4;codecs=mp4a")
    }

    @Test func coverIsNoFilm() async throws {
        let shop = try await Workshop()
        try shop.pattern("cover.png", "300x300", seconds: 1, ["-frames:v", "1"])
        try shop.tone("plain.mp3", [])
        try shop.ffmpeg(
            "-i", shop.path("plain.mp3"), "-i", shop.path("cover.png"), "-map", "0", "-map", "1", "-c:a",
            "copy",
            "-c:v", "mjpeg", "-disposition:v", "attached_pic", shop.path("a.mp3"))
        let facts = try await shop.facts("a.mp3", "audio/mpeg")
        #expect(facts.kind == .audio)
        #expect(facts.width == nil && facts.frames == nil)
        #expect(facts.placeholder != nil && facts.background != nil)
    }

    /// The index at the end, in a file of which only parts are laid out.
    @Test func indexIsFoundWhereverItLies() async throws {
        let shop = try await Workshop {
            $0.wholeFile = 100_000
            $0.head = 65_536
            $0.tail = 16_384
        }
        try shop.pattern(
            "a.mp4", "640x360", seconds: 4,
            [
                "-c:v", "libx264", "-preset", "ultrafast", "-qp", "10", "-pix_fmt", "yuv420p", "-movflags",
                "-faststart",
            ])
        var bytes = try shop.bytes("a.mp4")
        #expect(bytes.count > 1 << 20)
        // Something behind the index, so that it lies neither in the head nor in the tail.
        bytes += [0, 1, 0, 0] + Array("free".utf8) + [UInt8](repeating: 0, count: 65536 - 8)
        let facts = try await shop.probe.facts(of: ProbeSource(bytes), type: "video/mp4", name: "a.mp4")
        #expect(facts.width == 640 && facts.height == 360)
        #expect(facts.duration == 4 && facts.frames == 100)
        #expect(facts.placeholder != nil)
    }

    /// Of a large file only parts are laid out, and they tell what the whole does.
    @Test(arguments: [
        ("a.webm", "video/webm", ["-c:v", "libvpx", "-b:v", "4M", "-deadline", "realtime"]),
        ("a.mkv", "video/matroska", ["-c:v", "libx264", "-preset", "ultrafast", "-qp", "10"]),
        ("a.ts", "video/mp2t", ["-c:v", "libx264", "-preset", "ultrafast", "-qp", "10"]),
        ("a.mpg", "video/mpeg", ["-c:v", "mpeg2video", "-b:v", "8M"]),
        ("a.avi", "video/x-msvideo", ["-c:v", "mpeg4", "-b:v", "8M"]),
        ("a.flv", "video/x-flv", ["-c:v", "libx264", "-preset", "ultrafast", "-qp", "10"]),
        ("a.mov", "video/quicktime", ["-c:v", "libx264", "-preset", "ultrafast", "-qp", "10"]),
        (
            "fragments.mp4", "video/mp4",
            [
                "-c:v", "libx264", "-preset", "ultrafast", "-qp", "10", "-g", "25", "-movflags",
                "frag_keyframe+empty_moov",
            ]
        ),
        (
            "streamed.mp4", "video/mp4",
            [
                "-c:v", "libx264", "-preset", "ultrafast", "-qp", "10", "-g", "25", "-movflags",
                "frag_keyframe+empty_moov+dash+global_sidx",
            ]
        ),
    ])
    func partsTellTheSame(name: String, type: String, arguments: [String]) async throws {
        let shop = try await Workshop()
        try shop.pattern(name, "640x360", seconds: 4, arguments + ["-pix_fmt", "yuv420p"])
        let whole = try await shop.facts(name, type)
        let bytes = try shop.bytes(name)
        #expect(bytes.count > 600_000)
        let sparing = try await Workshop {
            $0.wholeFile = 300_000
            $0.head = 200_000
            $0.tail = 50_000
        }
        let parts = try await sparing.probe.facts(of: ProbeSource(bytes), type: type, name: name)
        #expect(parts.width == whole.width && parts.height == whole.height && parts.codec == whole.codec)
        #expect(parts.type == whole.type)
        #expect(abs((parts.duration ?? 0) - (whole.duration ?? 0)) < 0.1)
        #expect(parts.placeholder != nil)
    }

    @Test(arguments: [
        ("a.mp3", "audio/mpeg", ["-b:a", "320k"]), ("a.opus", "audio/ogg", ["-b:a", "256k"]),
        ("a.wav", "audio/wav", []), ("a.aac", "audio/aac", ["-b:a", "256k"]),
    ])
    func partsOfSoundsTellTheSame(name: String, type: String, arguments: [String]) async throws {
        let shop = try await Workshop()
        try shop.tone(name, seconds: 40, arguments)
        let whole = try await shop.facts(name, type)
        let bytes = try shop.bytes(name)
        let sparing = try await Workshop {
            $0.wholeFile = 100_000
            $0.head = 65536
            $0.tail = 65536
        }
        #expect(bytes.count > 140_000)
        let parts = try await sparing.probe.facts(of: ProbeSource(bytes), type: type, name: name)
        #expect(abs((parts.duration ?? 0) - (whole.duration ?? 0)) < 1)
        #expect(parts.codec == whole.codec && parts.type == whole.type)
    }
}
