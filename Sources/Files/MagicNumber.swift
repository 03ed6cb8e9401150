/// What the first bytes of a file say about its type.
enum MagicNumber {
    enum Finding {
        case exactly(String)
        /// A container whose content the extension may name better, if the predicate takes its type.
        case container(String, isRefinedBy: @Sendable (String) -> Bool)
        /// Too short a sign to overrule an extension.
        case perhaps(String)
        case nothing
    }

    static func look(at head: [UInt8]) -> Finding {
        for signature in signatures where signature.matches(head) {
            return .exactly(signature.type)
        }
        return isoMedia(head) ?? riff(head) ?? matroska(head) ?? ogg(head) ?? zip(head) ?? olderOffice(head)
            ?? audioFrames(head) ?? bitmap(head) ?? transportStream(head) ?? markup(head) ?? .nothing
    }

    struct Signature {
        var offset = 0
        var bytes: [UInt8]
        var type: String

        init(_ bytes: [UInt8], _ type: String, at offset: Int = 0) {
            self.offset = offset
            self.bytes = bytes
            self.type = type
        }

        init(_ text: String, _ type: String, at offset: Int = 0) {
            self.init(Array(text.utf8), type, at: offset)
        }

        func matches(_ head: [UInt8]) -> Bool {
            head.hasBytes(bytes, at: offset)
        }
    }

    /// Signs that name one type and nothing else.
    private static let signatures: [Signature] = [
        Signature([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], "image/png"),
        Signature([0xFF, 0xD8, 0xFF], "image/jpeg"),
        Signature("GIF87a", "image/gif"),
        Signature("GIF89a", "image/gif"),
        Signature([0x00, 0x00, 0x00, 0x0C, 0x6A, 0x50, 0x20, 0x20, 0x0D, 0x0A, 0x87, 0x0A], "image/jp2"),
        Signature([0x00, 0x00, 0x00, 0x0C, 0x4A, 0x58, 0x4C, 0x20, 0x0D, 0x0A, 0x87, 0x0A], "image/jxl"),
        Signature("8BPS", "image/vnd.adobe.photoshop"),
        Signature([0x76, 0x2F, 0x31, 0x01], "image/x-exr"),
        Signature([0x00, 0x00, 0x01, 0x00, 0x01, 0x00], "image/vnd.microsoft.icon"),
        Signature([0x00, 0x00, 0x01, 0x00, 0x02, 0x00], "image/vnd.microsoft.icon"),
        Signature([0x00, 0x00, 0x01, 0x00, 0x03, 0x00], "image/vnd.microsoft.icon"),
        Signature([0x00, 0x00, 0x01, 0x00, 0x04, 0x00], "image/vnd.microsoft.icon"),
        Signature("fLaC", "audio/flac"),
        Signature("#!AMR", "audio/amr"),
        Signature("MThd", "audio/midi"),
        Signature("caff", "audio/x-caf"),
        Signature([0x46, 0x4C, 0x56, 0x01], "video/x-flv"),
        Signature([0x00, 0x00, 0x01, 0xBA], "video/mpeg"),
        Signature([0x00, 0x00, 0x01, 0xB3], "video/mpeg"),
        Signature("%PDF-", "application/pdf"),
        Signature("%!PS-Adobe", "application/postscript"),
        Signature("{\\rtf", "application/rtf"),
        Signature([0x28, 0xB5, 0x2F, 0xFD], "application/zstd"),
        Signature([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], "application/x-xz"),
        Signature([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], "application/x-7z-compressed"),
        Signature("Rar!\u{1A}\u{07}", "application/vnd.rar"),
        Signature("ustar", "application/x-tar", at: 257),
        Signature([0x04, 0x22, 0x4D, 0x18], "application/x-lz4"),
        Signature([0x00, 0x61, 0x73, 0x6D], "application/wasm"),
        Signature([0x7F, 0x45, 0x4C, 0x46], "application/x-elf"),
        Signature([0xED, 0xAB, 0xEE, 0xDB], "application/x-rpm"),
        Signature("!<arch>\ndebian-binary", "application/vnd.debian.binary-package"),
        Signature("SQLite format 3\u{0}", "application/vnd.sqlite3"),
        Signature("wOFF", "font/woff"),
        Signature("wOF2", "font/woff2"),
        Signature("OTTO", "font/otf"),
        Signature([0x00, 0x01, 0x00, 0x00, 0x00], "font/ttf"),
        Signature("ttcf", "font/collection"),
        Signature("BZh91AY&SY", "application/x-bzip2"),
        Signature("WEBVTT", "text/vtt"),
        Signature("#EXTM3U", "application/vnd.apple.mpegurl"),
        Signature("BOOKMOBI", "application/x-mobipocket-ebook", at: 60),
        Signature("PAR1", "application/vnd.apache.parquet"),
    ]
}

extension [UInt8] {
    func hasBytes(_ bytes: some Collection<UInt8>, at offset: Int = 0) -> Bool {
        count >= offset + bytes.count && self[offset..<(offset + bytes.count)].elementsEqual(bytes)
    }

    func hasText(_ text: String, at offset: Int = 0) -> Bool {
        hasBytes(text.utf8, at: offset)
    }

    /// Whether the text stands anywhere in the bytes.
    func holds(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard let first = bytes.first, count >= bytes.count else { return false }
        for offset in 0...(count - bytes.count) where self[offset] == first && hasBytes(bytes, at: offset) {
            return true
        }
        return false
    }
}
