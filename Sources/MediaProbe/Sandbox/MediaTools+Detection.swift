package import Logging

extension MediaTools {
    /// Looks for the tools, and runs each one once in the sandbox that it would have.
    package static func detect(settings: ProbeSettings, log: Logger) async -> MediaTools {
        var settings = settings
        settings.time = .seconds(30)
        var tools = MediaTools(sandbox: await sandbox(settings, log))
        if tools.sandbox != .bubblewrap, settings.sandbox == .required { return tools }
        let run = ToolRun(settings: settings, tools: tools, log: log)
        let isWalled = tools.sandbox == .bubblewrap
        // Together, for the server waits for it before it opens its doors.
        tools.paths = await withTaskGroup(of: (Tool, String)?.self) { group in
            for tool in Tool.allCases {
                guard let path = path(of: tool.rawValue) else { continue }
                group.addTask {
                    do {
                        _ = try await run.run(path, [tool.askForVersion], input: nil, isWalled: isWalled)
                        return (tool, path)
                    } catch {
                        log.warning("\(path) does not run: \(error)")
                        return nil
                    }
                }
            }
            return await group.reduce(into: [:]) { paths, found in
                if let (tool, path) = found { paths[tool] = path }
            }
        }
        return tools
    }

    private static func sandbox(_ settings: ProbeSettings, _ log: Logger) async -> Sandbox {
        guard isProgram(Enclosure.limiter) else { return .none("\(Enclosure.limiter) is not installed") }
        guard isProgram(Enclosure.bubblewrap) else {
            return .none("\(Enclosure.bubblewrap) is not installed (package bubblewrap)")
        }
        let run = ToolRun(settings: settings, tools: MediaTools(), log: log)
        do {
            _ = try await run.run("/usr/bin/true", [], input: nil, isWalled: true)
            return .bubblewrap
        } catch {
            // In a container without user namespaces, for instance.
            return .none("bubblewrap does not work here: \(error)")
        }
    }

    private static func path(of program: String) -> String? {
        ["/usr/bin/", "/usr/local/bin/"].map { $0 + program }.first(where: isProgram)
    }

    /// What is there and what is not, in one sentence for the log and the status page.
    package var summary: String {
        let walls =
            switch sandbox {
            case .bubblewrap: "sandbox: bubblewrap"
            case .none(let reason): "no sandbox: \(reason)"
            }
        if missing.isEmpty { return walls }
        let packages = Set(missing.map(\.package)).sorted().joined(separator: " ")
        return walls + "; missing: \(missing.map(\.rawValue).joined(separator: " ")) (packages \(packages))"
    }
}

extension MediaTools.Tool {
    fileprivate var askForVersion: String {
        switch self {
        case .ffprobe, .ffmpeg: "-version"
        case .vips, .vipsheader, .vipsthumbnail: "--version"
        case .pdfinfo, .pdftoppm: "-v"
        }
    }
}
