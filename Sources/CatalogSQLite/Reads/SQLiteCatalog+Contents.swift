package import Blobs
package import Digests
import GRDB
import NIOCore
package import Objects

extension SQLiteCatalog {
    package func holdEpoch() -> EpochHold { clock.hold() }

    package func takeSegmentID() throws -> SegmentID {
        // A lease that another caller brought may be used up again before this one comes to it.
        for _ in 0..<Self.leaseAttempts {
            if let id = clock.takeSegment() { return SegmentID(id) }
            let clock = self.clock
            try lane.submitAndWait { transaction in
                let lease = try CounterRows.lease("segment", transaction.db)
                transaction.afterCommit { clock.lease(lease) }
            }
        }
        throw StoreError.overloaded
    }

    private static let leaseAttempts = 16

    package func liveChunk(_ digest: SHA256Digest, length: Int, scope: DedupScope) throws -> Place? {
        try reads.blocking { db in
            try db.first(
                """
                SELECT segment, position, length FROM chunk
                WHERE scope = ? AND digest = ? AND count > 0 AND length = ?
                """, [scope.rawValue, digest.bytes, length], PlaceRows.place)
        }
    }

    package func publishContent(_ content: NewContent) async throws -> ContentRef {
        try await write(rows: content.rows) { try $0.publish(content) }
    }

    package func extents(of content: ContentRef, range: Range<Int64>, limit: Int) async throws -> ExtentPage {
        try await reads.page { db in
            var walk = ExtentWalk(limit: limit, db: db)
            try walk.walk(content, range)
            let next = range.lowerBound + walk.covered
            return ExtentPage(extents: walk.extents, next: next < range.upperBound ? next : nil)
        }
    }

    package func slices(of content: ContentRef) async throws -> [ContentSlice] {
        if content == .empty { return [] }
        return try await reads.page { db in
            if content.isInline {
                let length = try db.integer(
                    "SELECT length(body) FROM inline_content WHERE id = ?", [-content.rawValue])
                guard let length else {
                    throw StoreError.corrupt("inline content \(-content.rawValue) is not there")
                }
                return [ContentSlice(content: content, offset: 0, length: length)]
            }
            let row = try db.first("SELECT length, is_list FROM content WHERE id = ?", [content.rawValue]) {
                (length: $0.integer(0), isList: $0.flag(1))
            }
            guard let row else { throw StoreError.corrupt("content \(content.rawValue) is not there") }
            guard row.isList else { return [ContentSlice(content: content, offset: 0, length: row.length)] }
            return try SliceRows.slices(
                of: content, range: 0..<row.length, limit: NewContent.maximumSlices, db)
        }
    }

    package func objectParts(of content: ContentRef, size: Int64) async throws -> [ObjectPart]? {
        if content == .empty || content.isInline { return nil }
        return try await reads.page { try SliceRows.parts(of: content, size: size, $0) }
    }

    package func chunks(after: Place?, limit: Int) async throws -> [StoredChunk] {
        try await reads.one { db in
            try db.all(
                """
                SELECT segment, position, length, digest FROM chunk WHERE (segment, position) > (?, ?)
                ORDER BY segment, position LIMIT ?
                """, [after?.segment.rawValue ?? 0, after?.offset ?? 0, max(limit, 0)]
            ) { row in
                StoredChunk(digest: try Self.digest(row, 3), place: try PlaceRows.place(row))
            }
        }
    }

    package func inlineContents(after: Int64, limit: Int) async throws -> [StoredInline] {
        try await reads.one { db in
            try db.all(
                "SELECT id, digest, body FROM inline_content WHERE id > ? ORDER BY id LIMIT ?",
                [after, max(limit, 0)]
            ) { row in
                StoredInline(
                    id: row.integer(0), digest: try Self.digest(row, 1),
                    body: row.buffer(2) ?? ByteBuffer())
            }
        }
    }

    private static func digest(_ row: StatementRow, _ index: Int) throws -> SHA256Digest {
        guard let digest = SHA256Digest(bytes: row.bytes(index)) else {
            throw StoreError.corrupt("a digest in the catalog is cut")
        }
        return digest
    }
}
