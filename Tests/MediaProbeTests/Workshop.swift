import Foundation
import Logging
import MediaProbe
import Objects
import Synchronization
import Testing

/// A folder in which a test makes real media with the same tools that look into them later, and a probe.
final class Workshop: Sendable {
    let folder: URL
    let probe: Probe

    /// Whether this machine has what the tests need. Where it has not, they are skipped, and the run says so.
    static let isEquipped = ["ffmpeg", "ffprobe", "vips", "vipsthumbnail", "pdfinfo", "bwrap"].allSatisfy {
        FileManager.default.isExecutableFile(atPath: "/usr/bin/\($0)")
    }

    private static let tools = Task {
        var settings = ProbeSettings(staging: NSTemporaryDirectory())
        settings.sandbox = .required
        return await MediaTools.detect(settings: settings, log: Logger(label: "tools"))
    }

    init(_ change: (inout ProbeSettings) -> Void = { _ in }) async throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "probe-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        var settings = ProbeSettings(staging: folder.path)
        // A machine that is busy with other tests must not make these fail.
        settings.time = .seconds(300)
        settings.processorSeconds = 120
        change(&settings)
        probe = Probe(settings: settings, tools: await Self.tools.value, log: Logger(label: "probe"))
    }

    deinit {
        try? FileManager.default.removeItem(at: folder)
    }

    func path(_ name: String) -> String { folder.appending(path: name).path }

    func ffmpeg(_ arguments: String...) throws {
        try run("/usr/bin/ffmpeg", ["-nostdin", "-v", "error", "-y"] + arguments)
    }

    func vips(_ arguments: String...) throws {
        try run("/usr/bin/vips", arguments)
    }

    /// A picture of a test pattern, without sound; frames of 1 second.
    func pattern(_ name: String, _ size: String = "320x180", seconds: Int = 2, _ arguments: [String]) throws {
        try run(
            "/usr/bin/ffmpeg",
            [
                "-nostdin", "-v", "error", "-y", "-f", "lavfi", "-i", "testsrc2=s=\(size):d=\(seconds):r=25",
            ] + arguments + [path(name)])
    }

    /// A tone.
    func tone(_ name: String, seconds: Int = 2, _ arguments: [String]) throws {
        try run(
            "/usr/bin/ffmpeg",
            ["-nostdin", "-v", "error", "-y", "-f", "lavfi", "-i", "sine=d=\(seconds)"] + arguments
                + [path(name)])
    }

    func run(_ program: String, _ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.standardInput = FileHandle.nullDevice
        let complaint = Pipe()
        process.standardError = complaint
        try process.run()
        let said = try complaint.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw WorkshopError(program: program, said: String(decoding: said, as: UTF8.self))
        }
    }

    func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: folder.appending(path: name)))
    }

    func facts(_ name: String, _ type: String) async throws -> MediaFacts {
        try await probe.facts(of: ProbeSource(bytes(name)), type: type, name: name)
    }
}

struct WorkshopError: Error {
    var program: String
    var said: String
}
