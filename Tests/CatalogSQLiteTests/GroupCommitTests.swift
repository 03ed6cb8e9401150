import Dispatch
import Foundation
import GRDB
import Objects
import StoreLaws
import Synchronization
import Testing

@testable import CatalogSQLite

@Suite struct GroupCommitTests {
    /// Stops the writer between two groups until it is let go.
    private final class Brake: Sendable {
        private let semaphore = DispatchSemaphore(value: 0)

        init(_ catalog: SQLiteCatalog) {
            catalog.lane.betweenGroups { [semaphore] _ in semaphore.wait() }
        }

        func release() { semaphore.signal() }
    }

    private static func waitUntil(_ condition: () -> Bool) async {
        while !condition() { await Task.yield() }
    }

    @Test func whatIsQueuedSharesOneCommit() async throws {
        let folder = try CatalogFolder()
        try await folder.with { catalog in
            try await CatalogLaw.fill(catalog, folder.clock, objects: 1)
            let before = catalog.cache.readNumber
            let brake = Brake(catalog)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<100 {
                    group.addTask { try await CatalogLaw.put(catalog, folder.clock, "key \(index)") }
                }
                await Self.waitUntil { catalog.lane.queued == 100 }
                brake.release()
                try await group.waitForAll()
            }
            #expect(catalog.cache.readNumber == before + 1)
            #expect(try await catalog.statistics().objects == 100)
        }
    }

    @Test func aGroupHasALimit() async throws {
        var settings = CatalogSettings()
        settings.maximumGroup = 10
        let folder = try CatalogFolder(settings: settings)
        try await folder.with { catalog in
            try await CatalogLaw.fill(catalog, folder.clock, objects: 1)
            let before = catalog.cache.readNumber
            let brake = Brake(catalog)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<35 {
                    group.addTask { try await CatalogLaw.put(catalog, folder.clock, "key \(index)") }
                }
                await Self.waitUntil { catalog.lane.queued == 35 }
                brake.release()
                try await group.waitForAll()
            }
            #expect(catalog.cache.readNumber == before + 4)
        }
    }

    /// What runs between groups does not wait for the queue to be empty, which under load it never is.
    @Test func theWriterPausesBetweenGroups() async throws {
        var settings = CatalogSettings()
        settings.maximumGroup = 10
        let folder = try CatalogFolder(settings: settings)
        try await folder.with { catalog in
            try await CatalogLaw.fill(catalog, folder.clock, objects: 1)
            let before = catalog.cache.readNumber
            let paused = Mutex<UInt64?>(nil)
            let brake = Brake(catalog)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<35 {
                    group.addTask { try await CatalogLaw.put(catalog, folder.clock, "key \(index)") }
                }
                await Self.waitUntil { catalog.lane.queued == 35 }
                catalog.lane.betweenGroups { _ in paused.withLock { $0 = catalog.cache.readNumber } }
                brake.release()
                try await group.waitForAll()
            }
            #expect(paused.withLock { $0 } == before)
        }
    }

    @Test func aFullQueueRefusesAtOnce() async throws {
        var settings = CatalogSettings()
        settings.maximumQueuedWrites = 4
        let folder = try CatalogFolder(settings: settings)
        try await folder.with { catalog in
            try await CatalogLaw.fill(catalog, folder.clock, objects: 1)
            let brake = Brake(catalog)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<4 {
                    group.addTask { try await CatalogLaw.put(catalog, folder.clock, "key \(index)") }
                }
                await Self.waitUntil { catalog.lane.queued == 4 }
                await #expect(throws: StoreError.overloaded) {
                    try await CatalogLaw.put(catalog, folder.clock, "one more")
                }
                brake.release()
                try await group.waitForAll()
            }
            try await CatalogLaw.put(catalog, folder.clock, "one more")
        }
    }

    @Test func closingWaitsForWhatIsQueued() async throws {
        let folder = try CatalogFolder()
        let catalog = try folder.open()
        try await CatalogLaw.fill(catalog, folder.clock, objects: 1)
        let brake = Brake(catalog)
        async let first: Void = CatalogLaw.put(catalog, folder.clock, "queued")
        await Self.waitUntil { catalog.lane.queued == 1 }
        async let closing: Void = catalog.close()
        brake.release()
        try await first
        await closing
        try await folder.with { catalog in
            let totals = try await catalog.statistics()
            #expect(totals.objects == 2)
        }
    }

    /// SQLITE_FULL fails what does not fit; reading and deleting go on, and so does writing when there is room.
    @Test func aFullDiskFailsOnlyWhatNeedsSpace() async throws {
        let folder = try CatalogFolder()
        try await folder.with { catalog in
            try await CatalogLaw.fill(catalog, folder.clock, objects: 50)
            try limitPages(catalog, to: nil)
            var refused = 0
            for index in 0..<100 {
                do {
                    try await CatalogLaw.put(catalog, folder.clock, "big \(index)", bytes: 16_000)
                } catch StoreError.outOfSpace {
                    refused += 1
                }
            }
            #expect(refused > 80)
            #expect(try await catalog.statistics().objects == Int64(150 - refused))
            #expect(try await catalog.verify(repairCounts: false, limit: 9) == [])
            try await CatalogLaw.delete(catalog, folder.clock, "key 3")
            #expect(try await catalog.statistics().objects == Int64(149 - refused))
            try limitPages(catalog, to: 1 << 20)
            try await CatalogLaw.put(catalog, folder.clock, "big again", bytes: 16_000)
            #expect(try await catalog.verify(repairCounts: false, limit: 9) == [])
        }
    }

    /// What the log takes is room too, and a store that goes on writing never rests long enough to empty it.
    @Test func aFullDiskGetsBackWhatTheLogTakes() async throws {
        let folder = try CatalogFolder()
        try await folder.with { catalog in
            try await CatalogLaw.fill(catalog, folder.clock, objects: 50)
            let log = folder.path + "-wal"
            func size() throws -> Int {
                try #require(try FileManager.default.attributesOfItem(atPath: log)[.size] as? Int)
            }
            #expect(try size() > 0)
            try limitPages(catalog, to: nil)
            var refused = 0
            while refused == 0 {
                do {
                    try await CatalogLaw.put(
                        catalog, folder.clock, "big \(UInt64.random(in: 0 ... .max))", bytes: 16_000)
                } catch StoreError.outOfSpace {
                    refused += 1
                }
            }
            catalog.checkpointer.finishCopy()
            #expect(try size() == 0)
            try limitPages(catalog, to: 1 << 20)
        }
    }

    private func limitPages(_ catalog: SQLiteCatalog, to limit: Int?) throws {
        try catalog.pool.writeWithoutTransaction { db in
            let pages = try limit ?? (Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0) + 8
            _ = try Int.fetchOne(db, sql: "PRAGMA max_page_count = \(pages)")
        }
    }

    @Test func aBrokenFileStopsTheWriterOnce() async throws {
        let folder = try CatalogFolder()
        var catalog = try folder.open()
        try await CatalogLaw.fill(catalog, folder.clock, objects: 300)
        let page = try await catalog.pool.read { db in
            try Int.fetchOne(db, sql: "SELECT rootpage FROM sqlite_master WHERE name = 'object'")
        }
        await catalog.close()
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: folder.path))
        try file.seek(toOffset: 8192 * UInt64(try #require(page) - 1))
        try file.write(contentsOf: Data(repeating: 0xa5, count: 8192))
        try file.close()
        let reasons = Mutex<[String]>([])
        catalog = try folder.open(onFatal: { reason in reasons.withLock { $0.append(reason) } })
        for _ in 0..<3 {
            await #expect(throws: StoreError.self) { try await CatalogLaw.put(catalog, folder.clock, "key") }
        }
        #expect(reasons.withLock { $0.count } == 1)
        await catalog.close()
    }

    @Test(arguments: [
        (ResultCode.SQLITE_FULL, StoreError.outOfSpace, false), (.SQLITE_IOERR_SHMSIZE, .outOfSpace, false),
        (.SQLITE_BUSY, .overloaded, false),
    ])
    func errorsThatPass(code: ResultCode, error: StoreError, isFatal: Bool) {
        let failure = DatabaseFailure(DatabaseError(resultCode: code))
        #expect(failure.storeError == error)
        #expect(failure.isFatal == isFatal)
    }

    @Test(arguments: [
        ResultCode.SQLITE_IOERR_FSYNC, .SQLITE_IOERR_WRITE, .SQLITE_IOERR_READ, .SQLITE_CORRUPT,
        .SQLITE_NOTADB,
        .SQLITE_READONLY,
    ])
    func errorsThatStopTheProcess(code: ResultCode) {
        #expect(DatabaseFailure(DatabaseError(resultCode: code)).isFatal)
    }

    @Test func anErrorsTextHoldsNoUserData() {
        let error = DatabaseError(
            resultCode: .SQLITE_CONSTRAINT, message: "failed", sql: "INSERT INTO t VALUES (?)",
            arguments: ["secret"])
        #expect(!DatabaseFailure(error).message.contains("secret"))
    }
}
