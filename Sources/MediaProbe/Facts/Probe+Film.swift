import Logging
import Objects

extension Probe {
    /// Streams of a file that are looked at.
    private static let maximumStreams = 64
    private static let asked =
        "format=nb_streams,duration,bit_rate:stream=codec_type,codec_name,codec_tag_string,width,height,pix_fmt,sample_rate,"
        + "avg_frame_rate,r_frame_rate,nb_frames,duration:stream_disposition=attached_pic"
        + ":stream_tags=alpha_mode,NUMBER_OF_FRAMES,NUMBER_OF_FRAMES-eng:stream_side_data=rotation"

    /// What ffprobe says of a file, in which stream the film, the sound and the cover are.
    struct FilmReport {
        var report: FlatReport
        var video: Int?
        var audio: Int?
        var cover: Int?

        func key(_ stream: Int, _ name: String) -> String { "streams.stream.\(stream).\(name)" }

        /// Seconds, of the container or else of the longest stream that says it.
        var duration: Double? {
            let streams = [video, audio].compactMap { $0.flatMap { report.real(key($0, "duration")) } }
            let seconds = report.real("format.duration") ?? streams.max()
            return seconds.flatMap { $0 > 0 && $0 < 1e9 ? ($0 * 1000).rounded() / 1000 : nil }
        }
    }

    func film(in file: StagedFile, _ demuxer: String) async throws(ProbeError) -> FilmReport {
        let report = FlatReport(
            try await run(
                .ffprobe,
                ["-v", "error"] + input(demuxer, ["-show_entries", Self.asked, "-of", "flat"]), input: file))
        var film = FilmReport(report: report)
        for stream in 0..<min(Self.maximumStreams, max(0, report.integer("format.nb_streams") ?? 0)) {
            let isCover = report.integer(film.key(stream, "disposition.attached_pic")) == 1
            switch report.text(film.key(stream, "codec_type")) {
            case "video" where isCover: film.cover = film.cover ?? stream
            // FFmpeg makes a stream of any noise when it is told the format; one that says nothing of itself is none.
            case "video" where (report.integer(film.key(stream, "width")) ?? 0) > 0:
                film.video = film.video ?? stream
            case "audio" where (report.integer(film.key(stream, "sample_rate")) ?? 0) > 0:
                film.audio = film.audio ?? stream
            default: break
            }
        }
        guard film.video ?? film.audio != nil else { throw .unreadable("neither film nor sound") }
        return film
    }

    /// How both programs of FFmpeg are told what to open: one file, one format, nothing that it leads to.
    private func input(_ demuxer: String, _ options: [String] = []) -> [String] {
        [
            "-max_alloc", "\(settings.memory / 2)", "-protocol_whitelist", "file", "-format_whitelist",
            MediaRoute.formatName(of: demuxer), "-f", demuxer,
        ] + options + ["-i", "file:" + ToolRun.input]
    }

    func filmFacts(
        of file: StagedFile, _ demuxer: String, _ kind: MediaFacts.Kind, _ essence: String
    ) async throws(ProbeError) -> MediaFacts {
        let film = try await film(in: file, demuxer)
        let isImage = kind == .image
        guard !isImage || film.video != nil else { throw .unreadable("no picture") }
        var facts = MediaFacts(kind: isImage ? .image : film.video == nil ? .audio : .video, type: essence)
        var counted: Int?
        if !isImage {
            facts.duration = film.duration
            if film.duration == nil, file.isWhole {
                (facts.duration, counted) = try await measured(file, demuxer)
            }
            facts.bitrate = bitrate(film, facts.duration, file.size)
            facts.type = FilmType(demuxer: demuxer, essence: essence, film: film).name
            facts.container = FilmType.container(demuxer: demuxer, essence: essence)
        }
        if let stream = film.video ?? film.audio {
            facts.codec = film.report.text(film.key(stream, "codec_name"))
        }
        if let video = film.video { describe(&facts, film, video, counted) }
        if !file.hasWholeIndex { (facts.duration, facts.frames, facts.bitrate) = (nil, nil, nil) }
        guard let shown = film.video ?? film.cover, isShown(film, shown) else { return facts }
        let scale = "scale=\(TinyPicture.side):\(TinyPicture.side):force_original_aspect_ratio=decrease"
        facts.show(
            try await optional { () async throws(ProbeError) -> [UInt8] in
                try await frame(
                    of: file, demuxer, film, stream: shown, filter: scale,
                    packing: ["-compression_level", "0", "-pred", "none"])
            })
        return facts
    }

