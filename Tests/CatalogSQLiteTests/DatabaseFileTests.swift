import Foundation
import GRDB
import Objects
import StoreLaws
import Testing

@testable import CatalogSQLite

@Suite struct DatabaseFileTests {
    /// The pool would leave `synchronous` at NORMAL, under which an answered commit can be lost.
    @Test func settingsHoldAfterOpeningAndReopening() async throws {
        let folder = try CatalogFolder()
        for _ in 0..<2 {
            try await folder.with { catalog in
                let settings = try catalog.pool.writeWithoutTransaction { db in
                    try [
                        "synchronous", "foreign_keys", "page_size", "auto_vacuum", "wal_autocheckpoint",
                        "cache_spill",
                    ].map { try Int.fetchOne(db, sql: "PRAGMA \($0)") }
                }
                #expect(settings == [2, 1, 8192, 2, 0, 0])
                let mode = try catalog.pool.read { try String.fetchOne($0, sql: "PRAGMA journal_mode") }
                #expect(mode == "wal")
            }
        }
    }

    @Test func refusesANewerSchema() async throws {
        let folder = try CatalogFolder()
        try await folder.with { catalog in
            try await catalog.pool.write { db in
                try db.execute(sql: "INSERT INTO grdb_migrations VALUES ('v999')")
            }
        }
        let path = folder.path
        #expect(throws: CatalogOpenError.newerSchema(path: path)) { try folder.open() }
        #expect(CatalogOpenError.newerSchema(path: path).description.contains("newer release"))
    }

    @Test func closingLeavesOneFileAndRefusesMore() async throws {
        let folder = try CatalogFolder()
        let catalog = try folder.open()
        try await CatalogLaw.fill(catalog, folder.clock)
        await catalog.close()
        await catalog.close()
        let log = folder.path + "-wal"
        let size = try? FileManager.default.attributesOfItem(atPath: log)[.size] as? Int
        #expect((size ?? 0) == 0)
        await #expect(throws: StoreError.self) { try await catalog.advanceEpoch() }
        await #expect(throws: StoreError.self) { try await catalog.statistics() }
    }

    /// Every listing walks an index: a sort or a scan would read the whole table for one page.
    @Test(arguments: [
        (SQLiteCatalog.listing("SELECT key FROM object", excludesStart: true, hasEnd: true, order: "key"), 3),
        (
            SQLiteCatalog.listing(
                "SELECT key FROM version", excludesStart: false, hasEnd: false, order: "key, sequence DESC"),
            2
        ),
        (
            "SELECT id FROM content WHERE count = 0 AND stamp_epoch < ? ORDER BY stamp_epoch, stamp_time LIMIT ?",
            2
        ),
        (
            "SELECT segment FROM chunk WHERE count = 0 AND stamp_epoch < ? ORDER BY stamp_epoch, stamp_time LIMIT ?",
            2
        ),
        (
            "SELECT segment FROM chunk WHERE (segment, position) > (?, ?) ORDER BY segment, position LIMIT ?",
            3
        ),
        (
            "\(UploadRows.select) WHERE u.total IS NULL AND u.state = 0 AND u.bucket = ? AND u.key >= ? ORDER BY u.key, u.id",
            2
        ),
        (
            "\(UploadRows.select) WHERE u.bucket = ? AND u.key = ? AND u.author = ? AND u.total IS NOT NULL ORDER BY u.row DESC",
            3
        ),
        ("\(UploadRows.select) WHERE u.expires <= ? ORDER BY u.expires LIMIT 1", 1),
        ("\(AccountRows.bucket) WHERE project = ? AND name >= ? AND name < ? ORDER BY name LIMIT ?", 4),
    ])
    func listingsWalkAnIndex(sql: String, parameters: Int) async throws {
        let folder = try CatalogFolder()
        try await folder.with { catalog in
            let plan = try catalog.pool.read { db in
                try Row.fetchAll(
                    db, sql: "EXPLAIN QUERY PLAN \(sql)",
                    arguments: StatementArguments(Array(repeating: 1, count: parameters))
                ).map { $0[3] as String }
            }
            #expect(!plan.isEmpty)
            for step in plan { #expect(!step.contains("TEMP B-TREE") && !step.contains("SCAN"), "\(plan)") }
        }
    }

    @Test func theLogIsCopiedWhileCommitsGoOn() async throws {
        var settings = CatalogSettings()
        settings.checkpointPages = 50
        settings.restartPages = 10
        let folder = try CatalogFolder(settings: settings)
        try await folder.with { catalog in
            let before = try size(of: folder.path)
            try await CatalogLaw.fill(catalog, folder.clock, objects: 200)
            catalog.checkpointer.finishCopy()
            let after = try size(of: folder.path)
            #expect(after > before)
            #expect(try await catalog.statistics().objects == 200)
            #expect(try await catalog.verify(repairCounts: false, limit: 9) == [])
        }
    }

    @Test func freePagesAreGivenBack() async throws {
        var settings = CatalogSettings()
        settings.keptFreePages = 2
        settings.pagesGivenBack = 5
        let folder = try CatalogFolder(settings: settings)
        try await folder.with { catalog in
            try await CatalogLaw.fill(catalog, folder.clock, objects: 1)
            for index in 0..<30 {
                try await CatalogLaw.put(catalog, folder.clock, "big \(index)", bytes: 16_000)
            }
            for index in 0..<30 { try await CatalogLaw.delete(catalog, folder.clock, "big \(index)") }
            try await catalog.advanceEpoch()
            while try await catalog.unwindContents(grace: 0, now: .max, limit: 100) > 0 {}
            let counts = try await catalog.pool.writeWithoutTransaction { [settings] db in
                try (0..<30).map { _ in
                    try Checkpointer.giveBackPages(db, settings)
                    return try Int.fetchOne(db, sql: "PRAGMA freelist_count") ?? -1
                }
            }
            #expect(counts[0] > 20)
            #expect(counts[0] - counts[1] == 5)
            #expect(counts.last == 2)
            #expect(try await catalog.verify(repairCounts: false, limit: 9) == [])
        }
    }

    private func size(of path: String) throws -> Int {
        try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
    }
}
