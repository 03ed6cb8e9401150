import GRDB
package import Objects

extension SQLiteCatalog {
    package func createUpload(_ upload: Upload) async throws {
        try await write { _ = try $0.createUpload(upload) }
    }

    package func upload(_ id: UploadID) async throws -> Upload? {
        try await reads.one {
            try $0.first("\(UploadRows.select) WHERE u.id = ?", [id.string], UploadRows.upload)
        }
    }

    package func multipartUploads(_ query: ListQuery, afterUpload: UploadID?) async throws -> UploadPage {
        guard query.limit > 0 else { return UploadPage(entries: [], isTruncated: false) }
        return try await reads.page { try Self.multipartUploads(query, afterUpload: afterUpload, $0) }
    }

    private static func multipartUploads(
        _ query: ListQuery, afterUpload: UploadID?, _ db: Database
    ) throws -> UploadPage {
        let select = "\(UploadRows.select) WHERE u.total IS NULL AND u.state = 0 AND u.bucket = ?"
        var cursor = ListCursor(query)
        // Uploads of the marker's own key come first: only those beyond the marker's id.
        let marker = afterUpload.flatMap { id in cursor.excludesStart ? cursor.start.map { ($0, id) } : nil }
        if marker != nil { cursor.includeStart() }
        var page = UploadPage(entries: [], isTruncated: false)
        var goesOn = true
        while goesOn, let start = cursor.start {
            goesOn = false
            let sql =
                "\(select) AND u.key \(cursor.excludesStart ? ">" : ">=") ?"
                + (cursor.end == nil ? "" : " AND u.key < ?") + " ORDER BY u.key, u.id"
            try db.each(sql, bounds(query.bucket, start, cursor.end)) { row in
                let upload = try UploadRows.upload(row)
                if let marker, upload.key.bytes == marker.0, upload.id.string <= marker.1.string {
                    return .more
                }
                switch cursor.take(upload.key.bytes) {
                case .entry:
                    page.entries.append(.item(upload))
                    return .more
                case .seek:
                    page.entries.append(.prefix(cursor.commonPrefix))
                    goesOn = true
                case .full: page.isTruncated = true
                case .end: break
                }
                return .stop
            }
        }
        return page
    }

    package func putPart(_ part: PartCommit) async throws -> UploadPart {
        try await write(rows: part.content.rows) { try $0.putPart(part) }
    }

    package func parts(of id: UploadID, after: Int64, limit: Int) async throws -> [UploadPart] {
        try await reads.one {
            try $0.all(
                """
                SELECT \(UploadRows.partColumns) FROM upload u JOIN bucket b ON b.id = u.bucket
                JOIN upload_part p ON p.upload = u.row
                WHERE u.id = ? AND p.position > ? ORDER BY p.position LIMIT ?
                """, [id.string, after, max(limit, 0)], UploadRows.part)
        }
    }

    package func parts(of id: UploadID, overlapping range: Range<Int64>) async throws -> [UploadPart] {
        try await reads.page { db in
            guard let row = try db.integer("SELECT row FROM upload WHERE id = ?", [id.string]) else {
                return []
            }
            return try UploadRows.parts(row, overlapping: range, db)
        }
    }

    package func completeUpload(_ completion: UploadCompletion) async throws -> ObjectVersion {
        try await write(rows: 8 + 2 * completion.parts.count) { try $0.completeUpload(completion) }
    }

    package func abortUpload(_ id: UploadID) async throws {
        try await write { try $0.abortUpload(id) }
    }

    package func rangeUploads(
        _ bucket: BucketID, _ key: ObjectKey, author: KeyID, total: Int64?
    ) async throws -> [Upload] {
        try await reads.one {
            try $0.all(
                """
                \(UploadRows.select) WHERE u.bucket = ? AND u.key = ? AND u.author = ? AND u.total IS NOT NULL
                    AND (?4 IS NULL OR u.total = ?4)
                ORDER BY u.row DESC LIMIT \(maximumRangeUploads)
                """, [bucket.rawValue, key.bytes, author.string, total], UploadRows.upload)
        }
    }

    package func putRange(_ commit: RangeCommit) async throws -> RangeOutcome {
        try await write(rows: commit.content.rows) { try $0.putRange(commit) }
    }

    package func completeRangeUpload(
        _ id: UploadID, modified: Int64, keepFor: Int64, origin: ChangeOrigin?
    ) async throws -> ObjectVersion {
        try await write {
            try $0.completeRangeUpload(id, modified: modified, keepFor: keepFor, origin: origin)
        }
    }

    package func touchUpload(_ id: UploadID, now: Int64) async throws {
        try await write { try $0.touchUpload(id, now: now) }
    }
}

/// Range uploads of one key that one call gives, the newest: a client that begins more has lost the older ones.
private let maximumRangeUploads = 100
