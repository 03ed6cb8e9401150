import Dispatch
import GRDB
import Logging
import Objects
import Synchronization

/// Reads of the database: a fixed number at a time, each one synchronous job on a thread that may block.
final class ReadLane: Sendable {
    private struct State {
        var queue: [@Sendable () -> Void] = []
        /// Where the queue begins; what is before was taken.
        var head = 0
        var running = 0
    }

    private let pool: DatabasePool
    private let limit: Int
    private let maximumQueued: Int
    private let logger: Logger
    private let threads = DispatchQueue(
        label: "coffer.catalog.readers", qos: .userInitiated, attributes: .concurrent)
    private let state = Mutex(State())

    init(pool: DatabasePool, settings: CatalogSettings, logger: Logger) {
        self.pool = pool
        self.limit = settings.readers
        self.maximumQueued = settings.maximumQueuedReads
        self.logger = logger
    }

    /// One statement, which is its own snapshot.
    func one<T: Sendable>(_ body: @escaping @Sendable (Database) throws -> T) async throws -> T {
        try await run { [pool] in try pool.unsafeRead { try body($0) } }
    }

    /// Several statements on one snapshot, as short as a page.
    func page<T: Sendable>(_ body: @escaping @Sendable (Database) throws -> T) async throws -> T {
        try await run { [pool] in try pool.read { try body($0) } }
    }

    /// One statement on the calling thread, which may block.
    func blocking<T>(_ body: (Database) throws -> T) throws -> T {
        do {
            return try pool.unsafeRead { try body($0) }
        } catch {
            throw translate(error)
        }
    }

    private func run<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<T, any Error>) in
            let job: @Sendable () -> Void = {
                let result: Result<T, any Error>
                do {
                    result = .success(try body())
                } catch {
                    result = .failure(self.translate(error))
                }
                continuation.resume(with: result)
            }
            if !enqueue(job) { continuation.resume(throwing: StoreError.overloaded) }
        }
    }

    private func enqueue(_ job: @escaping @Sendable () -> Void) -> Bool {
        state.withLock { state in
            if state.running < limit {
                state.running += 1
                threads.async { self.work(job) }
                return true
            }
            guard state.queue.count - state.head < maximumQueued else { return false }
            state.queue.append(job)
            return true
        }
    }

    private func work(_ first: @escaping @Sendable () -> Void) {
        var job = first
        while true {
            job()
            let next: (@Sendable () -> Void)? = state.withLock { state in
                guard state.head < state.queue.count else {
                    state.queue.removeAll(keepingCapacity: true)
                    state.head = 0
                    state.running -= 1
                    return nil
                }
                defer {
                    state.head += 1
                    if state.head >= maximumQueued {
                        state.queue.removeFirst(state.head)
                        state.head = 0
                    }
                }
                return state.queue[state.head]
            }
            guard let next else { return }
            job = next
        }
    }

    private func translate(_ error: any Error) -> StoreError {
        if let error = error as? StoreError { return error }
        let failure = DatabaseFailure(error)
        logger.error("a read of the catalog failed", metadata: ["error": "\(failure.message)"])
        return failure.storeError
    }
}
