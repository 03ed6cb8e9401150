import Logging
import MediaProbe
import Objects
import ServiceLifecycle

/// Looks into the contents that wait for it, several at once, until the server stops.
///
/// The queue is in the catalog, so that a restart goes on where the last process left off.
struct MediaUpkeep: Service {
    /// Contents of one look at the queue.
    private static let page = 256
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
            await withTaskGroup(of: Void.self) { group in
                group.addTask { while await rests(Self.pause) { desk.ring() } }
                for await _ in desk.rings {
                    if Task.isCancelled { break }
                    await work()
                }
                group.cancelAll()
            }
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

    /// Until nothing is due.
    private func work() async {
        do {
            while !Task.isCancelled {
                let due = try await parts.library.dueFacts(now: parts.store.now, limit: Self.page)
                desk.note(waiting: due.count)
                if due.isEmpty { return }
                await withTaskGroup(of: Void.self) { group in
                    var rest = due[...]
                    for job in rest.prefix(width) { group.addTask { await look(job) } }
                    rest = rest.dropFirst(width)
                    while await group.next() != nil {
                        desk.note(waiting: rest.count)
                        guard !Task.isCancelled, let job = rest.popFirst() else { continue }
                        group.addTask { await look(job) }
                    }
                }
            }
        } catch is CancellationError {
            return
        } catch {
            metrics.noteFailure()
            logger.warning("the queue of files to look into failed", metadata: ["error": "\(error)"])
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
        }
    }
}
