import ArgumentParser
import Server

/// `coffer key`.
struct KeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key", abstract: "Create, list, pause, resume and delete access keys.",
        discussion:
            "One key opens every door: its secret is the bearer token, the S3 secret and the key of signed URLs.",
        subcommands: [Create.self, List.self, Pause.self, Resume.self, Delete.self])

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Create a key; its secret is shown once.",
            discussion: "  coffer key create --project demo --role upload")
        @Option(help: "The project's name.") var project: String
        @Option(help: "full; read: GET, HEAD and lists; upload: new files only.") var role = "full"
        @Option(help: "The key's id, if it must be a given one.") var id: String?
        @Option(help: "The secret, if it must be a given one.") var secret: String?
        @OptionGroup var common: CommonOptions

        func run() async throws {
            try await common.run(CreateKey(project: project, role: role, id: id, secret: secret))
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the keys of a project, without secrets.")
        @Option(help: "The project's name.") var project: String
        @OptionGroup var common: CommonOptions

        func run() async throws { try await common.run(ListKeys(project: project)) }
    }

    struct Pause: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Pause a key: everything it opens is shut within a second, its links too.",
            discussion: "  coffer key pause CFABCDEFGHIJKLMNOPQR")
        @Argument var id: String
        @OptionGroup var common: CommonOptions

        func run() async throws { try await common.run(ChangeKey(id: id, change: .pause)) }
    }

    struct Resume: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Let a paused key work again.")
        @Argument var id: String
        @OptionGroup var common: CommonOptions

        func run() async throws { try await common.run(ChangeKey(id: id, change: .resume)) }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Delete a key for ever.")
        @Argument var id: String
        @OptionGroup var common: CommonOptions

        func run() async throws { try await common.run(ChangeKey(id: id, change: .delete)) }
    }
}
