import ArgumentParser
import Server

/// `coffer operations`.
struct OperationsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "operations",
        abstract: "List the operations of S3 and what this server answers to each.",
        discussion: """
            One line an operation: its name in AWS's model, a tab, and "served", "not configured" (AWS's own answer \
            for what was never set up), "not implemented" (501), or "as" another operation, of which it is an older name.
            """)

    func run() {
        for (operation, answer) in S3Operations.answers { print("\(operation)\t\(answer)") }
    }
}
