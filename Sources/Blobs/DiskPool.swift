internal import NIOPosix
internal import Synchronization

/// Threads for work that blocks on the disk or takes long, so that event loops and the cooperative pool do not.
///
/// Jobs begin in the order they came. A job that was accepted runs to its end even if the task that
/// waits for it is cancelled: half a step on a disk helps nobody. Callers look at `Task.isCancelled`
/// between jobs.
package final class DiskPool: Sendable {
    /// As many jobs wait as may wait.
    package struct Full: Error {}
    /// The pool was shut down.
    package struct Stopped: Error {}

    private let pool: NIOThreadPool
    private let present = Atomic(0)
    private let limit: Int

    /// - Parameter maxQueued: jobs that may wait for a thread.
    package init(threads: Int, maxQueued: Int) {
        precondition(threads > 0 && maxQueued >= 0, "A pool has threads")
        pool = NIOThreadPool(numberOfThreads: threads)
        limit = threads + maxQueued
        pool.start()
    }

    /// Runs `job` on a thread of the pool and returns to the caller's executor with what it gave.
    ///
    /// Throws `Full`, `Stopped` or what the job throws.
    package func run<T: Sendable>(_ job: @Sendable @escaping () throws -> T) async throws -> T {
        guard present.wrappingAdd(1, ordering: .relaxed).newValue <= limit else {
            present.wrappingSubtract(1, ordering: .relaxed)
            throw Full()
        }
        return try await submit(job)
    }

    /// The same for what ends a piece of work that was accepted before (its clean-up, its last step): it is
    /// never refused for being one too many.
    package func runLast<T: Sendable>(_ job: @Sendable @escaping () throws -> T) async throws -> T {
        present.wrappingAdd(1, ordering: .relaxed)
        return try await submit(job)
    }

    /// Jobs that run or wait now.
    package var load: Int { present.load(ordering: .relaxed) }

    /// Refuses further jobs and waits for those that run; those that wait throw `Stopped`.
    package func shutdown() async throws {
        try await pool.shutdownGracefully()
    }

    private func submit<T: Sendable>(_ job: @Sendable @escaping () throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            pool.submit { state in
                let result: Result<T, any Error> =
                    switch state {
                    case .active: Result { try job() }
                    case .cancelled: .failure(Stopped())
                    }
                // Before the caller goes on, so that it finds the place it has left.
                self.present.wrappingSubtract(1, ordering: .relaxed)
                continuation.resume(with: result)
            }
        }
    }
}
