import ArgumentParser
import Server

/// `coffer domain`.
struct DomainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "domain", abstract: "Say which host delivers which bucket.",
        subcommands: [Add.self, List.self, Delete.self])

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Deliver a bucket on a host.",
            discussion: """
                A domain lets anybody read the bucket's objects by URL; a private one asks for a key or a signed link.

                  coffer domain add cdn.example.com --bucket photos --public-url https://cdn.example.com
                """)
        @Argument(help: "The host, without port.") var host: String
        @Option(help: "The bucket's name.") var bucket: String
        @Flag(help: "Only with a key or a signed link.") var `private` = false
        @Option(help: "Scheme and authority in the URLs of files.") var publicUrl: String?
        @OptionGroup var common: CommonOptions

        func run() async throws {
            try await common.run(
                AddDomain(host: host, bucket: bucket, isPrivate: `private`, publicURL: publicUrl))
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List all domains.")
        @OptionGroup var common: CommonOptions

        func run() async throws { try await common.run(ListDomains()) }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Stop delivering on a host; nothing is deleted from the bucket.")
        @Argument var host: String
        @OptionGroup var common: CommonOptions

        func run() async throws { try await common.run(DeleteDomain(host: host)) }
    }
}
