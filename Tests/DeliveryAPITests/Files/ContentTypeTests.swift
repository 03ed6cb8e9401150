import Files
import Testing

@Suite struct ContentTypeTests {
    private func detect(_ head: [UInt8], _ name: String = "x", _ declared: String? = nil) -> String {
        ContentType.detect(head: head, name: Array(name.utf8), declared: declared)
    }

    private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    private func box(_ brand: String, _ compatible: [String] = []) -> [UInt8] {
        let length = UInt8(16 + 4 * compatible.count)
        return [0, 0, 0, length] + bytes("ftyp" + brand) + [0, 0, 0, 0] + compatible.flatMap { bytes($0) }
    }

    @Test(
        arguments: [
            ([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], "image/png"),
            ([0xFF, 0xD8, 0xFF, 0xE0], "image/jpeg"),
            (Array("GIF89a".utf8), "image/gif"),
            (Array("RIFF\u{1}\u{1}\u{1}\u{1}WEBPVP8 ".utf8), "image/webp"),
            (Array("RIFF\u{1}\u{1}\u{1}\u{1}WAVEfmt ".utf8), "audio/wav"),
            (Array("RIFF\u{1}\u{1}\u{1}\u{1}AVI LIST".utf8), "video/x-msvideo"),
            (Array("fLaC".utf8), "audio/flac"),
            (Array("%PDF-1.7".utf8), "application/pdf"), ([0x1F, 0x8B, 8], "application/gzip"),
            ([0x28, 0xB5, 0x2F, 0xFD], "application/zstd"),
            ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0], "application/x-xz"),
            (Array("BZh91AY&SY".utf8), "application/x-bzip2"),
            ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], "application/x-7z-compressed"),
            ([0, 0x61, 0x73, 0x6D], "application/wasm"),
            (Array("wOF2".utf8), "font/woff2"), (Array("ID3\u{4}".utf8), "audio/mpeg"),
            ([0x49, 0x49, 0x2A, 0], "image/tiff"),
            ([UInt8](repeating: 0, count: 257) + Array("ustar".utf8), "application/x-tar"),
            (Array("OggS".utf8) + [UInt8](repeating: 0, count: 24) + Array("OpusHead".utf8), "audio/ogg"),
            (Array("\u{FEFF}\n <!DOCTYPE html><title>".utf8), "text/html"),
            (Array("<svg xmlns=".utf8), "image/svg+xml"),
            (Array("<?xml version=\"1.0\"?><!-- c --><svg>".utf8), "image/svg+xml"),
            (Array("<?xml version=\"1.0\"?><feed>".utf8), "application/xml"),
        ] as [([UInt8], String)])
    func magicNumbers(_ head: [UInt8], _ type: String) {
        #expect(detect(head) == type)
        #expect(detect(head, "file.txt.unheard", "application/x-thing") == type)
    }

    @Test func isoMediaGoesByTheMajorBrand() {
        #expect(detect(box("isom", ["iso2", "avc1", "mp41"])) == "video/mp4")
        #expect(detect(box("mp42", ["isom", "3gp4", "M4A "]), "a.mp4") == "video/mp4")
        #expect(detect(box("mp42"), "a.m4a") == "audio/mp4")
        #expect(detect(box("M4A ", ["isom"]), "a.mp4") == "audio/mp4")
        #expect(detect(box("qt  ")) == "video/quicktime")
        #expect(detect(box("avif", ["mif1"])) == "image/avif")
        #expect(detect(box("mif1", ["mif1", "heic"])) == "image/heic")
        #expect(detect(box("mif1")) == "image/heif")
        #expect(detect(box("isom"), "a.png") == "video/mp4")
    }

    @Test func matroskaGoesByItsDocumentType() {
        let head: [UInt8] = [0x1A, 0x45, 0xDF, 0xA3, 0x9F, 0x42, 0x86, 0x81, 0x01, 0x42, 0x82]
        #expect(detect(head + [0x84] + bytes("webm")) == "video/webm")
        #expect(detect(head + [0x84] + bytes("webm"), "a.weba") == "audio/webm")
        #expect(detect(head + [0x88] + bytes("matroska")) == "video/matroska")
        #expect(detect(head + [0x88] + bytes("matroska"), "a.mka") == "audio/matroska")
    }

    @Test func zipGoesByWhatIsInIt() {
        let zip: [UInt8] = [0x50, 0x4B, 0x03, 0x04]
        let entry = zip + [UInt8](repeating: 0, count: 26)
        #expect(detect(zip) == "application/zip")
        #expect(detect(zip, "a.apk") == "application/vnd.android.package-archive")
        #expect(detect(zip, "a.png") == "application/zip")
        #expect(detect(entry + bytes("mimetypeapplication/epub+zip")) == "application/epub+zip")
        #expect(
            detect(entry + bytes("[Content_Types].xml...word/document.xml"), "a.zip")
                == "application/vnd.openxmlformats-officedocument.wordprocessingml.document")
        #expect(
            detect(entry + bytes("[Content_Types].xml"), "a.xlsx")
                == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    }

    @Test func weakSignsYieldToTheExtension() {
        let frame: [UInt8] = [0xFF, 0xFB, 0x90, 0x00]
        #expect(detect(frame) == "audio/mpeg")
        #expect(detect(frame, "a.txt") == "text/plain")
        #expect(detect([0xFF, 0xF1, 0x50, 0x80]) == "audio/aac")
        // The byte order mark of UTF-16 is no sound.
        #expect(detect([0xFF, 0xFE, 0x41, 0x00], "a") == ContentType.unknown)
        #expect(detect(bytes("MZ")) == "application/vnd.microsoft.portable-executable")
        #expect(detect(bytes("BMW is a car")) == ContentType.unknown)
    }

    @Test func textThatLooksLikeMarkupStaysText() {
        #expect(detect(bytes("<!doctype html>"), "a.txt") == "text/plain")
        #expect(detect(bytes("<!doctype html>"), "a.md") == "text/markdown")
        #expect(detect(bytes("<!doctype html>"), "a.png") == "text/html")
        #expect(detect(bytes("<?xml version='1.0'?><rss>"), "a.rss") == "application/rss+xml")
        #expect(detect(bytes("a <!doctype html>")) == ContentType.unknown)
    }

    @Test func thenTheExtensionThenTheClient() {
        #expect(detect([], "a/b.PNG", "text/html") == "image/png")
        #expect(detect([], "a.d/b", "text/x-thing") == "text/x-thing")
        #expect(detect([], ".png", nil) == "image/png")
        #expect(detect([], "a.", nil) == ContentType.unknown)
        #expect(detect(bytes("hello"), "a", nil) == ContentType.unknown)
    }

    @Test func aDeclaredTypeThatAgreesKeepsItsParameters() {
        #expect(detect([], "a.txt", "text/plain; charset=iso-8859-1") == "text/plain; charset=iso-8859-1")
        #expect(detect([], "a.txt", "text/html; charset=utf-7") == "text/plain")
        #expect(detect([], "a", "TEXT/Plain;charset=utf-8") == "TEXT/Plain;charset=utf-8")
    }

    @Test(arguments: [
        "", "text", "text/", "/plain", "text/plain/x", "te xt/plain", "text/pl\u{E4}in",
        "application/x-www-form-urlencoded",
        "text/\"html\"", String(repeating: "a", count: 200) + "/" + String(repeating: "b", count: 100),
    ])
    func typesThatAreNoneAreNotBelieved(_ declared: String) {
        #expect(detect([], "a", declared) == ContentType.unknown)
    }

    @Test func everyPrefixOfEveryHeadIsSafe() {
        let heads = [
            box("mif1", ["heic"]), box("isom"), bytes("RIFF0000WEBP"), bytes("OggS") + bytes("\u{1}vorbis"),
            bytes("<?xml <svg"),
            [0x1A, 0x45, 0xDF, 0xA3, 0x42, 0x82, 0x84, 0x77], [0x50, 0x4B, 3, 4] + bytes("mimetype"),
            bytes("BM"),
            [0xFF, 0xFB, 0x90, 0x00], [0, 0, 0, 255] + bytes("ftypmif1"),
            [0xFF, 0xFF, 0xFF, 0xFF] + bytes("ftypmif1heic"),
        ]
        for head in heads {
            for count in 0...head.count { #expect(!detect(Array(head[..<count])).isEmpty) }
        }
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            let head = heads[Int.random(in: 0..<heads.count, using: &generator)].map {
                Int.random(in: 0..<8, using: &generator) == 0
                    ? UInt8.random(in: .min ... .max, using: &generator) : $0
            }
            #expect(!detect(head).isEmpty)
        }
    }

    @Test(arguments: [
        "image/png", "video/mp4", "text/plain; charset=utf-8", "application/octet-stream", "font/woff2",
    ])
    func inert(_ type: String) { #expect(ContentType.isInert(type)) }

    @Test(arguments: [
        "text/html", "TEXT/HTML;charset=x", " text/html", "image/svg+xml", "application/xhtml+xml",
        "application/xml",
        "text/xml", "application/pdf", "text/javascript", "multipart/x-mixed-replace", "", "image/foo+xml",
        "message/rfc822",
    ])
    func scriptable(_ type: String) { #expect(!ContentType.isInert(type)) }

    @Test(arguments: [
        ("video/mp4", FileKind.video), ("IMAGE/png", .image), ("audio/ogg; codecs=opus", .audio),
        ("application/pdf", .document),
        ("text/csv", .document), ("application/vnd.oasis.opendocument.text", .document),
        ("application/zip", .unknown),
        ("", .unknown),
    ])
    func kinds(_ type: String, _ kind: FileKind) { #expect(FileKind(contentType: type) == kind) }
}
