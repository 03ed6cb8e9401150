import LibraryAPI
import Logging
import Objects
import ServiceLifecycle
import Synchronization

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
    private let underWay = UnderWay()
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
            await withDiscardingTaskGroup { group in
                group.addTask { while await rests(Self.pause) { bell.yield() } }
                bell.yield()
                for await _ in rings {
                    if Task.isCancelled { break }
                    for task in await due() {
                        group.addTask {
                            await fetch(task)
                            underWay.remove(task.id)
                            bell.yield()
                        }
                    }
                }
                group.cancelAll()
            }
        }
    }

    /// The oldest tasks that nobody does yet, as many as there is room for; they count as under way from now on. A
    /// long one keeps its own place only.
    private func due() async -> [LibraryTask] {
        guard underWay.count < Self.width else { return [] }
        do {
            return underWay.add(try await parts.library.openTasks(limit: Self.page), upTo: Self.width)
        } catch {
            logger.warning("the tasks cannot be read", metadata: ["error": "\(error)"])
            return []
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

/// The tasks that are being done.
final class UnderWay: Sendable {
    private let projects = Mutex<[TaskID: ProjectID]>([:])

    var count: Int { projects.withLock(\.count) }

    /// Gives those of the tasks that were not under way, while there are fewer than `width`. The last place is for a
    /// project that has none, so that nobody's long tasks hold up all others.
    func add(_ tasks: [LibraryTask], upTo width: Int) -> [LibraryTask] {
        projects.withLock { projects in
            tasks.filter { task in
                guard projects[task.id] == nil, projects.count < width else { return false }
                if projects.count == width - 1, projects.values.contains(task.project) { return false }
                projects[task.id] = task.project
                return true
            }
        }
    }

    func remove(_ id: TaskID) { projects.withLock { $0[id] = nil } }
}
