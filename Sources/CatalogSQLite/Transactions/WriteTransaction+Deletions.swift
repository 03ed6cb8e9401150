import GRDB
import Objects

extension WriteTransaction {
    /// Each on its own: an error of one undoes that one only.
    func delete(_ deletions: [ObjectDeletion]) throws -> [Result<ObjectDeleted, StoreError>] {
        try deletions.map { deletion in
            do {
                return .success(try savepoint { try delete(deletion) })
            } catch let error as StoreError {
                return .failure(error)
            }
        }
    }

    /// - Parameter isMove: whether the file goes on under another key.
    func delete(_ deletion: ObjectDeletion, isMove: Bool = false) throws -> ObjectDeleted {
        let bucket = try self.bucket(deletion.bucket)
        if let id = deletion.versionID { return try deleteVersion(id, deletion, in: bucket) }
        let current = try currentFacts(deletion.bucket, deletion.key)
        try deletion.preconditions.check(against: current?.etag)
        try deletion.seen?.check(
            sequence: current?.sequence, attributes: current?.attributes ?? .none, isCurrent: true)
        switch bucket.versioning {
        case .off:
            guard let current else { return ObjectDeleted(existed: false) }
            try checkDeletable(current.attributes, deletion)
            try removeCurrent(deletion.bucket, deletion.key, content: current.content)
            try announce(deletion, in: bucket)
            try announceDeletion(of: current, deletion.key, in: bucket)
            changes(.current(CatalogCache.ObjectName(deletion.bucket, deletion.key), nil))
            return ObjectDeleted(existed: true)
        case .enabled, .suspended:
            if let current {
                if bucket.versioning == .suspended, current.versionID == nil {
                    try checkDeletable(current.attributes, deletion)
                    try removeCurrent(deletion.bucket, deletion.key, content: current.content)
                } else {
                    try moveCurrentAside(deletion.bucket, deletion.key)
                }
            }
            if bucket.versioning == .suspended { try dropNullVersion(deletion.bucket, deletion.key) }
            let id: VersionID = bucket.versioning == .enabled ? .random() : .null
            let sequence = try insertMarker(id, deletion)
            if let current, !isMove { try announceDeletion(of: current, deletion.key, in: bucket) }
            try announce(
                deletion.origin, deletion.origin?.kind.withMarker,
                of: EventSubject(key: deletion.key, versionID: id, sequence: sequence), in: bucket)
            changes(.forgetCurrent(CatalogCache.ObjectName(deletion.bucket, deletion.key)))
            return ObjectDeleted(existed: current != nil, versionID: id, isDeleteMarker: true)
        }
    }

    private func deleteVersion(
        _ id: VersionID, _ deletion: ObjectDeletion, in bucket: Bucket
    ) throws -> ObjectDeleted {
        let stored = VersionRows.storedID(id)
        let current = try currentFacts(deletion.bucket, deletion.key)
        if let current, current.versionID == stored {
            try deletion.preconditions.check(against: current.etag)
            try deletion.seen?.check(
                sequence: current.sequence, attributes: current.attributes, isCurrent: true)
            try checkDeletable(current.attributes, deletion)
            try removeCurrent(deletion.bucket, deletion.key, content: current.content)
            try announce(deletion, in: bucket)
            let isReplaced = try promoteNewest(deletion.bucket, deletion.key)
            if !isReplaced { try announceDeletion(of: current, deletion.key, in: bucket) }
            changes(.forgetCurrent(CatalogCache.ObjectName(deletion.bucket, deletion.key)))
            return ObjectDeleted(existed: true, versionID: id)
        }
        let older = try db.first(
            """
            SELECT sequence, content, etag, is_marker, attributes FROM version
            WHERE bucket = ? AND key = ? AND version_id IS ? LIMIT 1
            """, [deletion.bucket.rawValue, deletion.key.bytes, stored]
        ) { row in
            (
                sequence: row.integer(0), content: ContentRef(row.integer(1)),
                etag: try row.withBytes(2, ETagCoding.decode), isMarker: row.flag(3),
                attributes: try row.withOptionalBytes(4, AttributesCoding.decode) ?? .none
            )
        }
        try deletion.preconditions.check(against: older.flatMap { $0.isMarker ? nil : $0.etag })
        try deletion.seen?.check(
            sequence: older?.sequence, attributes: older?.attributes ?? .none, isCurrent: false)
        guard let older else { return ObjectDeleted(existed: false, versionID: id) }
        try checkDeletable(older.attributes, deletion)
        try db.run(
            "DELETE FROM version WHERE bucket = ? AND key = ? AND sequence = ?",
            [deletion.bucket.rawValue, deletion.key.bytes, older.sequence])
        try release(older.content)
        try announce(deletion, in: bucket)
        if current == nil { _ = try promoteNewest(deletion.bucket, deletion.key) }
        changes(.forgetCurrent(CatalogCache.ObjectName(deletion.bucket, deletion.key)))
        return ObjectDeleted(existed: true, versionID: id, isDeleteMarker: older.isMarker)
    }

