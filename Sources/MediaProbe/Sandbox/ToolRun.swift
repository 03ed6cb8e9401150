import Logging
import Subprocess
import SystemPackage

/// Runs one tool in its enclosure, with a file as its input and its answer in memory.
struct ToolRun: Sendable {
    let settings: ProbeSettings
    let tools: MediaTools
    let log: Logger

    /// Where a tool finds its input. Opening it gives a descriptor of its own, so that it can be sought in.
    static let input = "/proc/self/fd/0"
    private static let largestComplaint = 1 << 20

    /// What the tool wrote. Throws `unavailable` without the tool or a sandbox, `unreadable` when the tool fails,
    /// `tooMuch` when it had to be ended.
    func callAsFunction(
        _ tool: MediaTools.Tool, _ arguments: [String], input: StagedFile?,
        environment: [String: String] = [:]
    ) async throws(ProbeError) -> [UInt8] {
        guard let path = tools.paths[tool] else { throw .unavailable(tool.rawValue) }
        let isWalled = tools.sandbox == .bubblewrap
        if !isWalled, settings.sandbox == .required { throw .unavailable("bwrap") }
        return try await run(path, arguments, input: input, environment: environment, isWalled: isWalled)
    }

    func run(
        _ path: String, _ arguments: [String], input: StagedFile?, environment: [String: String] = [:],
        isWalled: Bool
    ) async throws(ProbeError) -> [UInt8] {
        let enclosure = Enclosure(settings: settings, isWalled: isWalled)
        let environment = Enclosure.environment.merging(environment) { _, new in new }
        let line = enclosure.arguments(for: path, arguments, environment: environment)
        let outcome = await withTaskGroup(of: Outcome.self) { group in
            group.addTask { [settings] in
                await Self.start(line, environment, input: input, limit: settings.output)
            }
            group.addTask { [settings] in
                try? await Task.sleep(for: settings.time)
                return .ended
            }
            // The first answer counts; the other task is cancelled, which ends the tool.
            let first = await group.next() ?? .ended
            group.cancelAll()
            return first
        }
        // The tool reads the file until here, whatever became of it.
        withExtendedLifetime(input) {}
        return try bytes(of: outcome, tool: path)
    }

    private enum Outcome: Sendable {
        case exited(TerminationStatus, output: [UInt8], complaint: String)
        case ended
        case overflowed
        case failed(String)
    }

    private static func start(
        _ line: [String], _ environment: [String: String], input: StagedFile?, limit: Int
    ) async -> Outcome {
        var options = PlatformOptions()
        options.createSession = true
        let environment = Environment.custom(
            Dictionary(uniqueKeysWithValues: environment.map { (Environment.Key(stringLiteral: $0), $1) }))
        do {
            let configuration = Configuration(
                executable: .path(FilePath(Enclosure.limiter)), arguments: Arguments(line),
                environment: environment, workingDirectory: "/", platformOptions: options)
            if let input {
                let result = try await Subprocess.run(
                    configuration,
                    input: .fileDescriptor(input.readOnly, closeAfterSpawningProcess: false),
                    output: .bytes(limit: limit), error: .string(limit: largestComplaint))
                return .exited(
                    result.terminationStatus, output: result.standardOutput,
                    complaint: result.standardError)
            }
            let result = try await Subprocess.run(
                configuration, input: .none, output: .bytes(limit: limit),
                error: .string(limit: largestComplaint))
            return .exited(
                result.terminationStatus, output: result.standardOutput, complaint: result.standardError)
        } catch let error as SubprocessError where error.code == .outputLimitExceeded {
            return .overflowed
        } catch {
            return .failed("\(error)")
        }
    }

    private func bytes(of outcome: Outcome, tool: String) throws(ProbeError) -> [UInt8] {
        switch outcome {
        case .exited(.exited(0), let output, let complaint):
            if !complaint.isEmpty { log.debug("\(tool): \(Self.firstLine(of: complaint))") }
            return output
        case .exited(.exited(let code), _, let complaint):
            // Bubblewrap tells of a signal as a shell does.
            if code > 128 { throw .tooMuch("signal \(code - 128)") }
            throw .unreadable(Self.firstLine(of: complaint))
        case .exited(.signaled(let signal), _, _):
            throw .tooMuch("signal \(signal)")
        case .ended:
            if Task.isCancelled { throw .cancelled }
            throw .tooMuch("time")
        case .overflowed:
            throw .tooMuch("output")
        case .failed(let reason):
            if Task.isCancelled { throw .cancelled }
            throw .unavailable(reason)
        }
    }

    /// For the log and the error: what a tool says of a hostile file is not to be believed in length.
    private static func firstLine(of complaint: String) -> String {
        let line = complaint.split(whereSeparator: \.isNewline).first ?? "no reason given"
        return String(
            line.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F }.prefix(200).map(
                Character.init))
    }
}
