import Dispatch
import Foundation
import GRDB
package import Logging
import Objects

/// The `Catalog` contract on one SQLite file, of which this object is the only writer.
///
/// The tables are in `Schema`, the order of commits in `CommitLane`, what `peek…` knows in `CatalogCache`.
package final class SQLiteCatalog: Catalog, LibraryCatalog {
    let pool: DatabasePool
    let cache: CatalogCache
    let clock: EpochClock
    let lane: CommitLane
    let reads: ReadLane
    let checkpointer: Checkpointer
    private let logger: Logger

    /// Opens the catalog or makes a new one. Blocks.
    ///
    /// - Parameters:
    ///   - path: the file; its directory exists. No other process may have it open.
    ///   - now: milliseconds since 1970, the clock of grace periods.
    ///   - onFatal: called once when the disk failed under a commit: what is durable is unknown, the process
    ///     must stop.
    /// - Throws: `CatalogOpenError`, or the database's own error.
    package init(
        path: String, settings: CatalogSettings = CatalogSettings(), logger: Logger,
        now: @escaping @Sendable () -> Int64 = { Int64(Date().timeIntervalSince1970 * 1000) },
        onFatal: @escaping @Sendable (String) -> Void
    ) throws {
        let files = try CatalogFiles(path: path, settings: settings)
        pool = files.pool
        self.logger = logger
        cache = CatalogCache(bytes: settings.cacheBytes)
        let (epoch, segments, sequence, listeners) = try files.pool.write { db in
            (
                try CounterRows.value("epoch", db), try CounterRows.lease("segment", db),
                Lease(try CounterRows.lease("sequence", db)), Listeners(try Listeners.all(db))
            )
        }
        clock = EpochClock(epoch: epoch, segments: segments)
        reads = ReadLane(pool: files.pool, settings: settings, logger: logger)
        checkpointer = Checkpointer(
            connection: files.checkpoints, settings: settings, logger: logger, onFatal: onFatal)
        lane = CommitLane(
            pool: files.pool, settings: settings, cache: cache, clock: clock, sequence: sequence,
            listeners: listeners,
            checkpointer: checkpointer, now: now, logger: logger, onFatal: onFatal)
    }

    package func close() async {
        await lane.close()
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            DispatchQueue.global().async { [checkpointer, pool, logger] in
                checkpointer.close()
                do {
                    try pool.close()
                } catch {
                    logger.warning("the catalog did not close", metadata: ["error": "\(error)"])
                }
                continuation.resume()
            }
        }
    }

    /// Makes one change durable; `rows` is how many rows it may touch, about.
    func write<T: Sendable>(
        rows: Int = 8, _ change: @escaping @Sendable (WriteTransaction) throws -> T
    ) async throws -> T {
        try await lane.submit(rows: rows, change)
    }
}
