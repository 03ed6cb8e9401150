import CSQLiteLog
import Foundation
import GRDB
import GRDBSQLite
import Glibc

/// The open database: its settings, and the order in which they take effect.
struct CatalogFiles {
    let pool: DatabasePool
    /// For checkpoints only.
    let checkpoints: DatabaseQueue

    private static let pageSize = 8192
    /// How long a connection waits for a lock of another, in seconds: only checkpoints and recovery hold any.
    private static let patience: TimeInterval = 10
    /// Before the first database is opened: what is opened earlier has a log of SQLite's own.
    private static let installed = coffer_log_install()

    init(path: String, settings: CatalogSettings) throws {
        guard Self.installed == SQLITE_OK else {
            throw CatalogOpenError.wrongSetting("a VFS: \(Self.installed)")
        }
        var configuration = Self.configuration(pageCache: settings.readerPageCache)
        // One more than the lane uses, for `liveChunk`, which runs on the callers' threads.
        configuration.maximumReaderCount = settings.readers * 2
        pool = try DatabasePool(path: path, configuration: configuration)
        try Self.prepareWriter(pool, settings: settings)
        guard try pool.read({ try !Schema.migrator.hasBeenSuperseded($0) }) else {
            throw CatalogOpenError.newerSchema(path: path)
        }
        try Schema.migrator.migrate(pool)
        try Self.gatherCommits(pool)
        checkpoints = try DatabaseQueue(path: path, configuration: Self.configuration(pageCache: 1 << 20))
        try checkpoints.inDatabase { try $0.execute(sql: "PRAGMA synchronous = FULL") }
        try Self.syncDirectory(of: path)
    }

    private static func configuration(pageCache: Int) -> Configuration {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = true
        configuration.busyMode = .timeout(patience)
        configuration.prepareDatabase { db in
            // These two only count in a file that is empty still.
            if !db.configuration.readonly {
                try db.execute(sql: "PRAGMA page_size = \(pageSize)")
                try db.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL")
            }
            try db.execute(sql: "PRAGMA wal_autocheckpoint = 0")
            try db.execute(sql: "PRAGMA temp_store = MEMORY")
            try db.execute(sql: "PRAGMA cache_size = -\(pageCache / 1024)")
        }
        return configuration
    }

    /// The pool sets `synchronous` to NORMAL, under which a commit is not durable, when it switches the log on:
    /// so this comes after.
    private static func prepareWriter(_ pool: DatabasePool, settings: CatalogSettings) throws {
        try pool.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA synchronous = FULL")
            try db.execute(sql: "PRAGMA cache_size = -\(settings.writerPageCache / 1024)")
            try db.execute(sql: "PRAGMA journal_size_limit = \(settings.keptLogPages * pageSize)")
            guard try Int.fetchOne(db, sql: "PRAGMA synchronous") == 2 else {
                throw CatalogOpenError.wrongSetting("synchronous = FULL")
            }
            guard try Int.fetchOne(db, sql: "PRAGMA foreign_keys") == 1 else {
                throw CatalogOpenError.wrongSetting("foreign_keys = ON")
            }
        }
    }

    /// Not before the migrations, which may change more than memory holds. What one of the lane's transactions changes
    /// fits, so that nothing is written but by commits.
    private static func gatherCommits(_ pool: DatabasePool) throws {
        try pool.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA cache_spill = OFF")
            guard try Int.fetchOne(db, sql: "PRAGMA cache_spill") == 0 else {
                throw CatalogOpenError.wrongSetting("cache_spill = OFF")
            }
            let code = coffer_log_gather(db.sqliteConnection)
            guard code == SQLITE_OK else {
                throw CatalogOpenError.wrongSetting("a log that gathers: \(code)")
            }
        }
    }

    /// SQLite syncs the directory for the log, not for the database file itself.
    private static func syncDirectory(of path: String) throws {
        let directory = URL(fileURLWithPath: path).deletingLastPathComponent().path
        let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw CatalogOpenError.wrongSetting("open \(directory): \(errno)") }
        defer { Glibc.close(descriptor) }
        guard fsync(descriptor) == 0 else {
            throw CatalogOpenError.wrongSetting("fsync \(directory): \(errno)")
        }
    }
}
