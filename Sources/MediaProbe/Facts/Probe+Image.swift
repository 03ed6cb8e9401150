import Logging
import Objects

extension Probe {
    static let tinyPNG = ".png[compression=0,filter=none,strip]"
    /// libvips opens only what its makers call fit for strangers' files.
    static let onlyTrusted = ["VIPS_BLOCK_UNTRUSTED": "1"]

    func imageFacts(
        of file: StagedFile, _ format: MediaRoute.Format, _ essence: String
    ) async throws(ProbeError) -> MediaFacts {
        let head = ImageHead(bytes: file.head)
        guard head.isFormat(format) else { throw .unreadable("not \(format.rawValue)") }
        // libvips takes no sequence of AVIF pictures; to FFmpeg it is a film.
        if head.isMovingAVIF { return try await filmFacts(of: file, "mov", .image, essence) }
        let header = try await header(of: file)
        var facts = MediaFacts(kind: .image, type: essence)
        guard let width = header.integer("width"), let height = header.integer("height") else {
            throw .unreadable("no size")
        }
        let orientation = header.integer("orientation") ?? 1
        facts.rotation = Self.rotation(ofOrientation: orientation)
        // Orientations 5 to 8 lie on their side.
        let isLying = (5...8).contains(orientation)
        facts.width = isLying ? height : width
        facts.height = isLying ? width : height
        facts.transparency = header.hasAlpha
        facts.codec = codec(format, header)
        let pages = head.framesOfPNG ?? header.integer("n-pages") ?? 1
        let canMove = format == .gif || format == .webp || format == .png
        facts.animate(canMove ? min(pages, settings.frames) : 1)
        if format == .tiff, pages > 1 { facts.pages = pages }
        guard isWithinPixels(width, height) else { return facts }
        let tiny = try await optional { () async throws(ProbeError) -> [UInt8] in
            try await run(
                .vipsthumbnail,
                header.conversion + [
                    ToolRun.input, "--size", "\(TinyPicture.side)x\(TinyPicture.side)", "-o", Self.tinyPNG,
                ], input: file, environment: Self.onlyTrusted)
        }
        facts.show(tiny)
        return facts
    }

    func header(of file: StagedFile) async throws(ProbeError) -> HeaderReport {
        HeaderReport(
            try await run(.vipsheader, ["-a", ToolRun.input], input: file, environment: Self.onlyTrusted))
    }

    func isWithinPixels(_ width: Int, _ height: Int) -> Bool {
        let (pixels, overflow) = width.multipliedReportingOverflow(by: height)
        return !overflow && width > 0 && height > 0 && pixels <= settings.pixels
    }

    /// What a fact without which the others stand says; nil when it cannot be found out.
    func optional(
        _ body: () async throws(ProbeError) -> [UInt8]
    ) async throws(ProbeError) -> TinyPicture? {
        do {
            return TinyPicture(png: try await body())
        } catch .cancelled {
            throw .cancelled
        } catch {
            log.debug("no placeholder: \(error)")
            return nil
        }
    }

    /// Degrees clockwise of an orientation as in EXIF (CIPA DC-008, tag 274); mirrored ones turn after mirroring.
    private static func rotation(ofOrientation orientation: Int) -> Int {
        switch orientation {
        case 3, 4: 180
        case 6, 7: 90
        case 5, 8: 270
        default: 0
        }
    }

    private func codec(_ format: MediaRoute.Format, _ header: HeaderReport) -> String {
        format == .heif ? header.text("heif-compression") ?? format.rawValue : format.rawValue
    }
}

extension MediaFacts {
    /// Frames of an image; one that stands still has no number of them.
    mutating func animate(_ count: Int) {
        animated = count > 1
        frames = count > 1 ? count : nil
    }

    mutating func show(_ tiny: TinyPicture?) {
        placeholder = tiny?.dataURI
        background = tiny?.dominantColour
    }
}
