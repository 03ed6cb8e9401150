/// The media type of a film or sound, made precise by what is in it.
struct FilmType {
    /// Codecs that a type names.
    private static let maximumCodecs = 4

    let name: String

    init(demuxer: String, essence: String, film: Probe.FilmReport) {
        var type = essence
        if let slash = essence.firstIndex(of: "/") {
            let subtype = essence[slash...]
            // A film in a file that calls itself a sound, and the other way round.
            switch (subtype, film.video == nil) {
            case ("/mp4", _), ("/webm", _), ("/matroska", _), ("/x-matroska", _), ("/ogg", _), ("/3gpp", _):
                type = (film.video == nil ? "audio" : "video") + subtype
            default: break
            }
        }
        let tokens = [film.video, film.audio].compactMap { stream in
            stream.flatMap { Self.token(demuxer: demuxer, film: film, stream: $0) }
        }
        name =
            tokens.isEmpty
            ? type : type + ";codecs=" + tokens.prefix(Self.maximumCodecs).joined(separator: ",")
    }

    /// As the container calls the codec (RFC 6381); nil for containers whose types name none.
    private static func token(demuxer: String, film: Probe.FilmReport, stream: Int) -> String? {
        guard let codec = film.report.text(film.key(stream, "codec_name")) else { return nil }
        switch demuxer {
        case "mov":
            if let tag = film.report.text(film.key(stream, "codec_tag_string")), tag.utf8.count == 4,
                tag.utf8.allSatisfy({
                    0x30...0x39 ~= $0 || 0x41...0x5A ~= $0 || 0x61...0x7A ~= $0 || $0 == 0x2D
                })
            {
                return tag
            }
            return boxed[codec] ?? codec
        case "matroska":
            return codec == "av1" ? "av01" : codec == "hevc" ? "hvc1" : codec == "h264" ? "avc1" : codec
        case "ogg": return codec
        default: return nil
        }
    }

    private static let boxed = [
        "h264": "avc1", "hevc": "hvc1", "av1": "av01", "vp9": "vp09", "aac": "mp4a", "mp3": "mp4a",
        "opus": "Opus", "flac": "fLaC",
    ]

    /// The short name of the container.
    static func container(demuxer: String, essence: String) -> String {
        switch demuxer {
        case "mov":
            switch essence {
            case "video/quicktime": "mov"
            case "video/3gpp", "audio/3gpp", "video/3gpp2": "3gp"
            default: "mp4"
            }
        case "matroska": essence.hasSuffix("/webm") ? "webm" : "mkv"
        case "mpegts": "ts"
        default: demuxer
        }
    }
}
