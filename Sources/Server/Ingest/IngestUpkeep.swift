import LibraryAPI
import Logging
import Objects
import ServiceLifecycle

/// Does the tasks that fetch files, several at once, until the server stops.
///
/// They are in the catalog: what a crash broke off is begun again by the next process.
struct IngestUpkeep: Service {
    /// Tasks under way at once.
    private static let width = 4
    /// Tasks of one look at the queue.
    private static let page = 64
    /// Times that a task is begun: one that stops the process each time must not do so for ever.
    private static let maximumAttempts = 5
    private static let pause = Duration.seconds(5)

    let parts: Parts
    let fetcher: any IngestFetcher
    let logger: Logger
    private let rings: AsyncStream<Void>
    private let bell: AsyncStream<Void>.Continuation

    init(parts: Parts, fetcher: any IngestFetcher, logger: Logger) {
        self.parts = parts
        self.fetcher = fetcher
        self.logger = logger
        (rings, bell) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// A task was made.
    func ring() { bell.yield() }

    func run() async {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { while await rests(Self.pause) { bell.yield() } }
                bell.yield()
                for await _ in rings {
                    if Task.isCancelled { break }
                    await work()
                }
                group.cancelAll()
            }
        }
    }

    private func work() async {
        do {
            while !Task.isCancelled {
                let open = try await parts.library.openTasks(limit: Self.page)
                if open.isEmpty { return }
                await withTaskGroup(of: Void.self) { group in
                    var rest = open[...]
                    for task in rest.prefix(Self.width) { group.addTask { await fetch(task) } }
                    rest = rest.dropFirst(Self.width)
                    while await group.next() != nil {
                        guard !Task.isCancelled, let task = rest.popFirst() else { continue }
                        group.addTask { await fetch(task) }
                    }
                }
            }
        } catch {
            logger.warning("the tasks cannot be read", metadata: ["error": "\(error)"])
        }
    }

    private func fetch(_ task: LibraryTask) async {
        guard task.attempts < Self.maximumAttempts else {
            var failed = task
            failed.status = .failed
            failed.error = "The server stopped each time that it tried."
            try? await parts.library.changeTask(failed)
            return
        }
        await Ingest(store: parts.store, library: parts.library, keys: parts.keys, fetcher: fetcher).run(task)
    }
}
