import ArgumentParser
import Server

/// `coffer bucket`.
struct BucketCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bucket", abstract: "Create, list and delete buckets.",
        subcommands: [Create.self, List.self, Delete.self])

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Create a bucket.", discussion: "  coffer bucket create photos --project demo")
        @Argument var name: String
        @Option(help: "The project's name.") var project: String
        @OptionGroup var common: CommonOptions

        func run() async throws { try await common.run(CreateBucket(bucket: name, project: project)) }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List all buckets and their projects.")
        @OptionGroup var common: CommonOptions

        func run() async throws { try await common.run(ListBuckets()) }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Delete an empty bucket and its domains.")
        @Argument var name: String
        @OptionGroup var common: CommonOptions

        func run() async throws { try await common.run(DeleteBucket(bucket: name)) }
    }
}