    private func checkDeletable(_ attributes: ObjectAttributes, _ deletion: ObjectDeletion) throws {
        try attributes.checkDeletable(now: now, bypassesGovernance: deletion.bypassesGovernance)
    }

    func removeCurrent(_ bucket: BucketID, _ key: ObjectKey, content: ContentRef) throws {
        try db.run("DELETE FROM object WHERE bucket = ? AND key = ?", [bucket.rawValue, key.bytes])
        try release(content)
    }

    /// The newest of the older versions becomes the current one, unless it is a delete marker; whether there
    /// was one.
    private func promoteNewest(_ bucket: BucketID, _ key: ObjectKey) throws -> Bool {
        let name: StatementValues = [bucket.rawValue, key.bytes]
        let newest = try db.first(
            "SELECT sequence, is_marker FROM version WHERE bucket = ? AND key = ? ORDER BY sequence DESC LIMIT 1",
            name
        ) { (sequence: $0.integer(0), isMarker: $0.flag(1)) }
        guard let newest, !newest.isMarker else { return false }
        let row: StatementValues = [bucket.rawValue, key.bytes, newest.sequence]
        try db.run(
            """
            INSERT INTO object (bucket, \(VersionRows.columns))
            SELECT bucket, \(VersionRows.columns) FROM version WHERE bucket = ? AND key = ? AND sequence = ?
            """, row)
        try db.run("DELETE FROM version WHERE bucket = ? AND key = ? AND sequence = ?", row)
        return true
    }

    func announceDeletion(of file: CurrentFacts, _ key: ObjectKey, in bucket: Bucket) throws {
        try announce(
            LibraryEvent(
                .fileDeleted, project: bucket.project, subject: file.file.rawValue,
                media: file.media.rawValue, bucket: bucket.name, key: key.bytes, time: now),
            .fileDeleted, to: bucket.project)
    }

    private func announce(_ deletion: ObjectDeletion, in bucket: Bucket) throws {
        guard deletion.origin != nil else { return }
        try announce(
            deletion.origin,
            of: EventSubject(key: deletion.key, versionID: deletion.versionID, sequence: nextSequence()),
            in: bucket)
    }

    /// Gives the marker's sequence.
    private func insertMarker(_ id: VersionID, _ deletion: ObjectDeletion) throws -> Int64 {
        let sequence = nextSequence()
        try db.run(
            """
            INSERT INTO version (bucket, \(VersionRows.columns), is_marker)
            VALUES (?, ?, ?, ?, 0, 0, 0, 0, ?, ?, ?, ?, NULL, 0, ?, NULL, NULL, 1)
            """,
            [
                deletion.bucket.rawValue, deletion.key.bytes, sequence, VersionRows.storedID(id),
                ETagCoding.encode(ETag("")), deletion.now, deletion.now,
                MetadataCoding.encode(ObjectMetadata(contentType: "")), deletion.author?.string,
            ])
        return sequence
    }
}
