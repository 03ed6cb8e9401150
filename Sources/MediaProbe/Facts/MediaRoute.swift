import Objects

/// Which tool looks into a type, and what it is held to: it never guesses a format from the content.
enum MediaRoute: Hashable, Sendable {
    /// FFmpeg with this demuxer and no other.
    case ffmpeg(demuxer: String, kind: MediaFacts.Kind)
    /// libvips, once the content has been seen to begin as the loader expects.
    case vips(Format)
    case svg
    case pdf

    enum Format: String, Sendable {
        case jpeg, png, gif, webp, tiff, heif
    }

    /// `essence` is a media type without parameters, in lower case. Nil for types that nobody looks into:
    /// playlists, image sequences and subtitles are not even tried.
    init?(essence: String) {
        if let format = Self.images[essence] {
            self = .vips(format)
        } else if let demuxer = Self.films[essence] {
            self = .ffmpeg(demuxer: demuxer, kind: essence.hasPrefix("audio/") ? .audio : .video)
        } else if let demuxer = Self.stills[essence] {
            self = .ffmpeg(demuxer: demuxer, kind: .image)
        } else if essence == "image/svg+xml" {
            self = .svg
        } else if essence == "application/pdf" {
            self = .pdf
        } else {
            return nil
        }
    }

    private static let images: [String: Format] = [
        "image/jpeg": .jpeg, "image/png": .png, "image/apng": .png, "image/gif": .gif, "image/webp": .webp,
        "image/tiff": .tiff, "image/avif": .heif, "image/heic": .heif, "image/heif": .heif,
        "image/heic-sequence": .heif, "image/heif-sequence": .heif,
    ]

    /// Types and FFmpeg's demuxers for them.
    private static let films: [String: String] = [
        "video/mp4": "mov", "video/quicktime": "mov", "video/x-m4v": "mov", "video/3gpp": "mov",
        "video/3gpp2": "mov", "video/iso.segment": "mov", "audio/mp4": "mov", "audio/x-m4a": "mov",
        "audio/3gpp": "mov",
        "video/webm": "matroska", "video/matroska": "matroska", "video/x-matroska": "matroska",
        "audio/webm": "matroska", "audio/matroska": "matroska", "audio/x-matroska": "matroska",
        "video/x-msvideo": "avi", "video/x-flv": "flv", "video/mpeg": "mpeg", "video/mp2t": "mpegts",
        "video/ogg": "ogg", "audio/ogg": "ogg", "application/ogg": "ogg", "video/x-ms-wmv": "asf",
        "video/x-ms-asf": "asf", "audio/x-ms-wma": "asf",
        "audio/mpeg": "mp3", "audio/flac": "flac", "audio/x-flac": "flac", "audio/wav": "wav",
        "audio/x-wav": "wav", "audio/vnd.wave": "wav", "audio/aiff": "aiff", "audio/x-aiff": "aiff",
        "audio/aac": "aac", "audio/amr": "amr", "audio/x-caf": "caf", "application/mxf": "mxf",
    ]

    /// Images that libvips would leave to a library that is not made for strangers' files.
    private static let stills: [String: String] = [
        "image/bmp": "bmp_pipe", "image/vnd.microsoft.icon": "ico", "image/x-icon": "ico",
        "image/jxl": "jpegxl_pipe", "image/jp2": "j2k_pipe", "image/vnd.adobe.photoshop": "psd_pipe",
        "image/x-exr": "exr_pipe",
    ]

    var isFilmInBoxes: Bool {
        if case .ffmpeg(demuxer: "mov", kind: _) = self { return true }
        return false
    }

    /// Whether parts of the file tell nothing.
    var needsWhole: Bool {
        if case .ffmpeg(demuxer: _, let kind) = self { return kind == .image }
        return true
    }

    /// What FFmpeg calls the format, for its list of formats that it may open: a container must not lead to another.
    static func formatName(of demuxer: String) -> String {
        switch demuxer {
        case "mov": "mov,mp4,m4a,3gp,3g2,mj2"
        case "matroska": "matroska,webm"
        default: demuxer
        }
    }
}

extension MediaRoute {
    /// The one without which nothing can be said.
    var tool: MediaTools.Tool {
        switch self {
        case .ffmpeg: .ffprobe
        case .vips: .vipsheader
        case .svg: .vips
        case .pdf: .pdfinfo
        }
    }
}
