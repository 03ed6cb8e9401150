/// Which programs this machine has for looking into files.
package struct MediaTools: Hashable, Sendable {
    package enum Tool: String, Sendable, CaseIterable {
        case ffprobe, ffmpeg, vipsheader, vipsthumbnail, vips, pdfinfo, pdftoppm

        /// Debian's package that brings it.
        package var package: String {
            switch self {
            case .ffprobe, .ffmpeg: "ffmpeg"
            case .vipsheader, .vipsthumbnail, .vips: "libvips-tools"
            case .pdfinfo, .pdftoppm: "poppler-utils"
            }
        }
    }

    package enum Sandbox: Hashable, Sendable {
        case bubblewrap
        /// Why there is none.
        case none(String)
    }

    /// Path of each that was found and runs.
    package var paths: [Tool: String]
    package var sandbox: Sandbox

    package init(paths: [Tool: String] = [:], sandbox: Sandbox = .none("not looked for")) {
        self.paths = paths
        self.sandbox = sandbox
    }

    package var missing: [Tool] { Tool.allCases.filter { paths[$0] == nil } }
}
