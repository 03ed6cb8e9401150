import ArgumentParser
import Server

/// `coffer kms`.
struct KMSCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kms", abstract: "Create, list, rotate, disable and enable encryption keys.",
        discussion: """
            Objects that S3 clients store with `aws:kms` are encrypted under one of these keys. A key never leaves the \
            data directory, where it is sealed under master.key: keep a copy of that file.
            """,
        subcommands: [Create.self, List.self, Rotate.self, Disable.self, Enable.self])

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Create a key.", discussion: "  coffer kms create invoices")
        @Argument(help: "The name, which clients give as the key's id.") var name: String
        @OptionGroup var common: CommonOptions

        func run() async throws { try await common.run(ChangeEncryptionKey(key: name, change: .create)) }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the keys; their bytes are never shown.")
        @OptionGroup var common: CommonOptions

        func run() async throws { try await common.run(ListEncryptionKeys()) }
    }

    struct Rotate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Encrypt new objects under a new version; old ones stay readable under theirs.")
        @Argument var name: String
        @OptionGroup var common: CommonOptions

        func run() async throws { try await common.run(ChangeEncryptionKey(key: name, change: .rotate)) }
    }

    struct Disable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Refuse every read and write of what the key protects, until it is enabled again.")
        @Argument var name: String
        @OptionGroup var common: CommonOptions

        func run() async throws { try await common.run(ChangeEncryptionKey(key: name, change: .disable)) }
    }

    struct Enable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Let a disabled key work again.")
        @Argument var name: String
        @OptionGroup var common: CommonOptions

        func run() async throws { try await common.run(ChangeEncryptionKey(key: name, change: .enable)) }
    }
}
