import ArgumentParser
import Foundation
import Server

/// Options that every command takes.
struct CommonOptions: ParsableArguments {
    @Option(help: "The data directory. COFFER_DATA is used when it is not given.")
    var data: String = ProcessInfo.processInfo.environment["COFFER_DATA"] ?? "./coffer-data"

    @Flag(help: "Print one JSON document and nothing else.")
    var json = false

    /// Runs a command where the store is, and prints what it answers.
    func run(_ command: some AdminCommand) async throws {
        try show(try await AdminChannel(dataPath: data).run(command))
    }

    /// Prints an answer in the form that was asked for; one that is not well exits 1.
    func show(_ answer: some AdminAnswer) throws {
        if json {
            var document = try AdminProtocol.encode(answer)
            document.append(UInt8(ascii: "\n"))
            try FileHandle.standardOutput.write(contentsOf: document)
        } else if !answer.text.isEmpty {
            print(answer.text)
        }
        if !answer.isOK { throw ExitCode(1) }
    }
}
