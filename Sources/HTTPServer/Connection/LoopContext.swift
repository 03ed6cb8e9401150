import NIOCore
import Synchronization

/// What the connections of one event loop share: the executor of their tasks, and the date of the second.
final class LoopContext: TaskExecutor {
    let eventLoop: any EventLoop
    private let date = Mutex<(second: Int64, text: String)>((-1, ""))

    init(_ eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        eventLoop.execute {
            job.runSynchronously(on: self.asUnownedTaskExecutor())
        }
    }

    /// The date as the `Date` field wants it, made once a second.
    func date(atSecond second: Int64) -> String {
        date.withLock { date in
            if date.second != second { date = (second, HTTPDate.format(second)) }
            return date.text
        }
    }
}
