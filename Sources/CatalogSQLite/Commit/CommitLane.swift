import Dispatch
import GRDB
import Logging
import Objects
import Synchronization

/// Group commit: one writer takes every change that is queued, makes them in one transaction with one sync, and
/// answers them together. A change that fails is undone alone.
final class CommitLane: Sendable {
    private struct State {
        var queue: [PendingChange] = []
        /// What runs on the writer's connection before the next group.
        var interludes: [@Sendable (Database) -> Void] = []
        var isRunning = false
        var isClosed = false
        /// Why nothing can be written any more.
        var failure: String?
        var waitingForClose: [@Sendable () -> Void] = []
    }

    private let settings: CatalogSettings
    private let pool: DatabasePool
    private let cache: CatalogCache
    private let clock: EpochClock
    private let now: @Sendable () -> Int64
    private let logger: Logger
    private let onFatal: @Sendable (String) -> Void
    private let checkpointer: Checkpointer
    private let listeners: Listeners
    private let numbers = NumberSource()
    private let thread = DispatchQueue(label: "coffer.catalog.writer", qos: .userInitiated)
    private let state = Mutex(State())
    /// Sequences that no commit has; used on `thread` only.
    private let sequence: Mutex<Lease>

    /// Sequences that the largest group may need: one for each change, a thousand for a list of deletions.
    private static let sequenceReserve: Int64 = 300_000

    init(
        pool: DatabasePool, settings: CatalogSettings, cache: CatalogCache, clock: EpochClock,
        sequence: Lease, listeners: Listeners,
        checkpointer: Checkpointer, now: @escaping @Sendable () -> Int64, logger: Logger,
        onFatal: @escaping @Sendable (String) -> Void
    ) {
        self.pool = pool
        self.settings = settings
        self.cache = cache
        self.clock = clock
        self.sequence = Mutex(sequence)
        self.listeners = listeners
        self.now = now
        self.logger = logger
        self.onFatal = onFatal
        self.checkpointer = checkpointer
    }

