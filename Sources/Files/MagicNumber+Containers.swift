extension MagicNumber {
    /// ISO base media files (ISO/IEC 14496-12 section 4.3) by their major brand.
    ///
    /// Compatible brands tell little, for films name audio and telephone brands among them; only the brand of
    /// "some image" is made precise by them.
    static func isoMedia(_ head: [UInt8]) -> Finding? {
        guard head.hasText("ftyp", at: 4), head.count >= 12 else {
            // QuickTime files from before the brands begin with one of these boxes.
            let isOldMovie = head.hasText("moov", at: 4) || head.hasText("mdat", at: 4)
            return isOldMovie ? .container("video/quicktime") { isMovie($0) } : nil
        }
        let major = String(decoding: head[8..<12], as: UTF8.self)
        if let type = brandTypes[major] { return .exactly(type) }
        guard major == "mif1" || major == "msf1" else { return .container("video/mp4") { isMovie($0) } }
        let length = head[0..<4].reduce(0) { $0 << 8 | Int($1) }
        var offset = 16
        while offset + 4 <= min(length, head.count) {
            let brand = String(decoding: head[offset..<(offset + 4)], as: UTF8.self)
            if let type = brandTypes[brand], type.hasPrefix("image/") { return .exactly(type) }
            offset += 4
        }
        return .exactly(major == "mif1" ? "image/heif" : "image/heif-sequence")
    }

    private static func isMovie(_ type: String) -> Bool {
        movieTypes.contains(type)
    }

    private static let movieTypes: Set<String> = [
        "video/mp4", "audio/mp4", "video/quicktime", "video/x-m4v", "video/iso.segment", "video/3gpp",
    ]

    /// Brands that name a type; the common `isom`, `mp41`, `mp42`, `iso2`… say no more than "ISO media".
    private static let brandTypes: [String: String] = [
        "avif": "image/avif", "avis": "image/avif",
        "heic": "image/heic", "heix": "image/heic", "heim": "image/heic", "heis": "image/heic",
        "hevc": "image/heic-sequence", "hevx": "image/heic-sequence", "crx ": "image/x-canon-cr3",
        "M4A ": "audio/mp4", "M4B ": "audio/mp4", "M4P ": "audio/mp4", "F4A ": "audio/mp4",
        "M4V ": "video/x-m4v", "M4VH": "video/x-m4v", "M4VP": "video/x-m4v", "qt  ": "video/quicktime",
        "3gp4": "video/3gpp", "3gp5": "video/3gpp", "3gp6": "video/3gpp", "3ge6": "video/3gpp",
        "3gg6": "video/3gpp", "3g2a": "video/3gpp2", "3g2b": "video/3gpp2", "3g2c": "video/3gpp2",
    ]

    /// RIFF and its big-endian and 64-bit kin.
    static func riff(_ head: [UInt8]) -> Finding? {
        if head.hasText("RIFF") {
            if head.hasText("WEBP", at: 8) { return .exactly("image/webp") }
            if head.hasText("WAVE", at: 8) { return .exactly("audio/wav") }
            if head.hasText("AVI ", at: 8) { return .exactly("video/x-msvideo") }
        }
        if head.hasText("RF64"), head.hasText("WAVE", at: 8) { return .exactly("audio/wav") }
        if head.hasText("FORM"), head.hasText("AIFF", at: 8) || head.hasText("AIFC", at: 8) {
            return .exactly("audio/aiff")
        }
        return nil
    }

    /// Matroska and WebM differ in the document type of their EBML head (RFC 8794 section 11.2.4).
    static func matroska(_ head: [UInt8]) -> Finding? {
        guard head.hasBytes([0x1A, 0x45, 0xDF, 0xA3]) else { return nil }
        var index = 4
        while index + 3 < head.count {
            if head[index] == 0x42, head[index + 1] == 0x82 {
                // The size is one byte with its high bit set, for the name is short.
                if head.hasText("webm", at: index + 3) {
                    return .container("video/webm") { $0 == "audio/webm" || $0 == "video/webm" }
                }
                if head.hasText("matroska", at: index + 3) { break }
            }
            index += 1
        }
        return .container("video/matroska") { $0 == "audio/matroska" || $0 == "video/matroska" }
    }

    /// Ogg (RFC 3533): the first page holds the head of the first stream.
    static func ogg(_ head: [UInt8]) -> Finding? {
        guard head.hasText("OggS") else { return nil }
        if head.holds("OpusHead") || head.holds("\u{1}vorbis") || head.holds("\u{7F}FLAC")
            || head.holds("Speex   ")
        {
            return .exactly("audio/ogg")
        }
        if head.holds("theora") { return .exactly("video/ogg") }
        return .container("application/ogg") { $0 == "audio/ogg" || $0 == "video/ogg" }
    }

    /// Zip: office documents and books are told by the first names in it, other kinds only by their extension.
    static func zip(_ head: [UInt8]) -> Finding? {
        guard head.hasBytes([0x50, 0x4B, 0x03, 0x04]) || head.hasBytes([0x50, 0x4B, 0x05, 0x06]) else {
            return nil
        }
        if head.hasText("mimetype", at: 30) {
            // OpenDocument and EPUB: the first entry is stored uncompressed and holds the type itself.
            for type in storedTypes where head.hasText(type, at: 38) { return .exactly(type) }
        }
        let office = "application/vnd.openxmlformats-officedocument."
        if head.holds("word/") { return .exactly(office + "wordprocessingml.document") }
        if head.holds("xl/") { return .exactly(office + "spreadsheetml.sheet") }
        if head.holds("ppt/") { return .exactly(office + "presentationml.presentation") }
        return .container("application/zip") { type in
            type.hasSuffix("+zip") || zipTypes.contains(type) || zipFamilies.contains(where: type.hasPrefix)
        }
    }

    /// Longer names first where one begins another.
    private static let storedTypes = [
        "application/epub+zip", "application/vnd.oasis.opendocument.text",
        "application/vnd.oasis.opendocument.spreadsheet", "application/vnd.oasis.opendocument.presentation",
        "application/vnd.oasis.opendocument.graphics",
    ]
    private static let zipTypes: Set<String> = [
        "application/zip", "application/java-archive", "application/vnd.android.package-archive",
        "application/x-xpinstall", "model/3mf", "application/vnd.comicbook+zip", "model/vnd.usdz+zip",
    ]
    private static let zipFamilies = [
        "application/vnd.openxmlformats-officedocument.", "application/vnd.oasis.opendocument.",
        "application/vnd.apple.",
    ]

    /// The compound files of older office programs, the same for all of them.
    static func olderOffice(_ head: [UInt8]) -> Finding? {
        guard head.hasBytes([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]) else { return nil }
        return .container("application/x-ole-storage") { compoundTypes.contains($0) }
    }

    private static let compoundTypes: Set<String> = [
        "application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint",
        "application/vnd.ms-outlook", "application/x-msi", "application/vnd.visio",
    ]
}
