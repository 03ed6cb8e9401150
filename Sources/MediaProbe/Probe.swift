package import Logging
package import Objects

/// Looks into files, and makes pictures of them, by tools that run in a sandbox under limits.
package struct Probe: Sendable {
    package let settings: ProbeSettings
    package let tools: MediaTools
    let log: Logger
    let run: ToolRun
    private let turns: Turns

    /// Copies share their turns: one probe serves the whole server.
    package init(settings: ProbeSettings, tools: MediaTools, log: Logger) {
        self.settings = settings
        self.tools = tools
        self.log = log
        run = ToolRun(settings: settings, tools: tools, log: log)
        turns = Turns(atOnce: settings.atOnce ?? processorCount(), waiting: settings.waiting)
    }

    /// Whether looking into a file of this media type can tell more than the type does.
    package static func canTell(_ type: String) -> Bool { MediaRoute(essence: essence(of: type)) != nil }

    /// The same on this machine: false where the tool for the type, or the sandbox, is missing.
    package func canLook(into type: String) -> Bool {
        guard let route = MediaRoute(essence: Self.essence(of: type)) else { return false }
        return tools.paths[route.tool] != nil
            && (settings.sandbox == .preferred || tools.sandbox == .bubblewrap)
    }

    /// What is in a file. `type` is its media type, found by its content; `name` is for the log.
    ///
    /// A type that nobody looks into gives its kind and nothing else, and so does an empty file. Throws
    /// `unreadable` for content that is not what its type says: such a file is kept like any other.
    package func facts(
        of source: ProbeSource, type: String, name: String
    ) async throws(ProbeError) -> MediaFacts {
        let essence = Self.essence(of: type)
        guard let route = MediaRoute(essence: essence), source.size > 0 else {
            return MediaFacts(kind: Self.kind(of: essence), type: type)
        }
        do {
            return try await turns.withTurn { () async throws(ProbeError) -> MediaFacts in
                let file = try await lay(source, for: route)
                return try await facts(of: file, route, essence)
            }
        } catch {
            log.debug("\(name) (\(essence)): \(error)")
            throw error
        }
    }

    private func facts(
        of file: StagedFile, _ route: MediaRoute, _ essence: String
    ) async throws(ProbeError) -> MediaFacts {
        switch route {
        case .vips(let format): try await imageFacts(of: file, format, essence)
        case .ffmpeg(let demuxer, let kind): try await filmFacts(of: file, demuxer, kind, essence)
        case .svg: try await vectorFacts(of: file)
        case .pdf: try await documentFacts(of: file)
        }
    }

    /// A picture of an image, a film's poster, a sound's cover, a document's first page.
    ///
    /// Throws `noPicture` for everything else and for sounds without a cover.
    package func picture(
        of source: ProbeSource, type: String, request: PictureRequest
    ) async throws(ProbeError) -> Picture {
        let essence = Self.essence(of: type)
        guard let route = MediaRoute(essence: essence), source.size > 0 else { throw .noPicture }
        return try await turns.withTurn { () async throws(ProbeError) -> Picture in
            let file = try await lay(source, for: route)
            return try await picture(of: file, route, request)
        }
    }

    private func lay(_ source: ProbeSource, for route: MediaRoute) async throws(ProbeError) -> StagedFile {
        // Without a tool there is no reason to copy the file.
        let tool = route.tool
        guard tools.paths[tool] != nil else {
            throw .unavailable("\(tool.rawValue) (package \(tool.package))")
        }
        return try await Staging(settings: settings).lay(
            source, isFilm: route.isFilmInBoxes, needsWhole: route.needsWhole)
    }

    /// The type without its parameters, in lower case.
    private static func essence(of type: String) -> String {
        String(type.prefix { $0 != ";" && $0 != " " && $0 != "\t" }).lowercased()
    }

    private static func kind(of essence: String) -> MediaFacts.Kind {
        if essence.hasPrefix("video/") { return .video }
        if essence.hasPrefix("image/") { return .image }
        if essence.hasPrefix("audio/") { return .audio }
        return essence.hasPrefix("text/") || essence == "application/pdf" ? .document : .unknown
    }
}
