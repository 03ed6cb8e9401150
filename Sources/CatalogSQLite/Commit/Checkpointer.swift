import Dispatch
import GRDB
import Logging
import Synchronization

/// Copies the log into the database file, on a connection and a thread of its own, so that no commit waits for
/// it. Only when the log grows past a bound under unceasing writes does the writer wait, for the short rest.
final class Checkpointer: Sendable {
    private struct State {
        /// Rows touched since the log was last copied.
        var rows = 0
        var isScheduled = false
        var isIdleScheduled = false
        var isMakingRoom = false
        var isClosed = false
        /// Commits so far, to see whether the writer rests.
        var commits: UInt64 = 0
    }

    private let settings: CatalogSettings
    private let connection: DatabaseQueue
    private let logger: Logger
    private let onFatal: @Sendable (String) -> Void
    private let thread = DispatchQueue(label: "coffer.catalog.checkpoint", qos: .utility)
    private let state = Mutex(State())

    init(
        connection: DatabaseQueue, settings: CatalogSettings, logger: Logger,
        onFatal: @escaping @Sendable (String) -> Void
    ) {
        self.connection = connection
        self.settings = settings
        self.logger = logger
        self.onFatal = onFatal
    }

    /// After a commit. A row costs about one page of log, indexes included and shared pages deducted.
    func committed(rows: Int, writer: CommitLane?) {
        let (copies, rests) = state.withLock { state in
            if state.isClosed { return (false, false) }
            state.rows += rows
            state.commits += 1
            let copies = state.rows >= settings.checkpointPages && !state.isScheduled
            let rests = !state.isIdleScheduled
            if copies { state.isScheduled = true }
            state.isIdleScheduled = true
            return (copies, rests)
        }
        if copies { thread.async { [weak writer] in self.copy(writer) } }
        if rests { scheduleIdle(writer) }
    }

    /// The disk is full: gives back what the log takes, which on a small disk is most of what is left. A log that
    /// cannot be copied whole stays; nothing is lost.
    func makeRoom() {
        let isFirst = state.withLock { state in
            if state.isClosed || state.isMakingRoom { return false }
            state.isMakingRoom = true
            return true
        }
        guard isFirst else { return }
        thread.async {
            self.state.withLock { $0.isMakingRoom = false }
            _ = self.run(.truncate)
        }
    }

    /// Waits for the copy that is due, if one is.
    func finishCopy() { thread.sync {} }

    func close() {
        let wasClosed = state.withLock { state in
            defer { state.isClosed = true }
            return state.isClosed
        }
        if wasClosed { return }
        thread.sync { _ = run(.truncate) }
        do {
            try connection.close()
        } catch {
            logger.warning("the checkpoint connection did not close", metadata: ["error": "\(error)"])
        }
    }

    private func copy(_ writer: CommitLane?) {
        let isClosed = state.withLock { state in
            state.rows = 0
            state.isScheduled = false
            return state.isClosed
        }
        guard !isClosed, let pages = run(.passive), pages > settings.restartPages else { return }
        // Nearly all of the log is copied: what came since is short, and then it starts afresh.
        writer?.betweenGroups { [logger] db in
            do {
                try db.checkpoint(.restart)
            } catch {
                logger.debug("the log did not restart", metadata: ["error": "\(error)"])
            }
        }
    }

    private func scheduleIdle(_ writer: CommitLane?) {
        let seen = state.withLock { $0.commits }
        thread.asyncAfter(deadline: .now() + .milliseconds(settings.idleCheckpoint)) {
            [weak self, weak writer] in
            self?.idle(since: seen, writer)
        }
    }

    private func idle(since seen: UInt64, _ writer: CommitLane?) {
        let (isClosed, isIdle) = state.withLock { state in
            let isIdle = state.commits == seen
            if isIdle { state.isIdleScheduled = false }
            return (state.isClosed, isIdle)
        }
        if isClosed { return }
        guard isIdle else { return scheduleIdle(writer) }
        // The file of the log keeps its length: a sync that makes it longer costs more than one of what is written over.
        if let pages = run(.passive), pages > settings.keptLogPages { _ = run(.truncate) }
        writer?.betweenGroups { [settings, logger] db in
            do {
                try Self.giveBackPages(db, settings)
            } catch {
                logger.debug("free pages were not given back", metadata: ["error": "\(error)"])
            }
        }
    }

    /// Shrinks the file by some of the pages that deletions have left free; a reserve is kept for what comes.
    static func giveBackPages(_ db: Database, _ settings: CatalogSettings) throws {
        let free = try Int.fetchOne(db, sql: "PRAGMA freelist_count") ?? 0
        let pages = min(free - settings.keptFreePages, settings.pagesGivenBack)
        guard pages > 0 else { return }
        try db.execute(sql: "PRAGMA incremental_vacuum(\(pages))")
    }

    /// Pages in the log, or nil when the checkpoint could not be made now.
    private func run(_ mode: Database.CheckpointMode) -> Int? {
        do {
            return try connection.inDatabase { try $0.checkpoint(mode).walFrameCount }
        } catch {
            let failure = DatabaseFailure(error)
            if failure.isFatal {
                logger.critical("a checkpoint failed", metadata: ["error": "\(failure.message)"])
                onFatal(failure.message)
            } else {
                logger.debug("a checkpoint was put off", metadata: ["error": "\(failure.message)"])
            }
            return nil
        }
    }
}
