import GRDB
import Objects
import StoreLaws
import Testing

@testable import CatalogSQLite

@Suite struct VerifierTests {
    /// Each damage, done behind the catalog's back, is found.
    @Test(arguments: [
        "UPDATE content SET count = count + 1 WHERE id = (SELECT min(id) FROM content)",
        "UPDATE inline_content SET count = 0 WHERE count > 0",
        "UPDATE chunk SET count = count + 1 WHERE position = 10",
        "UPDATE chunk SET length = length + 1 WHERE position = 0",
        "DELETE FROM chunk WHERE position = 10",
        "DELETE FROM content_page",
        "DELETE FROM content_slice WHERE position = 0",
        "UPDATE content_slice SET child_offset = child_offset + 1000 WHERE position = 0",
        "UPDATE content SET length = length + 1 WHERE is_list = 1",
        "UPDATE object SET size = size + 1 WHERE size > 0",
        "UPDATE object SET content = 999999 WHERE content > 0",
        "DELETE FROM inline_content",
        "DELETE FROM object",
        "UPDATE version SET sequence = sequence + 1000000",
        "UPDATE upload SET received = received + 1 WHERE state = 0",
        "UPDATE upload_part SET position = position - 1 WHERE position = 6",
        "UPDATE upload_part SET length = length + 1 WHERE length > 0",
        "INSERT INTO reclaim (segment, position, length, is_whole) SELECT segment, position + 5, 1, 0 FROM chunk",
        "INSERT INTO reclaim (segment, position, length, is_whole) SELECT segment, 0, 0, 1 FROM chunk LIMIT 1",
        "UPDATE upload SET bucket = 777",
    ])
    func damageIsFound(sql: String) async throws {
        let folder = try CatalogFolder()
        try await folder.with { catalog in
            try await CatalogLaw.fillWithEverything(catalog, folder.clock)
            #expect(try await catalog.verify(repairCounts: false, limit: 50) == [])
            let changed = try await catalog.pool.write { db in
                try db.execute(sql: "PRAGMA defer_foreign_keys = ON")
                try db.execute(sql: sql)
                return db.changesCount
            }
            #expect(changed > 0)
            let problems = try await catalog.verify(repairCounts: false, limit: 50)
            #expect(!problems.isEmpty)
            #expect(try await catalog.verify(repairCounts: false, limit: 1).count == 1)
        }
    }

    @Test func wrongCountsAreSetRight() async throws {
        let folder = try CatalogFolder()
        try await folder.with { catalog in
            try await CatalogLaw.fillWithEverything(catalog, folder.clock)
            try await catalog.pool.write { db in
                for table in ["content", "inline_content", "chunk"] {
                    try db.execute(sql: "UPDATE \(table) SET count = count + 3")
                }
            }
            #expect(try await catalog.verify(repairCounts: false, limit: 100).count > 5)
            #expect(try await catalog.verify(repairCounts: true, limit: 100).count > 5)
            #expect(try await catalog.verify(repairCounts: false, limit: 100) == [])
            #expect(try await catalog.verify(repairCounts: true, limit: 100) == [])
        }
    }

    /// More chunks than one window of the recount holds would be slow here; the windows are the same code.
    @Test func windowsOfTheRecountMeet() async throws {
        let folder = try CatalogFolder()
        try await folder.with { catalog in
            try await CatalogLaw.fillWithEverything(catalog, folder.clock)
            for length in [1, 2, 3, 7] {
                let problems = try await catalog.pool.read { db in
                    var verifier = Verifier(db: db, limit: 9, repair: nil)
                    try ChunkRecount(db: db, windowLength: length).run(&verifier)
                    return verifier.problems
                }
                #expect(problems == [])
            }
            try await catalog.pool.write {
                try $0.execute(sql: "UPDATE chunk SET count = 9 WHERE position = 10")
            }
            for length in [1, 2, 3, 7, 1000] {
                let problems = try await catalog.pool.read { db in
                    var verifier = Verifier(db: db, limit: 99, repair: nil)
                    try ChunkRecount(db: db, windowLength: length).run(&verifier)
                    return verifier.problems
                }
                #expect(problems.count == 1)
            }
        }
    }
}
