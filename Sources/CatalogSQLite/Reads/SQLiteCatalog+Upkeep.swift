package import Blobs
import GRDB
package import Objects

extension SQLiteCatalog {
    package func advanceEpoch() async throws {
        try await write { try $0.advanceEpoch() }
    }

    package func unwindContents(grace: Int64, now: Int64, limit: Int) async throws -> Int {
        try await write(rows: limit) { try $0.unwindContents(grace: grace, now: now, limit: limit) }
    }

    package func reclaimChunks(grace: Int64, now: Int64, limit: Int) async throws -> Int {
        try await write(rows: 2 * limit) { try $0.reclaimChunks(grace: grace, now: now, limit: limit) }
    }

    package func reclaims(limit: Int) async throws -> [Reclaim] {
        try await reads.one { db in
            try db.all(
                "SELECT segment, position, length, id, is_whole FROM reclaim ORDER BY id LIMIT ?",
                [max(limit, 0)]
            ) { row in
                Reclaim(id: row.integer(3), place: try PlaceRows.place(row), isWholeSegment: row.flag(4))
            }
        }
    }

    package func forgetReclaims(_ ids: [Int64]) async throws {
        if ids.isEmpty { return }
        try await write(rows: ids.count) { try $0.forgetReclaims(ids) }
    }

    package func unreferencedSegments(among ids: [SegmentID]) async throws -> [SegmentID] {
        // Before the read begins: whoever took one of these ids has committed or gone, and the read sees it.
        let horizon = clock.horizon.segment
        return try await reads.page { db in
            try ids.filter { id in
                guard id.rawValue < horizon else { return false }
                return try db.integer(
                    """
                    SELECT EXISTS (SELECT 1 FROM chunk WHERE segment = ?1) \
                    OR EXISTS (SELECT 1 FROM reclaim WHERE segment = ?1)
                    """, [id.rawValue]) == 0
            }
        }
    }

    /// Each upload in a transaction of its own, for one may have ten thousand parts.
    package func reapUploads(now: Int64, limit: Int) async throws -> [Upload] {
        for _ in 0..<max(limit, 0) {
            guard try await write(rows: 1000, { try $0.reapDropped() }) else { break }
        }
        var open: [Upload] = []
        for _ in 0..<max(limit, 0) {
            guard let upload = try await write(rows: 1000, { try $0.reapUpload(now: now) }) else { break }
            if upload.state == .open { open.append(upload) }
        }
        return open
    }

    package func statistics() async throws -> CatalogStatistics {
        try await reads.page { db in
            var totals = CatalogStatistics()
            func number(_ sql: String) throws -> Int64 { try db.integer(sql) ?? 0 }
            totals.objects = try number("SELECT count(*) FROM object")
            totals.logicalBytes =
                try number("SELECT sum(size) FROM object") + number("SELECT sum(size) FROM version")
            totals.chunks = try number("SELECT count(*) FROM chunk")
            totals.chunkBytes = try number("SELECT sum(length) FROM chunk")
            totals.inlineContents = try number("SELECT count(*) FROM inline_content")
            totals.inlineBytes = try number("SELECT sum(length(body)) FROM inline_content")
            totals.uploads = try number(
                "SELECT count(*) FROM upload u JOIN bucket b ON b.id = u.bucket WHERE u.state = 0")
            totals.buckets = try number("SELECT count(*) FROM bucket")
            totals.awaitingSweep =
                try number("SELECT count(*) FROM content WHERE count = 0")
                + number("SELECT count(*) FROM inline_content WHERE count = 0")
                + number("SELECT count(*) FROM chunk WHERE count = 0")
                + number("SELECT count(*) FROM reclaim")
            return totals
        }
    }

    /// On one snapshot, so that counts and references are of the same moment. A repair is one transaction, and
    /// nobody else writes meanwhile.
    package func verify(repairCounts: Bool, limit: Int) async throws -> [String] {
        if repairCounts {
            return try await write(rows: 1000) { transaction in
                var verifier = Verifier(
                    db: transaction.db, limit: limit, repair: (transaction.epoch, transaction.now))
                try verifier.verify()
                return verifier.problems
            }
        }
        return try await reads.page { db in
            var verifier = Verifier(db: db, limit: limit, repair: nil)
            try verifier.verify()
            return verifier.problems
        }
    }

    package func objects(
        needing places: Set<Place>, inline: Set<Int64>, limit: Int
    ) async throws -> [String] {
        var search = DamageSearch(reads: reads, limit: limit)
        return try await search.names(needing: places, inline: inline)
    }
}
