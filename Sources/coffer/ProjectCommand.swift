import ArgumentParser
import Server

/// `coffer project`.
struct ProjectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "project", abstract: "Create, list, limit and delete projects.",
        subcommands: [Create.self, List.self, Set.self, Delete.self])

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Create a project with a bucket, a domain and a key.",
            discussion: "The secret is shown once:\n\n  coffer project create demo")

        @Argument(help: "Lower-case letters, digits and hyphens.") var name: String
        @Option(help: "What people see as the owner.") var displayName: String?
        @Option(help: "An address of the owner.") var email: String?
        @Option(help: "The account id, if it must be a given one.") var id: String?
        @Flag(help: "Make no bucket and no domain, only a key.") var noBucket = false
        @OptionGroup var common: CommonOptions

        func run() async throws {
            try await common.run(
                CreateProject(
                    project: name, displayName: displayName, email: email, id: id, makesBucket: !noBucket))
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List all projects.")
        @OptionGroup var common: CommonOptions

        func run() async throws { try await common.run(ListProjects()) }
    }

    struct Set: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Change what a project may keep.",
            discussion: """
                What is not given stays; 0 takes a limit away:

                  coffer project set demo --max-storage 1000000000 --max-file-size 50000000
                """)
        @Argument var name: String
        @Option(help: "What people see as the owner.") var displayName: String?
        @Option(help: "Largest file in bytes; a larger one is refused with 413.") var maxFileSize: Int64?
        @Option(help: "Bytes of all files together; more is refused with 402 (403 in S3).") var maxStorage:
            Int64?
        @Option(help: "Uploads in progress at once; one more is refused with 403.") var maxUploads: Int64?
        @OptionGroup var common: CommonOptions

        func run() async throws {
            try await common.run(
                SetProject(
                    project: name, displayName: displayName, maximumObjectSize: maxFileSize,
                    maximumStorage: maxStorage, maximumUploads: maxUploads))
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Delete a project that owns no bucket, and its keys.",
            discussion: "  coffer bucket delete demo && coffer project delete demo")
        @Argument var name: String
        @OptionGroup var common: CommonOptions

        func run() async throws { try await common.run(DeleteProject(project: name)) }
    }
}
