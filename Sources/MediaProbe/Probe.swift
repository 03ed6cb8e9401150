package import Logging
package import Objects

/// Looks into files, and makes pictures of them, by tools that run in a sandbox under limits.
package struct Probe: Sendable {
    package let settings: ProbeSettings
    package let tools: MediaTools
    let log: Logger

    package init(settings: ProbeSettings, tools: MediaTools, log: Logger) {
        self.settings = settings
        self.tools = tools
        self.log = log
    }

    /// Whether looking into a file of this type can tell more than the type itself.
    package static func canTell(_ type: String) -> Bool { false }

    /// What is in a file. `type` is its media type by content, `name` its file name, for the log.
    package func facts(
        of source: ProbeSource, type: String, name: String
    ) async throws(ProbeError) -> MediaFacts {
        throw .unavailable("ffmpeg")
    }

    /// A picture of an image, a film's poster, a sound's cover, a document's first page.
    package func picture(
        of source: ProbeSource, type: String, request: PictureRequest
    ) async throws(ProbeError) -> Picture {
        throw .noPicture
    }
}
