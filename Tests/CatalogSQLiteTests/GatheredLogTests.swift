import CSQLiteLog
import Foundation
import GRDB
import GRDBSQLite
import Testing

@testable import CatalogSQLite

/// The log gathers what a commit writes: everything in it is in the files when the commit returns, however long it is.
@Suite struct GatheredLogTests {
    /// Around the pages that one write takes, and several writes long.
    static let lengths = [
        1, 8_000, 100_000, 115_024, 122_000, 123_240, 131_071, 131_072, 140_000, 262_144, 1_500_000,
    ]

    @Test func whatIsCommittedIsInTheFiles() async throws {
        let folder = try CatalogFolder()
        try await folder.with { catalog in
            try await catalog.pool.write {
                try $0.execute(sql: "CREATE TABLE kept (length INTEGER, bytes BLOB)")
            }
            for (index, length) in Self.lengths.enumerated() {
                try await catalog.pool.write { db in
                    try db.execute(
                        sql: "INSERT INTO kept VALUES (?, randomblob(?))", arguments: [length, length])
                }
                #expect(try lengths(inACopyOf: folder) == Array(Self.lengths[...index]))
                #expect(
                    try await catalog.pool.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM kept") }
                        == index + 1)
            }
        }
    }

    /// Of a transaction that is given up after it filled several writes, nothing is seen, and the next one is whole.
    @Test func whatIsGivenUpLeavesNothing() async throws {
        struct GivenUp: Error {}
        let folder = try CatalogFolder()
        try await folder.with { catalog in
            try await catalog.pool.write {
                try $0.execute(sql: "CREATE TABLE kept (length INTEGER, bytes BLOB)")
            }
            for (index, length) in Self.lengths.enumerated() {
                await #expect(throws: GivenUp.self) {
                    try await catalog.pool.write { db in
                        try db.execute(sql: "INSERT INTO kept VALUES (0, randomblob(700000))")
                        throw GivenUp()
                    }
                }
                try await catalog.pool.write { db in
                    try db.execute(
                        sql: "INSERT INTO kept VALUES (?, randomblob(?))", arguments: [length, length])
                }
                #expect(try lengths(inACopyOf: folder) == Array(Self.lengths[...index]))
            }
        }
    }

    /// Pages that did not fit in memory are in the log before the commit: they are read from it where they are kept still.
    @Test func whatIsKeptIsReadBack() async throws {
        let folder = try CatalogFolder()
        try await folder.with { _ in }
        let queue = try DatabaseQueue(path: folder.path)
        defer { try? queue.close() }
        try await queue.writeWithoutTransaction { db in
            try db.execute(sql: "CREATE TABLE kept (length INTEGER, bytes BLOB); PRAGMA cache_size = 5")
            #expect(coffer_log_gather(db.sqliteConnection) == SQLITE_OK)
            try db.inTransaction {
                for length in 1...300 {
                    try db.execute(
                        sql: "INSERT INTO kept VALUES (?, randomblob(?))", arguments: [length, length])
                    let first = Int.random(in: 1...length)
                    #expect(
                        try Int.fetchOne(
                            db, sql: "SELECT length(bytes) FROM kept WHERE rowid = ?", arguments: [first])
                            == first)
                }
                return .commit
            }
        }
        #expect(try lengths(inACopyOf: folder) == Array(1...300))
    }

    /// A database without a log, and one whose log is SQLite's own, are refused: their commits would not be gathered.
    @Test func onlyALogGathers() throws {
        let memory = try DatabaseQueue()
        #expect(memory.inDatabase { coffer_log_gather($0.sqliteConnection) } == SQLITE_MISUSE)
        let folder = try CatalogFolder()
        let journalled = try DatabaseQueue(path: folder.path)
        #expect(journalled.inDatabase { coffer_log_gather($0.sqliteConnection) } == SQLITE_MISUSE)
    }

    /// What a machine would find that lost its power now: the files are copied beside the open database.
    private func lengths(inACopyOf folder: CatalogFolder) throws -> [Int] {
        let copy = try CatalogFolder()
        for suffix in ["", "-wal"] {
            try FileManager.default.copyItem(atPath: folder.path + suffix, toPath: copy.path + suffix)
        }
        let queue = try DatabaseQueue(path: copy.path)
        defer { try? queue.close() }
        return try queue.read { db in
            #expect(try String.fetchOne(db, sql: "PRAGMA integrity_check") == "ok")
            return try Int.fetchAll(
                db, sql: "SELECT length FROM kept WHERE length(bytes) = length ORDER BY rowid")
        }
    }
}
