extension Probe {
    func picture(
        of file: StagedFile, _ route: MediaRoute, _ request: PictureRequest
    ) async throws(ProbeError) -> Picture {
        if request.page > 1, route != .pdf { throw .noPicture }
        switch route {
        case .vips(let format):
            let head = ImageHead(bytes: file.head)
            guard head.isFormat(format) else { throw .unreadable("not \(format.rawValue)") }
            if head.isMovingAVIF { return try await poster(of: file, "mov", request) }
            return try await image(of: file, request)
        case .ffmpeg(let demuxer, _):
            return try await poster(of: file, demuxer, request)
        case .svg:
            guard SVGHead.isVector(file.head), let size = SVGHead(file.head) else {
                throw .unreadable("not svg")
            }
            let drawing = try await drawing(of: file, size: size, side: request.drawnSide, as: ".png[strip]")
            return try await image(of: drawing, request)
        case .pdf:
            let page = try await run(
                .pdftoppm,
                [
                    "-f", "\(request.page)", "-l", "\(request.page)", "-singlefile", "-png", "-scale-to",
                    "\(request.drawnSide)",
                    ToolRun.input,
                ],
                input: file)
            return try await image(of: page, request)
        }
    }

    private func poster(
        of file: StagedFile, _ demuxer: String, _ request: PictureRequest
    ) async throws(ProbeError) -> Picture {
        let film = try await film(in: file, demuxer)
        guard let stream = film.video ?? film.cover else { throw .noPicture }
        // Pixels that are not square are made so, and nothing becomes larger than a picture may be.
        let side = PictureRequest.largestSide
        let filter =
            "scale=w='max(1\\,min(iw*if(sar\\,sar\\,1)\\,16384))':h=ih,setsar=1,"
            + "scale=w='min(\(side)\\,iw)':h='min(\(side)\\,ih)':force_original_aspect_ratio=decrease"
        let frame = try await frame(
            of: file, demuxer, film, stream: stream, filter: filter, packing: ["-compression_level", "1"])
        return try await image(of: frame, request)
    }

    private func image(of png: [UInt8], _ request: PictureRequest) async throws(ProbeError) -> Picture {
        guard ImageHead(bytes: png).isFormat(.png) else { throw .unreadable("nothing drawn") }
        return try await image(of: try await Staging(settings: settings).lay(png), request)
    }

    private func image(of file: StagedFile, _ request: PictureRequest) async throws(ProbeError) -> Picture {
        let header = try await header(of: file)
        guard let width = header.integer("width"), let height = header.integer("height"),
            isWithinPixels(width, height)
        else { throw .tooMuch("pixels") }
        let isPadded = request.box != nil && request.fit == .contain
        let output = isPadded ? ".png[strip]" : request.output
        let arguments = header.conversion + [ToolRun.input, "--size", request.size, "-o", output]
        let crop = request.box != nil && request.fit == .cover ? ["--smartcrop", "centre"] : []
        var bytes = try await run(
            .vipsthumbnail, arguments + crop, input: file, environment: Self.onlyTrusted)
        if isPadded, let box = request.box { bytes = try await padded(bytes, box, request) }
        guard !bytes.isEmpty else { throw .unreadable("nothing drawn") }
        return Picture(bytes: bytes, type: request.format.type)
    }

    /// In the middle of a box, with nothing around it where the picture can have that, else white.
    private func padded(
        _ png: [UInt8], _ box: (width: Int, height: Int), _ request: PictureRequest
    ) async throws(ProbeError) -> [UInt8] {
        guard ImageHead(bytes: png).isFormat(.png), png.count > 25 else { throw .unreadable("nothing drawn") }
        let around =
            switch png[25] {
            case 0: "255"
            case 4: "0 0"
            case 6: "0 0 0 0"
            default: "255 255 255"
            }
        return try await run(
            .vips,
            [
                "gravity", ToolRun.input, request.output, "centre", "\(box.width)", "\(box.height)",
                "--extend", "background", "--background", around,
            ], input: try await Staging(settings: settings).lay(png), environment: Self.onlyTrusted)
    }
}

extension PictureRequest {
    /// Both sides; with one of them every fit is `inside`.
    var box: (width: Int, height: Int)? {
        guard let width, let height else { return nil }
        return (width, height)
    }

    /// As vipsthumbnail takes it: `>` makes nothing larger, `!` stretches.
    var size: String {
        guard width != nil || height != nil else { return "\(Self.largestSide)x\(Self.largestSide)>" }
        let sides = (width.map(String.init) ?? "") + "x" + (height.map(String.init) ?? "")
        return sides + (box != nil && fit == .fill ? "!" : ">")
    }

    /// Pixels of the longer side of something that is drawn for it: enough to be cut to a box of another shape.
    var drawnSide: Int {
        let wanted = max(width ?? 0, height ?? 0)
        guard wanted > 0 else { return 2048 }
        return min(Self.largestSide, box != nil && fit != .inside && fit != .contain ? 2 * wanted : wanted)
    }

    /// As libvips takes it. Nothing of what the original carries (place, camera, thumbnail) goes with it.
    var output: String {
        switch format {
        case .jpeg: ".jpg[Q=82,strip,optimize_coding,background=255]"
        case .webp: ".webp[Q=80,strip]"
        case .png: ".png[strip]"
        case .avif: ".avif[Q=55,strip,effort=2]"
        }
    }
}
