import ArgumentParser
import Foundation
import Server

/// `coffer serve`.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the server.",
        discussion: """
            Prints one line of JSON when it is ready; logs go to standard error. SIGTERM stops it gracefully.

              coffer serve --data /srv/coffer --delivery 0.0.0.0:8080

            Every setting is a flag or a COFFER_ variable or a key of the file; flags win over variables over the
            file. `coffer serve --settings` lists them.
            """)

    @OptionGroup var common: CommonOptions
    @Option(help: "A YAML file of settings.") var config: String?
    @Option(help: "Delivery listener, host:port; port 0 picks one.") var delivery: String?
    @Option(help: "S3 listener.") var s3: String?
    @Option(help: "Library API listener.") var api: String?
    @Option(help: "Health and metrics listener.") var admin: String?
    @Option(help: "Names of the doors: s3.NAME, api.NAME.") var baseDomain: String?
    @Option(help: "Free delivery hosts: PROJECT.NAME.") var contentDomain: String?
    @Option(help: "Any setting as name=value; may be repeated.") var set: [String] = []
    @Flag(help: "Check the configuration and stop.") var checkConfig = false
    @Flag(help: "Print all settings as a Markdown table and stop.") var settings = false

    func run() async throws {
        if settings { return try common.show(SettingsTable()) }
        let environment = ProcessInfo.processInfo.environment
        let loaded: ServerConfiguration
        do {
            loaded = try await ServerConfiguration.load(
                flags: try flags(), environment: environment, file: config ?? environment["COFFER_CONFIG"])
        } catch let error as ConfigurationError {
            throw AdminError(error.description)
        }
        if checkConfig { return try common.show(Done(done: "the configuration is right")) }
        try await CofferServer(configuration: loaded, dataPath: common.data).run { ready in
            guard var line = try? AdminProtocol.encode(ready) else { return }
            line.append(UInt8(ascii: "\n"))
            // Nobody has to read it.
            try? FileHandle.standardOutput.write(contentsOf: line)
        }
    }

    private func flags() throws -> [String: String] {
        var flags: [String: String] = [:]
        for pair in set {
            guard let equals = pair.firstIndex(of: "=") else {
                throw ValidationError("--set needs name=value")
            }
            flags[String(pair[..<equals])] = String(pair[pair.index(after: equals)...])
        }
        let named = [
            "delivery": delivery, "s3": s3, "api": api, "admin": admin, "base-domain": baseDomain,
            "content-domain": contentDomain,
        ]
        return flags.merging(named.compactMapValues { $0 }) { $1 }
    }
}
