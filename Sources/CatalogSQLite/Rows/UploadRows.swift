import Digests
import GRDB
import Objects

/// Rows of `upload` and `upload_part`.
enum UploadRows {
    private static let columns = """
        u.id, u.bucket, u.key, u.author, u.total, u.state, u.version_id, u.sequence, u.client_token, u.metadata, \
        u.preconditions, u.checksum_algorithm, u.checksum_kind, u.announced_digest, u.created, u.touched, \
        u.status_asked, u.expires, u.attributes, u.encryption
        """

    /// Uploads of buckets that are there; their columns are followed by `row`, `parts` and `received`.
    static let select = """
        SELECT \(columns), u.row, u.parts, u.received FROM upload u JOIN bucket b ON b.id = u.bucket
        """

    /// An upload and what is counted of it.
    struct Counted {
        var upload: Upload
        var row: Int64
        var parts: Int
        var received: Int64
    }

    static func upload(_ row: StatementRow) throws -> Upload {
        let kind: Upload.Kind = row.optionalInteger(4).map { .ranges(total: $0) } ?? .multipart
        let state: Upload.State =
            row.flag(5)
            ? .completed(
                versionID: row.optionalText(6).map { VersionID($0) } ?? .null, sequence: row.integer(7))
            : .open
        return Upload(
            id: UploadID(row.text(0)), kind: kind, state: state, bucket: BucketID(row.integer(1)),
            key: ObjectKey(stored: row.bytes(2)), author: KeyID(row.text(3)),
            clientToken: row.optionalText(8),
            metadata: try row.withBytes(9, MetadataCoding.decode),
            preconditions: try row.withBytes(10, PreconditionsCoding.decode),
            attributes: try row.withOptionalBytes(18, AttributesCoding.decode) ?? .none,
            encryption: try row.withOptionalBytes(19, EncryptionCoding.decode),
            checksumAlgorithm: row.optionalText(11).flatMap { ChecksumAlgorithm(rawValue: $0) },
            checksumKind: row.optionalText(12).flatMap { ObjectChecksum.Kind(rawValue: $0) },
            announcedDigest: row.optionalBytes(13).flatMap { SHA256Digest(bytes: $0) },
            created: row.integer(14), touched: row.integer(15), statusAsked: row.flag(16),
            expires: row.integer(17))
    }

    static func counted(_ row: StatementRow) throws -> Counted {
        Counted(
            upload: try upload(row), row: row.integer(20), parts: Int(row.integer(21)),
            received: row.integer(22))
    }

    static let partColumns =
        "p.position, p.content, p.content_offset, p.length, p.etag, p.checksum, p.modified, p.salt"

    static func part(_ row: StatementRow) throws -> UploadPart {
        UploadPart(
            position: row.integer(0),
            slice: ContentSlice(
                content: ContentRef(row.integer(1)), offset: row.integer(2), length: row.integer(3)),
            etag: try row.withBytes(4, ETagCoding.decode),
            checksum: try row.withOptionalBytes(5, ChecksumCoding.decode), salt: row.optionalBytes(7),
            modified: row.integer(6))
    }

    /// Parts of the upload in row `row` that share a byte with `range`, by position. Ranges of one upload never
    /// overlap, so only one may begin before the range.
    static func parts(_ row: Int64, overlapping range: Range<Int64>, _ db: Database) throws -> [UploadPart] {
        if range.isEmpty { return [] }
        let first =
            try db.integer(
                "SELECT max(position) FROM upload_part WHERE upload = ? AND position <= ?",
                [row, range.lowerBound]) ?? range.lowerBound
        return try db.all(
            """
            SELECT \(partColumns) FROM upload_part p WHERE upload = ? AND position >= ? AND position < ?
            ORDER BY position
            """, [row, first, range.upperBound], part
        ).filter { $0.position + $0.size > range.lowerBound }
    }
}
