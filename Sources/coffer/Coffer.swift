import ArgumentParser
import Foundation
import Server

/// The command line.
@main
struct Coffer: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "coffer",
        abstract: "A self-hosted store: PUT a file to the URL you want it served from.",
        discussion: """
            Start a server, make a project, upload:

              coffer serve &
              coffer project create demo
              curl -T cat.jpg -H "Authorization: Bearer SECRET" http://localhost:8080/pets/cat.jpg

            Commands speak to the server that holds the data directory, or work on it alone when none runs.
            """,
        version: Version.text,
        subcommands: [
            Serve.self, ProjectCommand.self, KeyCommand.self, KMSCommand.self, WebhookCommand.self,
            OperationsCommand.self,
            BucketCommand.self,
            DomainCommand.self,
            Sign.self,
            Upload.self, Check.self, Sweep.self, Stats.self,
        ])

    /// Exit codes are a contract: 0 done, 1 refused or failed, 2 wrong usage.
    static func main() async {
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            let code = exitCode(for: error)
            if code == .success || error is ExitCode { exit(withError: error) }
            FileHandle.standardError.write(Data((fullMessage(for: error) + "\n").utf8))
            Foundation.exit(code == .validationFailure ? 2 : 1)
        }
    }
}
