import Digests
import GRDB
import Objects

extension WriteTransaction {
    @discardableResult
    func createUpload(_ upload: Upload) throws -> UploadRows.Counted {
        _ = try bucket(upload.bucket)
        var total: Int64?
        if case .ranges(let length) = upload.kind { total = length }
        try db.run(
            """
            INSERT INTO upload
                (id, bucket, key, author, total, state, client_token, metadata, preconditions,
                checksum_algorithm, checksum_kind, announced_digest, created, touched, status_asked, expires,
                parts, received, attributes, encryption)
            VALUES (?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, ?, ?)
            """,
            [
                upload.id.string, upload.bucket.rawValue, upload.key.bytes, upload.author.string, total,
                upload.clientToken, MetadataCoding.encode(upload.metadata),
                PreconditionsCoding.encode(upload.preconditions), upload.checksumAlgorithm?.rawValue,
                upload.checksumKind?.rawValue, upload.announcedDigest.map { $0.bytes }, upload.created,
                upload.touched, upload.statusAsked, upload.expires,
                AttributesCoding.encode(upload.attributes), EncryptionCoding.encode(upload.encryption),
            ])
        return UploadRows.Counted(upload: upload, row: db.lastInsertedRowID, parts: 0, received: 0)
    }

    /// Open or completed, of a bucket that is there.
    func upload(_ id: UploadID) throws -> UploadRows.Counted? {
        try db.first("\(UploadRows.select) WHERE u.id = ?", [id.string], UploadRows.counted)
    }

    func openUpload(_ id: UploadID) throws -> UploadRows.Counted {
        guard let found = try upload(id), found.upload.state == .open else { throw StoreError.noSuchUpload }
        return found
    }

    func putPart(_ commit: PartCommit) throws -> UploadPart {
        let found = try openUpload(commit.upload)
        guard found.upload.kind == .multipart else { throw StoreError.noSuchUpload }
        guard (1...NewContent.maximumSlices).contains(commit.number) else {
            throw StoreError.invalidPart(number: commit.number)
        }
        let slice = try slice(of: commit.content, size: commit.size)
        let part = UploadPart(
            position: Int64(commit.number), slice: slice, etag: commit.etag, checksum: commit.checksum,
            salt: commit.salt, modified: commit.modified)
        let old = try db.first(
            "DELETE FROM upload_part WHERE upload = ? AND position = ? RETURNING content, length",
            [found.row, part.position]
        ) { (content: ContentRef($0.integer(0)), length: $0.integer(1)) }
        if let old { try release(old.content) }
        try insertPart(part, of: found.row)
        try db.run(
            "UPDATE upload SET touched = ?, parts = parts + ?, received = received + ? WHERE row = ?",
            [commit.modified, old == nil ? 1 : 0, part.size - (old?.length ?? 0), found.row])
        return part
    }

    /// A part's bytes, with one reference. A copy of a range stays a slice of its source, so that copying parts
    /// of parts does not nest contents.
    func slice(of content: NewContent, size: Int64) throws -> ContentSlice {
        if case .slices(let slices) = content, slices.count == 1 {
            guard size > 0 else { return ContentSlice(content: .empty, offset: 0, length: 0) }
            let length = try retain(slices[0].content)
            let slice = slices[0]
            guard slice.length == size, slice.offset >= 0, slice.offset <= length,
                slice.length <= length - slice.offset
            else { throw StoreError.internalFault("a slice reaches beyond its content") }
            return slice
        }
        return ContentSlice(content: try reference(content, size: size), offset: 0, length: size)
    }

    func insertPart(_ part: UploadPart, of row: Int64) throws {
        try db.run(
            """
            INSERT INTO upload_part (upload, position, content, content_offset, length, etag, checksum, modified,
                salt)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                row, part.position, part.slice.content.rawValue, part.slice.offset, part.slice.length,
                ETagCoding.encode(part.etag), part.checksum.map { ChecksumCoding.encode($0) },
                part.modified, part.salt,
            ])
    }

    func parts(of row: Int64) throws -> [UploadPart] {
        try db.all(
            "SELECT \(UploadRows.partColumns) FROM upload_part p WHERE upload = ? ORDER BY position", [row],
            UploadRows.part)
    }

    func abortUpload(_ id: UploadID) throws {
        try removeUpload(try openUpload(id).row)
    }

    /// Removes an upload and its parts: at most `NewContent.maximumSlices` rows and as many counts.
    func removeUpload(_ row: Int64) throws {
        try removeParts(of: row)
        try db.run("DELETE FROM upload WHERE row = ?", [row])
    }

    func removeParts(of row: Int64) throws {
        for part in try parts(of: row) { try release(part.slice.content) }
        try db.run("DELETE FROM upload_part WHERE upload = ?", [row])
    }

    /// The upload stays for a while as the answer to repeats.
    func markCompleted(_ row: Int64, _ version: ObjectVersion, expires: Int64) throws {
        try db.run(
            """
            UPDATE upload SET state = 1, version_id = ?, sequence = ?, expires = ?, parts = 0, received = 0
            WHERE row = ?
            """, [VersionRows.storedID(version.versionID), version.sequence, expires, row])
    }

    func touchUpload(_ id: UploadID, now: Int64) throws {
        try db.run(
            "UPDATE upload SET touched = ?, status_asked = 1 WHERE id = ? AND state = 0", [now, id.string])
    }
}
