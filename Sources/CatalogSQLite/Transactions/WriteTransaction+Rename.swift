import GRDB
import Objects

extension WriteTransaction {
    func rename(_ rename: ObjectRename) throws -> ObjectVersion {
        let bucket = try self.bucket(rename.bucket)
        if let token = rename.token, try isRepeated(rename, token) {
            guard let done = try VersionRows.current(bucket.id, rename.destination, db) else {
                throw StoreError.noSuchKey
            }
            return done
        }
        guard let source = try VersionRows.current(bucket.id, rename.source, db) else {
            throw StoreError.noSuchKey
        }
        try rename.seenSource?.check(
            sequence: source.sequence, attributes: source.attributes, isCurrent: true)
        let destination = try currentFacts(bucket.id, rename.destination)
        try rename.preconditions.check(against: destination?.etag)
        try rename.seenDestination?.check(
            sequence: destination?.sequence, attributes: destination?.attributes ?? .none, isCurrent: true)
        if let token = rename.token { try remember(rename, token) }
        guard rename.source != rename.destination else { return source }
        return bucket.versioning == .off
            ? try move(source, to: rename, in: bucket, replacing: destination)
            : try copy(source, to: rename, in: bucket, replacing: destination)
    }

    /// The same version under another key.
    private func move(
        _ source: ObjectVersion, to rename: ObjectRename, in bucket: Bucket,
        replacing destination: CurrentFacts?
    ) throws -> ObjectVersion {
        try source.attributes.checkDeletable(now: now, bypassesGovernance: false)
        if let destination {
            try destination.attributes.checkDeletable(now: now, bypassesGovernance: false)
            try removeCurrent(rename.bucket, rename.destination, content: destination.content)
            try announceDeletion(of: destination, rename.destination, in: bucket)
        }
        var moved = source
        moved.key = rename.destination
        moved.sequence = nextSequence()
        try db.run(
            "UPDATE object SET key = ?, sequence = ? WHERE bucket = ? AND key = ?",
            [moved.key.bytes, moved.sequence, rename.bucket.rawValue, rename.source.bytes])
        try announce(
            rename.origin, .removed,
            of: EventSubject(key: rename.source, versionID: nil, sequence: moved.sequence), in: bucket)
        try announce(rename.origin, of: EventSubject(moved), in: bucket)
        try moveFacts(of: moved)
        try announce(.fileUpdated, moved, in: bucket)
        changes(.current(CatalogCache.ObjectName(rename.bucket, rename.source), nil))
        changes(.current(CatalogCache.ObjectName(rename.bucket, rename.destination), moved))
        return moved
    }

    /// A new version of the destination, and a delete marker over the source's.
    private func copy(
        _ source: ObjectVersion, to rename: ObjectRename, in bucket: Bucket,
        replacing destination: CurrentFacts?
    ) throws -> ObjectVersion {
        try retain(source.content)
        let attributes = ObjectAttributes(
            owner: source.attributes.owner, acl: source.attributes.acl, tags: source.attributes.tags,
            file: source.attributes.file)
        let version = try makeCurrent(
            NewVersion(
                key: rename.destination, content: source.content, size: source.size, etag: source.etag,
                metadata: source.metadata, checksum: source.checksum, partCount: source.partCount,
                author: rename.author, attributes: attributes, encryption: source.encryption,
                origin: rename.origin, modified: rename.now, file: source.file,
                inlineBody: source.inlineBody),
            in: bucket, replacing: destination)
        if let destination { try announceDeletion(of: destination, rename.destination, in: bucket) }
        _ = try delete(
            ObjectDeletion(
                bucket: rename.bucket, key: rename.source, author: rename.author,
                origin: rename.origin?.removing, now: rename.now), isMove: true)
        return version
    }

    /// Whether the token did this rename before. Throws `renameTokenMismatch` when it did another one.
    private func isRepeated(_ rename: ObjectRename, _ token: String) throws -> Bool {
        let known = try db.first(
            "SELECT source, destination FROM rename_token WHERE bucket = ? AND token = ? AND made > ?",
            [rename.bucket.rawValue, token, rename.now - ObjectRename.tokenLifetime]
        ) { ($0.bytes(0), $0.bytes(1)) }
        guard let known else { return false }
        guard known == (rename.source.bytes, rename.destination.bytes) else {
            throw StoreError.renameTokenMismatch
        }
        return true
    }

    /// Tokens that are forgotten with each that is kept, so that they cannot pile up.
    private static let tokensForgotten = 8

    private func remember(_ rename: ObjectRename, _ token: String) throws {
        try db.run(
            """
            DELETE FROM rename_token WHERE (bucket, token) IN
                (SELECT bucket, token FROM rename_token WHERE made <= ? ORDER BY made LIMIT ?)
            """, [rename.now - ObjectRename.tokenLifetime, Self.tokensForgotten])
        try db.run(
            "INSERT OR REPLACE INTO rename_token (bucket, token, source, destination, made) VALUES (?, ?, ?, ?, ?)",
            [
                rename.bucket.rawValue, token, rename.source.bytes, rename.destination.bytes, rename.now,
            ])
    }
}