    /// Seconds and frames of a recording that was never finished, such as a browser's: all of it is stepped over,
    /// without decoding. Nothing where that fails or takes too long.
    private func measured(
        _ file: StagedFile, _ demuxer: String
    ) async throws(ProbeError) -> (seconds: Double?, frames: Int?) {
        let arguments =
            ["-nostdin", "-v", "error"] + input(demuxer)
            + ["-map", "0:v:0?", "-map", "0:a:0?", "-c", "copy", "-progress", "pipe:1", "-f", "null", "-"]
        do {
            let said = String(decoding: try await run(.ffmpeg, arguments, input: file), as: UTF8.self)
            /// The last of the reports that came along the way.
            func last(_ key: String) -> Int? {
                said.split(separator: "\n").last { $0.hasPrefix(key + "=") }
                    .flatMap { Int($0.dropFirst(key.count + 1)) }
            }
            let seconds = last("out_time_us").flatMap { $0 > 0 ? (Double($0) / 1000).rounded() / 1000 : nil }
            return (seconds, last("frame"))
        } catch .cancelled {
            throw .cancelled
        } catch {
            log.debug("no duration: \(error)")
            return (nil, nil)
        }
    }

    private func describe(_ facts: inout MediaFacts, _ film: FilmReport, _ video: Int, _ measured: Int?) {
        let report = film.report
        let turn = rotation(film, video)
        if let width = report.integer(film.key(video, "width")),
            let height = report.integer(film.key(video, "height")), width > 0, height > 0
        {
            facts.width = turn % 180 == 90 ? height : width
            facts.height = turn % 180 == 90 ? width : height
        }
        facts.rotation = turn
        let counted =
            report.integer(film.key(video, "nb_frames"))
            ?? report.integer(film.key(video, "tags.NUMBER_OF_FRAMES"))
            ?? report.integer(film.key(video, "tags.NUMBER_OF_FRAMES-eng")) ?? measured
        let hasAlpha =
            report.text(film.key(video, "alpha_mode")) == "1"
            || report.text(film.key(video, "tags.alpha_mode")) == "1"
            || Self.hasAlpha(report.text(film.key(video, "pix_fmt")) ?? "")
        if facts.kind == .image {
            facts.transparency = hasAlpha
            facts.animate(min(counted ?? 1, settings.frames))
            return
        }
        if hasAlpha { facts.transparency = true }
        let rate =
            report.rate(film.key(video, "avg_frame_rate")) ?? report.rate(film.key(video, "r_frame_rate"))
        facts.fps = rate.map { ($0 * 1000).rounded() / 1000 }
        let byRate = facts.duration.flatMap { duration in rate.map { duration * $0 } }
        let frames = counted.flatMap { $0 > 0 ? $0 : nil } ?? byRate.flatMap { Int(exactly: $0.rounded()) }
        facts.frames = frames.flatMap { $0 > 0 && $0 <= settings.frames ? $0 : nil }
    }

    private func bitrate(_ film: FilmReport, _ duration: Double?, _ size: Int64) -> Int? {
        if let rate = film.report.integer("format.bit_rate"), rate > 0 { return rate }
        guard let duration else { return nil }
        return Int(exactly: (Double(size) * 8 / duration).rounded())
    }

    /// Degrees clockwise; FFmpeg gives them counter-clockwise.
    private func rotation(_ film: FilmReport, _ video: Int) -> Int {
        for entry in 0..<8 {
            let key = film.key(video, "side_data_list.side_data.\(entry).rotation")
            guard let degrees = film.report.integer(key), abs(degrees) <= 360 else { continue }
            let turns = Int((Double(-degrees) / 90).rounded())
            return (turns % 4 + 4) % 4 * 90
        }
        return 0
    }

    private func isShown(_ film: FilmReport, _ stream: Int) -> Bool {
        guard let width = film.report.integer(film.key(stream, "width")),
            let height = film.report.integer(film.key(stream, "height"))
        else { return false }
        return isWithinPixels(width, height)
    }

    /// FFmpeg's names of pixel formats with an alpha channel.
    private static func hasAlpha(_ format: String) -> Bool {
        ["yuva", "rgba", "bgra", "argb", "abgr", "gbrap", "ya8", "ya16", "ayuv", "pal8"].contains(
            where: format.hasPrefix)
    }

    /// One frame as a PNG, upright: a little after the beginning, where films are often black, or the first.
    func frame(
        of file: StagedFile, _ demuxer: String, _ film: FilmReport, stream: Int, filter: String,
        packing: [String]
    ) async throws(ProbeError) -> [UInt8] {
        let isMoving = stream == film.video && film.duration != nil
        let later = isMoving ? min(2, (film.duration ?? 0) / 10) : 0
        for time in later > 0 ? [later, 0] : [0] {
            let seek = time > 0 ? ["-ss", "\(time)"] : []
            let arguments =
                ["-nostdin", "-v", "error", "-threads", "1", "-max_pixels", "\(settings.pixels)"]
                + input(demuxer, seek) + ["-map", "0:\(stream)", "-frames:v", "1", "-map_metadata", "-1"]
                + ["-vf", filter, "-c:v", "png"] + packing + ["-f", "image2pipe", "pipe:1"]
            let picture = try await run(.ffmpeg, arguments, input: file)
            if !picture.isEmpty { return picture }
        }
        throw .unreadable("no frame")
    }
}
