import ArgumentParser
import Server

/// `coffer webhook`.
struct WebhookCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "webhook", abstract: "Create, list and delete webhooks; see and resend what failed.",
        discussion: """
            Events of a bucket are sent to the webhooks that its notification configuration names by ARN. Deliveries are \
            signed as Standard Webhooks has it, repeated with growing pauses for a day, and then kept as dead.
            """,
        subcommands: [Create.self, List.self, Delete.self, Dead.self, Resend.self])

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Create a webhook; its secret is shown once.",
            discussion: "  coffer webhook create orders --project demo --url https://app.example/hooks/coffer"
        )
        @Argument(help: "The name, which ends its ARN.") var name: String
        @Option(help: "The project's name.") var project: String
        @Option(help: "Where events are POSTed.") var url: String
        @Option(help: "The secret, if it must be a given one: whsec_ and base64.") var secret: String?
        @OptionGroup var common: CommonOptions

        func run() async throws {
            try await common.run(
                CreateWebhook(project: project, webhook: name, url: url, secret: secret))
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the webhooks of a project, without secrets.")
        @Option(help: "The project's name.") var project: String
        @OptionGroup var common: CommonOptions

        func run() async throws { try await common.run(ListWebhooks(project: project)) }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Delete a webhook and the events that wait for it.")
        @Argument var name: String
        @Option(help: "The project's name.") var project: String
        @OptionGroup var common: CommonOptions

        func run() async throws {
            try await common.run(DeleteWebhook(project: project, webhook: name))
        }
    }

    struct Dead: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the events of a project that were given up.")
        @Option(help: "The project's name.") var project: String
        @OptionGroup var common: CommonOptions

        func run() async throws { try await common.run(ListDeadEvents(project: project)) }
    }

    struct Resend: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Send the events again that were given up for a webhook.")
        @Argument var name: String
        @Option(help: "The project's name.") var project: String
        @OptionGroup var common: CommonOptions

        func run() async throws {
            try await common.run(ResendEvents(project: project, webhook: name))
        }
    }
}
