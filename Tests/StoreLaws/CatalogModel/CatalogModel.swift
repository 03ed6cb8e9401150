import Blobs
import Digests
package import Objects
import Synchronization

/// The catalog as dictionaries in memory: slow, and easy to see through. It is what other implementations are
/// compared with, and stands in for them where a test is about something else.
///
/// A transaction copies the state, changes the copy, counts all references anew and puts the copy in place.
package final class CatalogModel: Catalog {
    struct Guarded {
        var state = CatalogModelState()
        /// Epochs that are held, by a number for each hold.
        var held: [Int: Int64] = [:]
        var nextHold = 0
    }

    let guarded = Mutex(Guarded())
    private let now: @Sendable () -> Int64

    /// - Parameter now: milliseconds since 1970, the clock of grace periods.
    package init(now: @escaping @Sendable () -> Int64 = { 0 }) {
        self.now = now
    }

    func read<T>(_ body: (CatalogModelState) throws -> T) rethrows -> T {
        try guarded.withLock { try body($0.state) }
    }

    func write<T>(_ body: (inout CatalogModelState) throws -> T) throws -> T {
        try guarded.withLock { guarded in
            var copy = guarded.state
            copy.now = now()
            copy.oldestHeld = guarded.held.values.min() ?? copy.epoch
            let value = try body(&copy)
            copy.settle()
            guarded.state = copy
            return value
        }
    }

    package func close() async {}

    package func holdEpoch() -> EpochHold {
        let number = guarded.withLock { guarded in
            guarded.nextHold += 1
            guarded.held[guarded.nextHold] = guarded.state.epoch
            return guarded.nextHold
        }
        return EpochHold { [weak self] in self?.guarded.withLock { $0.held[number] = nil } }
    }
}
