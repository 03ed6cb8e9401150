import Objects

extension Probe {
    /// SVG: the size by its own words, the colours by drawing it. Scripts in it are text to the library that draws;
    /// what it refers to is not there.
    func vectorFacts(of file: StagedFile) async throws(ProbeError) -> MediaFacts {
        guard SVGHead.isVector(file.head) else { throw .unreadable("not svg") }
        var facts = MediaFacts(kind: .image, type: "image/svg+xml")
        facts.codec = "svg"
        facts.rotation = 0
        facts.animate(1)
        guard let size = SVGHead(file.head) else { return facts }
        facts.width = max(1, Int(size.width.rounded()))
        facts.height = max(1, Int(size.height.rounded()))
        let tiny = try await optional { () async throws(ProbeError) -> [UInt8] in
            try await drawing(of: file, size: size, side: TinyPicture.side, as: Self.tinyPNG)
        }
        facts.transparency = tiny?.hasTransparentPixel
        facts.show(tiny)
        return facts
    }

    /// A drawing whose longer side has so many pixels, as a PNG.
    func drawing(
        of file: StagedFile, size: SVGHead, side: Int, as output: String
    ) async throws(ProbeError) -> [UInt8] {
        let scale = Double(side) / max(size.width, size.height)
        return try await run(
            .vips, ["svgload", ToolRun.input, output, "--scale", "\(scale)"], input: file)
    }

    func documentFacts(of file: StagedFile) async throws(ProbeError) -> MediaFacts {
        let report = HeaderReport(try await run(.pdfinfo, [ToolRun.input], input: file))
        var facts = MediaFacts(kind: .document, type: "application/pdf")
        facts.pages = report.integer("Pages").flatMap { $0 > 0 && $0 < 1 << 32 ? $0 : nil }
        return facts
    }
}
