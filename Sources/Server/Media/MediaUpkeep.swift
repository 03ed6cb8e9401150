import Logging
import MediaProbe
import Objects
import ServiceLifecycle

/// Looks into the contents that wait for it, several at once, until the server stops.
///
/// The queue is in the catalog, so that a restart goes on where the last process left off. Each look that ends makes room
/// for the next content: a long film holds up nothing but its own place.
struct MediaUpkeep: Service {
    /// Contents of one look at the queue, beside those that are looked into.
    private static let page = 32
    private static let pause = Duration.seconds(1)

    let parts: Parts
    let desk: MediaDesk
    let width: Int
    let metrics: UpkeepMetrics
    let logger: Logger

    func run() async {
        sayWhatIsMissing()
        guard desk.canLook else {
            try? await gracefulShutdown()
            return
        }
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { while await rests(Self.pause) { desk.ring() } }
                for await _ in desk.rings {
                    if Task.isCancelled { break }
                    for job in await next() {
                        group.addTask {
                            await look(job)
                            desk.end(job)
                        }
                    }
                }
                group.cancelAll()
            }
        }
    }

    /// What is due and has a place.
    private func next() async -> [FactsJob] {
        do {
            return try await desk.begin(width: width) {
                try await parts.library.dueFacts(now: parts.store.now, limit: Self.page + width)
            }
        } catch {
            metrics.noteFailure()
            logger.warning("the queue of files to look into failed", metadata: ["error": "\(error)"])
            return []
        }
    }

    private func sayWhatIsMissing() {
        let tools = desk.probe.tools
        let packages = Set(tools.missing.map(\.package)).sorted()
        if case .none(let reason) = tools.sandbox {
            logger.warning(
                "files are stored but not looked into, for there is no sandbox",
                metadata: ["reason": "\(reason)", "package": "bubblewrap"])
        } else if !packages.isEmpty {
            logger.warning(
                "some files are stored but not looked into, for tools are missing",
                metadata: ["packages": "\(packages.joined(separator: " "))"])
        }
    }

    private func look(_ job: FactsJob) async {
        let outcome = await desk.outcome(of: job)
        if Task.isCancelled { return }
        do {
            try await parts.library.applyFacts(outcome, to: job)
        } catch {
            metrics.noteFailure()
            logger.warning("facts of a file were not kept", metadata: ["error": "\(error)"])
            // It is due still.
            _ = await rests(Self.pause)
        }
    }
}
