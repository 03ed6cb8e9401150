import ArgumentParser
import Server

/// `coffer sign`.
struct Sign: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make a link that works without a key.",
        discussion: """
            A put link uploads (whole or in ranges), a get link reads; neither can do the other's work.

              coffer sign http://localhost:8080/inbox/talk.mp4 --method put --expires-in 3600
            """)
    @Argument(help: "The file's URL.") var url: String
    @Option(help: "get or put.") var method = "get"
    @Option(help: "Seconds.") var expiresIn = 3600
    @Option(help: "The id of the key to sign with; by default a full key of the project.") var key: String?
    @OptionGroup var common: CommonOptions

    func run() async throws {
        try await common.run(SignURL(url: url, method: method, expiresIn: expiresIn, key: key))
    }
}

/// `coffer check`.
struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Verify every invariant of the store; exit 1 when something is wrong.",
        discussion:
            "--deep reads every stored byte. What is lost is reported by object.\n\n  coffer check --deep")
    @Flag(help: "Read every byte and compare its digest.") var deep = false
    @Flag(help: "Also set wrong counts right.") var recount = false
    @OptionGroup var common: CommonOptions

    func run() async throws { try await common.run(CheckStore(deep: deep, recount: recount)) }
}

/// `coffer sweep`.
struct Sweep: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Free the bytes that nothing refers to.",
        discussion: "The server does so by itself; this does it now.\n\n  coffer sweep --grace 0")
    @Option(help: "Seconds that bytes stay after nothing refers to them.") var grace: Int?
    @OptionGroup var common: CommonOptions

    func run() async throws { try await common.run(SweepStore(grace: grace)) }
}

/// `coffer stats`.
struct Stats: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show totals: objects, logical bytes, bytes on disk, blobs, open uploads.")
    @OptionGroup var common: CommonOptions

    func run() async throws { try await common.run(ShowStatistics()) }
}
