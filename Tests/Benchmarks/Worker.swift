import Glibc
import Synchronization

/// One thread of the system and what it threw.
final class Worker: Sendable {
    private final class Job: Sendable {
        let body: @Sendable () throws -> Void
        let failure = Mutex<(any Error)?>(nil)

        init(_ body: @escaping @Sendable () throws -> Void) {
            self.body = body
        }
    }

    private let job: Job
    private let thread: pthread_t

    init(_ body: @escaping @Sendable () throws -> Void) {
        let job = Job(body)
        self.job = job
        var thread = pthread_t()
        let made = pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                let job = Unmanaged<Job>.fromOpaque(context).takeRetainedValue()
                do { try job.body() } catch { job.failure.withLock { $0 = error } }
                return nil
            }, Unmanaged.passRetained(job).toOpaque())
        precondition(made == 0, "the system gives no more threads")
        self.thread = thread
    }

    /// Waits for the thread's end; throws what it threw.
    func join() throws {
        pthread_join(thread, nil)
        if let error = job.failure.withLock({ $0 }) { throw error }
    }
}
