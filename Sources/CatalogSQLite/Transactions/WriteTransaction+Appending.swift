import GRDB
import Objects

extension WriteTransaction {
    /// Lists that grow are said to be this deep: a body of any length, which is at most three deep, fits into them.
    private static let growingDepth = 4

    func append(_ commit: ObjectCommit, at offset: Int64) throws -> ObjectVersion {
        let bucket = try self.bucket(commit.bucket)
        let facts = try currentFacts(commit.bucket, commit.key)
        try commit.preconditions.check(against: facts?.etag)
        guard let facts, let current = try VersionRows.current(commit.bucket, commit.key, db) else {
            guard offset == 0 else { throw StoreError.invalidWriteOffset(size: 0) }
            var first = commit
            first.appendsAt = nil
            return try commitObject(first)
        }
        let whole = try current.appended(commit)
        let added = ContentSlice(
            content: try reference(commit.content, size: commit.size), offset: 0, length: commit.size)
        let isReplaced =
            bucket.versioning == .off || (bucket.versioning == .suspended && facts.versionID == nil)
        let content = try content(of: current, followedBy: added, isReplaced: isReplaced)
        return try makeCurrent(
            NewVersion(
                key: whole.key, content: content, size: whole.size, etag: whole.etag,
                metadata: whole.metadata, checksum: whole.checksum, partCount: whole.partCount,
                author: whole.author, attributes: whole.attributes, encryption: whole.encryption,
                origin: whole.origin,
                modified: whole.modified),
            in: bucket, replacing: facts)
    }

    /// A content with the bytes of a version and those of `added`, whose reference is handed over; with a reference.
    ///
    /// A list that only this version has, and that goes with it, takes the slice itself, so that an append costs the
    /// same however often there was one before. Whoever reads the list or copies from it meanwhile knows the version's
    /// size and does not see the slice.
    private func content(
        of version: ObjectVersion, followedBy added: ContentSlice, isReplaced: Bool
    ) throws -> ContentRef {
        if added.length == 0 {
            try retain(version.content)
            return version.content
        }
        if version.size == 0 { return added.content }
        if isReplaced, try isGrowing(version, by: added) {
            try insertSlice(of: version.content, at: version.size, added)
            try db.run(
                "UPDATE content SET length = length + ? WHERE id = ?",
                [added.length, version.content.rawValue])
            try retain(version.content)
            return version.content
        }
        var parts: [ObjectPart]?
        if !version.content.isInline {
            parts = try SliceRows.parts(of: version.content, size: version.size, db)
        }
        try retain(version.content)
        let present = ContentSlice(content: version.content, offset: 0, length: version.size)
        let list = try storeOwnedList([present, added], references: 1, minimumDepth: Self.growingDepth)
        try keep(
            parts ?? [ObjectPart(size: version.size, checksum: version.checksum)], of: list.ref)
        return list.ref
    }

    private func isGrowing(_ version: ObjectVersion, by added: ContentSlice) throws -> Bool {
        if version.content.isInline { return false }
        let depth = try db.integer(
            """
            SELECT depth FROM content
            WHERE id = ? AND count = 1 AND is_list = 1 AND parts IS NOT NULL AND length = ?
            """, [version.content.rawValue, version.size])
        return try depth.map { try self.depth(of: added.content) < $0 } ?? false
    }
}
