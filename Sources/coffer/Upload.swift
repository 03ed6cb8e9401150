import ArgumentParser
import Foundation
import Glibc

/// `coffer upload`.
struct Upload: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Upload a file in parallel chunks; run it again after a break and it goes on.",
        discussion: """
            URL is where the file will be served from, or a signed link to it.

              coffer upload talk.mp4 http://localhost:8080/talks/talk.mp4 --key SECRET
            """)

    @Argument(help: "The file.") var file: String
    @Argument(help: "The URL that it will have.") var url: String
    @Option(help: "The secret of a key; COFFER_KEY is used when it is not given. A signed link needs none.")
    var key: String?
    @Option(help: "Chunks sent at the same time.") var connections = 4
    @Option(help: "Bytes of a chunk.") var chunkSize = 16 << 20
    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard (1...64).contains(connections) else { throw ValidationError("--connections is 1 to 64") }
        guard (1...(1 << 30)).contains(chunkSize) else {
            throw ValidationError("--chunk-size is 1 to 1073741824 bytes")
        }
    }

    func run() async throws {
        let secret = key ?? ProcessInfo.processInfo.environment["COFFER_KEY"]
        let target = try UploadTarget(url, secret: secret)
        let source = try UploadSource(path: file)
        let progress = ProgressBar(total: source.length, isShown: !common.json && isatty(STDERR_FILENO) == 1)
        let upload = ParallelUpload(
            source: source, target: target, chunkSize: Int64(chunkSize), connections: connections,
            progress: progress)
        let answer = try await upload.run()
        progress.finish()
        if common.json {
            try FileHandle.standardOutput.write(contentsOf: answer + Data("\n".utf8))
        } else {
            print(target.plainURL)
        }
    }
}
