import GRDB
import NIOCore
import Objects

/// What a write needs to know of the current version.
struct CurrentFacts {
    var sequence: Int64
    var versionID: String?
    var etag: ETag
    var content: ContentRef
    var file: FileID
    var media: MediaID
    var created: Int64
    var attributes: ObjectAttributes
}

extension WriteTransaction {
    func commitObject(_ commit: ObjectCommit) throws -> ObjectVersion {
        if let offset = commit.appendsAt { return try append(commit, at: offset) }
        let bucket = try self.bucket(commit.bucket)
        let current = try currentFacts(commit.bucket, commit.key)
        try commit.preconditions.check(against: current?.etag)
        let content = try reference(commit.content, size: commit.size)
        var body: ByteBuffer?
        if case .inline(let bytes, _, _) = commit.content { body = bytes }
        return try makeCurrent(
            NewVersion(
                key: commit.key, content: content, size: commit.size, etag: commit.etag,
                metadata: commit.metadata, checksum: commit.checksum, partCount: commit.partCount,
                author: commit.author, attributes: commit.attributes, encryption: commit.encryption,
                origin: commit.origin, modified: commit.modified, inlineBody: body),
            in: bucket, replacing: current)
    }

    /// - Parameter current: the current version, as this transaction sees it.
    func makeCurrent(
        _ new: NewVersion, in bucket: Bucket, replacing current: CurrentFacts?
    ) throws -> ObjectVersion {
        var attributes = new.attributes
        if attributes.retention == nil, let lock = try bucket.objectLock {
            attributes.retention = lock.retention(of: new.modified)
        }
        if let media = attributes.file?.media { try keepMedia(media, of: bucket.project) }
        if attributes.file == nil { attributes.file = current?.attributes.file }
        let file = new.file ?? current?.file ?? FileID(nextNumber())
        let media = attributes.file?.media ?? MediaID(file.rawValue)
        let versionID: VersionID = bucket.versioning == .enabled ? .random() : .null
        if let current {
            if bucket.versioning == .enabled || current.versionID != nil {
                try moveCurrentAside(bucket.id, new.key)
            } else {
                try current.attributes.checkDeletable(now: now, bypassesGovernance: false)
                try release(current.content)
            }
        }
        if bucket.versioning == .suspended { try dropNullVersion(bucket.id, new.key) }
        let version = ObjectVersion(
            bucket: bucket.id, key: new.key, versionID: versionID, content: new.content, size: new.size,
            etag: new.etag, modified: new.modified, created: current?.created ?? new.modified,
            file: file, media: media, sequence: nextSequence(),
            metadata: new.metadata, checksum: new.checksum, partCount: new.partCount, author: new.author,
            attributes: attributes, encryption: new.encryption, inlineBody: compact(new.inlineBody))
        try insertObject(version)
        try wantFacts(of: version)
        try announce(new.origin, of: EventSubject(version), in: bucket)
        let isNew = current == nil && new.file == nil
        try announce(isNew ? .fileCreated : .fileUpdated, version, in: bucket)
        if isNew, media.rawValue == file.rawValue {
            try announce(.mediaCreated, version, in: bucket)
        }
        let name = CatalogCache.ObjectName(bucket.id, new.key)
        // An inline body that is not at hand is left for the first reader to bring.
        let isComplete = !version.content.isInline || version.inlineBody != nil
        changes(isComplete ? .current(name, version) : .forgetCurrent(name))
        return version
    }

    func currentFacts(_ bucket: BucketID, _ key: ObjectKey) throws -> CurrentFacts? {
        try db.first(
            "SELECT version_id, etag, content, file, media, created, attributes, sequence FROM object "
                + "WHERE bucket = ? AND key = ?",
            [bucket.rawValue, key.bytes]
        ) { row in
            CurrentFacts(
                sequence: row.integer(7), versionID: row.optionalText(0),
                etag: try row.withBytes(1, ETagCoding.decode),
                content: ContentRef(row.integer(2)), file: FileID(row.integer(3)),
                media: MediaID(row.integer(4)), created: row.integer(5),
                attributes: try row.withOptionalBytes(6, AttributesCoding.decode) ?? .none)
        }
    }

    private func insertObject(_ version: ObjectVersion) throws {
        try db.run(
            """
            INSERT OR REPLACE INTO object (bucket, \(VersionRows.columns))
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                version.bucket.rawValue, version.key.bytes, version.sequence,
                VersionRows.storedID(version.versionID), version.file.rawValue, version.media.rawValue,
                version.content.rawValue, version.size, ETagCoding.encode(version.etag),
                version.modified,
                version.created, MetadataCoding.encode(version.metadata),
                version.checksum.map { ChecksumCoding.encode($0) }, version.partCount,
                version.author?.string, AttributesCoding.encode(version.attributes),
                EncryptionCoding.encode(version.encryption),
            ])
    }

    /// The current version becomes an older one.
    func moveCurrentAside(_ bucket: BucketID, _ key: ObjectKey) throws {
        let name: StatementValues = [bucket.rawValue, key.bytes]
        try db.run(
            """
            INSERT INTO version (bucket, \(VersionRows.columns), is_marker)
            SELECT bucket, \(VersionRows.columns), 0 FROM object WHERE bucket = ? AND key = ?
            """, name)
        try db.run("DELETE FROM object WHERE bucket = ? AND key = ?", name)
    }

    /// Removes the null version among the older ones: a key never has two.
    func dropNullVersion(_ bucket: BucketID, _ key: ObjectKey) throws {
        let dropped = try db.first(
            """
            DELETE FROM version WHERE bucket = ? AND key = ? AND version_id IS NULL
            RETURNING content, attributes
            """, [bucket.rawValue, key.bytes]
        ) { (ContentRef($0.integer(0)), try $0.withOptionalBytes(1, AttributesCoding.decode) ?? .none) }
        guard let (content, attributes) = dropped else { return }
        try attributes.checkDeletable(now: now, bypassesGovernance: false)
        try release(content)
    }

    /// A body that is a small part of a large buffer would keep all of it in the cache.
    private func compact(_ body: ByteBuffer?) -> ByteBuffer? {
        guard let body, body.storageCapacity > 2 * body.readableBytes else { return body }
        return ByteBuffer(buffer: body)
    }
}
