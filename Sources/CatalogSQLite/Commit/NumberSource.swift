import Objects
import Synchronization

/// Numbers for files, media objects and tasks; a transaction that fails leaves a gap.
final class NumberSource: Sendable {
    private let numbers = Mutex(TimedNumbers())

    func next(now: Int64) -> Int64 { numbers.withLock { $0.next(now: now) } }
}
