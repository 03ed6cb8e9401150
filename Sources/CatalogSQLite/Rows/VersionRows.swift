import GRDB
import NIOCore
import Objects

/// Rows of `object` and `version`.
enum VersionRows {
    /// In the order in which `version` reads them.
    static let columns = """
        key, sequence, version_id, file, media, content, size, etag, modified, created, metadata, checksum, \
        part_count, author, attributes, encryption
        """
    /// The columns that follow in `current` and `byID`.
    static let markerColumn = 16
    static let bodyColumn = 17

    private static let qualified = columns.split(separator: ", ").map { "v.\($0)" }.joined(separator: ", ")
    /// With 0 for "is a marker", and the inline body.
    static let fromObject = """
        SELECT \(qualified), 0, i.body FROM object v \
        LEFT JOIN inline_content i ON i.id = -v.content WHERE v.bucket = ? AND v.key = ?
        """
    static let fromVersion = """
        SELECT \(qualified), v.is_marker, i.body FROM version v \
        LEFT JOIN inline_content i ON i.id = -v.content WHERE v.bucket = ? AND v.key = ?
        """

    /// - Parameter hasBody: whether the row goes on with the marker flag and the inline body.
    static func version(
        _ row: StatementRow, bucket: BucketID, isLatest: Bool, isMarker: Bool = false, body: ByteBuffer? = nil
    ) throws -> ObjectVersion {
        ObjectVersion(
            bucket: bucket, key: ObjectKey(stored: row.bytes(0)),
            versionID: row.optionalText(2).map { VersionID($0) } ?? .null, isDeleteMarker: isMarker,
            isLatest: isLatest, content: ContentRef(row.integer(5)), size: row.integer(6),
            etag: try row.withBytes(7, ETagCoding.decode), modified: row.integer(8), created: row.integer(9),
            file: FileID(row.integer(3)), media: MediaID(row.integer(4)), sequence: row.integer(1),
            metadata: try row.withBytes(10, MetadataCoding.decode),
            checksum: try row.withOptionalBytes(11, ChecksumCoding.decode), partCount: Int(row.integer(12)),
            author: row.optionalText(13).map { KeyID($0) },
            attributes: try row.withOptionalBytes(14, AttributesCoding.decode) ?? .none,
            encryption: try row.withOptionalBytes(15, EncryptionCoding.decode), inlineBody: body)
    }

    /// In the order in which `listed` reads them.
    static let listedColumns = "key, size, etag, modified, metadata, checksum"

    static func listed(_ row: StatementRow) throws -> ListedObject {
        ListedObject(
            key: ObjectKey(stored: row.bytes(0)), size: row.integer(1),
            etag: try row.withBytes(2, ETagCoding.decode), modified: row.integer(3),
            storageClass: try row.withBytes(4, MetadataCoding.storageClass),
            checksum: try row.withOptionalBytes(5, ChecksumCoding.form))
    }

    /// A row of `fromObject` or `fromVersion`.
    static func versionWithBody(_ row: StatementRow, bucket: BucketID, isLatest: Bool) throws -> ObjectVersion
    {
        try version(
            row, bucket: bucket, isLatest: isLatest, isMarker: row.flag(markerColumn),
            body: row.buffer(bodyColumn))
    }

    /// The current version; throws `deleteMarker` when the newest version is one.
    static func current(_ bucket: BucketID, _ key: ObjectKey, _ db: Database) throws -> ObjectVersion? {
        let name: StatementValues = [bucket.rawValue, key.bytes]
        if let version = try db.first(
            fromObject, name, { try versionWithBody($0, bucket: bucket, isLatest: true) })
        {
            return version
        }
        let marker = try db.first(
            "SELECT version_id FROM version WHERE bucket = ? AND key = ? ORDER BY sequence DESC LIMIT 1", name
        ) { $0.optionalText(0).map { VersionID($0) } ?? .null }
        if let marker { throw StoreError.deleteMarker(marker) }
        return nil
    }

    static func version(
        _ bucket: BucketID, _ key: ObjectKey, _ id: VersionID, _ db: Database
    ) throws -> ObjectVersion? {
        let stored = storedID(id)
        let arguments: StatementValues = [bucket.rawValue, key.bytes, stored]
        if let version = try db.first(
            "\(fromObject) AND v.version_id IS ?", arguments,
            { try versionWithBody($0, bucket: bucket, isLatest: true) })
        {
            return version
        }
        let older = try db.first("\(fromVersion) AND v.version_id IS ?", arguments) {
            try versionWithBody($0, bucket: bucket, isLatest: false)
        }
        guard var older else { return nil }
        older.isLatest = try isNewest(older, db)
        return older
    }

    /// Whether a row of `version` is the newest of its key, which only a delete marker can be.
    private static func isNewest(_ version: ObjectVersion, _ db: Database) throws -> Bool {
        guard version.isDeleteMarker else { return false }
        let newer = try db.integer(
            """
            SELECT EXISTS (SELECT 1 FROM object WHERE bucket = ?1 AND key = ?2) \
            OR EXISTS (SELECT 1 FROM version WHERE bucket = ?1 AND key = ?2 AND sequence > ?3)
            """, [version.bucket.rawValue, version.key.bytes, version.sequence])
        return newer == 0
    }

    /// NULL in the tables is the version `null`.
    static func storedID(_ id: VersionID) -> String? { id == .null ? nil : id.string }
}
