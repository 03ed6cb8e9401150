import Blobs
import GRDB
package import Objects

extension SQLiteCatalog {
    /// Deletions of one call.
    private static let maximumDeletions = 1000

    package func commitObject(_ commit: ObjectCommit) async throws -> ObjectVersion {
        try await write(rows: commit.content.rows) { try $0.commitObject(commit) }
    }

    package func deleteObjects(
        _ deletions: [ObjectDeletion]
    ) async throws -> [Result<ObjectDeleted, StoreError>] {
        guard deletions.count <= Self.maximumDeletions else {
            throw StoreError.invalidArgument("more than \(Self.maximumDeletions) deletions in one call")
        }
        if deletions.isEmpty { return [] }
        return try await write(rows: 8 * deletions.count) { try $0.delete(deletions) }
    }

    package func renameObject(_ rename: ObjectRename) async throws -> ObjectVersion {
        try await write(rows: 12) { try $0.rename(rename) }
    }

    package func changeAttributes(_ change: AttributesChange) async throws -> ObjectVersion {
        try await write { try $0.changeAttributes(change) }
    }

    package func peekCurrent(_ bucket: BucketID, _ key: ObjectKey) -> Peek<ObjectVersion?> {
        cache.objects.peek(CatalogCache.ObjectName(bucket, key)).map { .known($0) } ?? .unknown
    }

    package func current(_ bucket: BucketID, _ key: ObjectKey) async throws -> ObjectVersion? {
        let readAt = cache.readNumber
        var version = try await reads.one { db in
            try db.first(VersionRows.fromObject, [bucket.rawValue, key.bytes]) {
                try VersionRows.versionWithBody($0, bucket: bucket, isLatest: true)
            }
        }
        if version == nil {
            version = try await reads.page { try VersionRows.current(bucket, key, $0) }
        }
        cache.objects.fill(CatalogCache.ObjectName(bucket, key), version, readAt: readAt)
        return version
    }

    package func version(
        _ bucket: BucketID, _ key: ObjectKey, _ id: VersionID
    ) async throws -> ObjectVersion? {
        try await reads.page { try VersionRows.version(bucket, key, id, $0) }
    }
}

extension NewContent {
    /// Rows that referring to it may touch, about.
    var rows: Int {
        switch self {
        case .empty: 4
        case .inline, .existing: 6
        case .piece(let piece, _): 6 + 2 * piece.chunks.count
        case .slices(let slices): 6 + 2 * slices.count
        }
    }
}