    /// Makes a change and waits until it is durable. Not cancellable: a change that is queued is made.
    ///
    /// Throws `overloaded` when too much waits, `internalFault` when the catalog has failed or is closed.
    func submit<T: Sendable>(
        rows: Int, _ change: @escaping @Sendable (WriteTransaction) throws -> T
    ) async throws -> T {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<T, any Error>) in
            enqueue(PendingChange(rows: rows, change: change) { continuation.resume(with: $0) })
        }
    }

    /// The same for a thread that may block.
    func submitAndWait<T: Sendable>(
        _ change: @escaping @Sendable (WriteTransaction) throws -> T
    ) throws -> T {
        let done = DispatchSemaphore(value: 0)
        let result = Mutex<Result<T, StoreError>?>(nil)
        enqueue(
            PendingChange(rows: 1, change: change) { outcome in
                result.withLock { $0 = outcome }
                done.signal()
            })
        done.wait()
        guard let outcome = result.withLock({ $0 }) else {
            throw StoreError.internalFault("a change has no outcome")
        }
        return try outcome.get()
    }

    private func enqueue(_ change: PendingChange) {
        let refusal: StoreError? = state.withLock { state in
            if let failure = state.failure { return .internalFault(failure) }
            if state.isClosed { return .internalFault("the catalog is closed") }
            guard state.queue.count < settings.maximumQueuedWrites else { return .overloaded }
            state.queue.append(change)
            start(&state)
            return nil
        }
        if let refusal { change.finish(refusal) }
    }

    /// Changes that wait for their group.
    var queued: Int { state.withLock { $0.queue.count } }

    /// Waits for what is queued; later changes are refused.
    func close() async {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            let isIdle = state.withLock { state in
                state.isClosed = true
                if !state.isRunning { return true }
                state.waitingForClose.append { continuation.resume() }
                return false
            }
            if isIdle { continuation.resume() }
        }
    }

    /// Runs something on the writer's connection between two groups.
    func betweenGroups(_ body: @escaping @Sendable (Database) -> Void) {
        state.withLock { state in
            if state.isClosed { return }
            state.interludes.append(body)
            start(&state)
        }
    }

    private func start(_ state: inout State) {
        if state.isRunning { return }
        state.isRunning = true
        thread.async { self.drain() }
    }

    private enum Work {
        case interludes([@Sendable (Database) -> Void])
        case group([PendingChange])
        case nothing(waiting: [@Sendable () -> Void])
    }

    private func drain() {
        while true {
            switch nextWork() {
            case .interludes(let bodies):
                pool.writeWithoutTransaction { db in
                    for body in bodies { body(db) }
                }
            case .group(let group):
                let outcomes = commit(group)
                for (change, error) in zip(group, outcomes) { change.finish(error) }
            case .nothing(let waiting):
                for resume in waiting { resume() }
                return
            }
        }
    }

    private func nextWork() -> Work {
        state.withLock { state in
            if !state.interludes.isEmpty {
                defer { state.interludes = [] }
                return .interludes(state.interludes)
            }
            if state.queue.isEmpty {
                state.isRunning = false
                defer { state.waitingForClose = [] }
                return .nothing(waiting: state.waitingForClose)
            }
            var rows = 0
            var count = 0
            while count < min(state.queue.count, settings.maximumGroup) {
                rows += state.queue[count].rows
                if count > 0, rows > settings.maximumGroupRows { break }
                count += 1
            }
            defer { state.queue.removeFirst(count) }
            return .group(Array(state.queue.prefix(count)))
        }
    }

    /// One transaction; gives each change's outcome.
    private func commit(_ group: [PendingChange]) -> [StoreError?] {
        if let failure = state.withLock({ $0.failure }) {
            return group.map { _ in .internalFault(failure) }
        }
        do {
            return try pool.writeWithoutTransaction { db in
                do {
                    return try transact(group, db, inSavepoints: false)
                } catch is NeedsSavepoints {
                    return try transact(group, db, inSavepoints: true)
                }
            }
        } catch {
            let failure = translate(error)
            return group.map { _ in failure }
        }
    }

    /// - Parameter inSavepoints: whether each change can be undone alone. Most changes are made, or refused before
    ///   they write; so a group is tried without first, for a savepoint keeps a copy of every page it changes.
    private func transact(
        _ group: [PendingChange], _ db: Database, inSavepoints: Bool
    ) throws -> [StoreError?] {
        try db.run("BEGIN IMMEDIATE")
        var announced: UInt64?
        do {
            let lease = try renewedLease(db)
            let transaction = WriteTransaction(
                db: db, epoch: clock.epoch, now: now(), clock: clock, listeners: listeners,
                numbers: numbers, sequence: lease)
            let outcomes = try group.map {
                inSavepoints
                    ? try outcome(of: $0, in: transaction) : try outcome(ofUnguarded: $0, in: transaction)
            }
            let number = cache.begin(transaction.changes)
            announced = number
            try db.run("COMMIT")
            // Not earlier: a lease that was renewed in a transaction that fails was never had.
            sequence.withLock { $0 = transaction.sequenceLease }
            cache.finish(transaction.changes, commit: number)
            for action in transaction.afterCommit { action() }
            checkpointer.committed(rows: group.reduce(0) { $0 + $1.rows }, writer: self)
            return outcomes
        } catch {
            if let announced { cache.abandon(commit: announced) }
            if db.isInsideTransaction { try? db.run("ROLLBACK") }
            throw error
        }
    }

    /// Throws `NeedsSavepoints` when a change fails after it has written.
    private func outcome(
        ofUnguarded change: PendingChange, in transaction: WriteTransaction
    ) throws -> StoreError? {
        let mark = transaction.mark
        let written = transaction.db.totalChangesCount
        do {
            try change.apply(in: transaction)
            return nil
        } catch {
            guard transaction.db.isInsideTransaction else { throw error }
            guard transaction.db.totalChangesCount == written else { throw NeedsSavepoints() }
            transaction.rewind(to: mark)
            return translate(error)
        }
    }

    private func outcome(of change: PendingChange, in transaction: WriteTransaction) throws -> StoreError? {
        do {
            try transaction.savepoint { try change.apply(in: transaction) }
            return nil
        } catch let lost as TransactionLost {
            throw lost.cause
        } catch {
            return translate(error)
        }
    }

    /// A change of the group has to be undone, the others not.
    private struct NeedsSavepoints: Error {}

    /// Sees to it that the group cannot run out of sequences; a renewal becomes durable with the group.
    private func renewedLease(_ db: Database) throws -> Lease {
        let lease = sequence.withLock { $0 }
        guard lease.left < Self.sequenceReserve else { return lease }
        return Lease(try CounterRows.lease("sequence", db))
    }

    private func translate(_ error: any Error) -> StoreError {
        if let error = error as? StoreError { return error }
        let failure = DatabaseFailure(error)
        if failure.isFatal { fail(failure.message) }
        if failure.storeError == .outOfSpace {
            checkpointer.makeRoom()
        } else {
            logger.error("a change of the catalog failed", metadata: ["error": "\(failure.message)"])
        }
        return failure.storeError
    }

    /// Nothing is written any more: what the disk has is unknown.
    private func fail(_ message: String) {
        let isFirst = state.withLock { state in
            defer { state.failure = state.failure ?? message }
            return state.failure == nil
        }
        guard isFirst else { return }
        logger.critical("the catalog has failed", metadata: ["error": "\(message)"])
        onFatal(message)
    }
}
