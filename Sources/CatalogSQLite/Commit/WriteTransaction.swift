import GRDB
import Objects

/// What a change works with: the open transaction, the stamp of its time, and the list of what the caches must
/// learn once it is committed. Lives on the writer only.
final class WriteTransaction {
    let db: Database
    /// The epoch that counts which fall to zero are stamped with.
    let epoch: Int64
    /// Milliseconds since 1970.
    let now: Int64
    let clock: EpochClock
    let listeners: Listeners
    private let numbers: NumberSource
    private(set) var changes: [CatalogCache.Change] = []
    /// What runs on the writer after the commit and before the answers, in order.
    private(set) var afterCommit: [() -> Void] = []
    private var sequence: Lease

    init(
        db: Database, epoch: Int64, now: Int64, clock: EpochClock, listeners: Listeners,
        numbers: NumberSource, sequence: Lease
    ) {
        self.db = db
        self.epoch = epoch
        self.now = now
        self.clock = clock
        self.listeners = listeners
        self.numbers = numbers
        self.sequence = sequence
    }

    func nextNumber() -> Int64 { numbers.next(now: now) }

    func nextSequence() -> Int64 { sequence.take() }

    /// What is left of the lease of sequences.
    var sequenceLease: Lease { sequence }

    func changes(_ change: CatalogCache.Change) { changes.append(change) }

    func afterCommit(_ action: @escaping () -> Void) { afterCommit.append(action) }

    /// How far a request has come; `rewind` forgets what came later.
    struct Mark {
        fileprivate var changes: Int
        fileprivate var actions: Int
    }

    var mark: Mark { Mark(changes: changes.count, actions: afterCommit.count) }

    func rewind(to mark: Mark) {
        changes.removeLast(changes.count - mark.changes)
        afterCommit.removeLast(afterCommit.count - mark.actions)
    }

    /// Runs `body` so that an error undoes what it did, and nothing else.
    func savepoint<T>(_ body: () throws -> T) throws -> T {
        let mark = self.mark
        try db.run("SAVEPOINT request")
        do {
            let value = try body()
            try db.run("RELEASE request")
            return value
        } catch {
            rewind(to: mark)
            // After some errors of the disk SQLite has rolled back the whole transaction by itself.
            guard db.isInsideTransaction else { throw TransactionLost(cause: error) }
            try db.run("ROLLBACK TO request")
            try db.run("RELEASE request")
            throw error
        }
    }
}

/// The transaction of a group was rolled back under it: all of its requests have failed.
struct TransactionLost: Error {
    let cause: any Error
}
