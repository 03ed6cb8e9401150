import Digests
import GRDB
import Objects

extension WriteTransaction {
    /// Parts of a range upload after which neighbours are made one.
    private static let joinAbove = 4000
    /// How often that is tried while they do not get fewer.
    private static let joinEvery = 500
    /// Slices of a content that neighbours are made into.
    private static let joinedSlices = 1000
    /// Contents that deep are not nested further.
    private static let joinedDepth = NewContent.maximumDepth - 3

    func putRange(_ commit: RangeCommit) throws -> RangeOutcome {
        guard var found = try target(of: commit), case .ranges(let total) = found.upload.kind else {
            return .changed
        }
        let (end, overflow) = commit.start.addingReportingOverflow(commit.size)
        guard commit.start >= 0, commit.size >= 0, !overflow, end <= total else {
            throw StoreError.invalidRange
        }
        let overlap = try UploadRows.parts(found.row, overlapping: commit.start..<end, db)
        let seen = commit.seenOverlap.sorted { $0.position < $1.position }
        guard overlap.map(\.identity) == seen.map(\.identity) else { return .changed }
        if commit.dropsOthers {
            try removeParts(of: found.row)
            found.parts = 0
            found.received = 0
        }
        try insertUncovered(commit, end: end, overlap: commit.dropsOthers ? [] : overlap, &found)
        if let contentType = commit.contentType { found.upload.metadata.contentType = contentType }
        found.upload.announcedDigest = found.upload.announcedDigest ?? commit.announcedDigest
        // Ranges that are encrypted have keys of their own.
        if found.upload.encryption == nil, found.parts > Self.joinAbove, found.parts % Self.joinEvery == 0 {
            try joinNeighbours(&found)
        }
        try db.run(
            """
            UPDATE upload SET metadata = ?, touched = ?, status_asked = 0, expires = ?, parts = ?, received = ?,
                announced_digest = ? WHERE row = ?
            """,
            [
                MetadataCoding.encode(found.upload.metadata), commit.modified, commit.expires,
                found.parts,
                found.received, found.upload.announcedDigest.map { $0.bytes }, found.row,
            ])
        guard found.received == total else { return .stored(found.upload.id) }
        guard commit.completes else { return .ready(found.upload.id) }
        let version = try complete(
            found, modified: commit.modified, keepFor: commit.keepFor, origin: commit.origin)
        return .completed(found.upload.id, version)
    }

    func completeRangeUpload(
        _ id: UploadID, modified: Int64, keepFor: Int64, origin: ChangeOrigin?
    ) throws -> ObjectVersion {
        let found = try openUpload(id)
        guard case .ranges(let total) = found.upload.kind, found.received == total else {
            throw StoreError.noSuchUpload
        }
        return try complete(found, modified: modified, keepFor: keepFor, origin: origin)
    }

    /// Nil when the upload is not as the caller saw it.
    private func target(of commit: RangeCommit) throws -> UploadRows.Counted? {
        switch commit.target {
        case .existing(let id):
            guard let found = try upload(id), found.upload.state == .open, commit.fits(found.upload) else {
                return nil
            }
            return found
        case .new(let new, let newestSeen):
            guard case .ranges(let total) = new.kind else {
                throw StoreError.internalFault("a range begins an upload of another kind")
            }
            let newest = try db.first(
                """
                SELECT id FROM upload WHERE bucket = ? AND key = ? AND author = ? AND total = ? AND state = 0
                    AND client_token IS ?
                ORDER BY row DESC LIMIT 1
                """,
                [new.bucket.rawValue, new.key.bytes, new.author.string, total, new.clientToken]
            ) { UploadID($0.text(0)) }
            guard newest == newestSeen, commit.seenOverlap.isEmpty else { return nil }
            return try createUpload(new)
        }
    }

    /// Stores what of the range no part has yet, as slices of one content.
    private func insertUncovered(
        _ commit: RangeCommit, end: Int64, overlap: [UploadPart], _ found: inout UploadRows.Counted
    ) throws {
        var gaps: [Range<Int64>] = []
        var position = commit.start
        for part in overlap {
            if part.position > position { gaps.append(position..<part.position) }
            position = max(position, part.position + part.size)
        }
        if position < end { gaps.append(position..<end) }
        guard !gaps.isEmpty else { return }
        guard found.parts + gaps.count <= NewContent.maximumSlices else { throw StoreError.tooManyParts }
        let whole = try slice(of: commit.content, size: commit.size)
        if gaps.count > 1 { try retain(whole.content, references: Int64(gaps.count - 1)) }
        for gap in gaps {
            let length = gap.upperBound - gap.lowerBound
            let slice = ContentSlice(
                content: whole.content, offset: whole.offset + gap.lowerBound - commit.start, length: length)
            try insertPart(
                UploadPart(
                    position: gap.lowerBound, slice: slice, etag: ETag(""), salt: commit.salt,
                    modified: commit.modified),
                of: found.row)
            found.received += length
        }
        found.parts += gaps.count
    }

    /// Makes runs of adjoining parts into one part each, so that a file of many small ranges stays within the
    /// number of slices a content may have.
    private func joinNeighbours(_ found: inout UploadRows.Counted) throws {
        var run: [UploadPart] = []
        for part in try parts(of: found.row) {
            let follows = run.last.map { $0.position + $0.size == part.position } ?? false
            if !follows || run.count == Self.joinedSlices {
                try join(run, &found)
                run = []
            }
            if try depth(of: part.slice.content) < Self.joinedDepth { run.append(part) }
        }
        try join(run, &found)
    }

    private func join(_ run: [UploadPart], _ found: inout UploadRows.Counted) throws {
        guard let first = run.first, let last = run.last, run.count > 1 else { return }
        try db.run(
            "DELETE FROM upload_part WHERE upload = ? AND position BETWEEN ? AND ?",
            [found.row, first.position, last.position])
        let whole = try storeOwnedList(run.map(\.slice), references: 1)
        let slice = ContentSlice(content: whole.ref, offset: 0, length: whole.length)
        try insertPart(
            UploadPart(position: first.position, slice: slice, etag: first.etag, modified: last.modified),
            of: found.row)
        found.parts -= run.count - 1
    }

    /// The parts, in order and without a gap, become the object.
    private func complete(
        _ found: UploadRows.Counted, modified: Int64, keepFor: Int64, origin: ChangeOrigin?
    ) throws -> ObjectVersion {
        let upload = found.upload
        let bucket = try self.bucket(upload.bucket)
        let current = try currentFacts(upload.bucket, upload.key)
        try upload.preconditions.check(against: current?.etag)
        let parts = try self.parts(of: found.row)
        try db.run("DELETE FROM upload_part WHERE upload = ?", [found.row])
        let whole = try storeOwnedList(parts.map(\.slice), references: 1)
        guard whole.length == found.received else {
            throw StoreError.internalFault("the ranges of an upload do not make its length")
        }
        let version = try makeCurrent(
            NewVersion(
                key: upload.key, content: whole.ref, size: whole.length,
                etag: etag(of: upload, parts: max(parts.count, 1)), metadata: upload.metadata,
                author: upload.author, attributes: upload.attributes,
                encryption: upload.encryption?.ofRanges(parts),
                origin: origin, modified: modified),
            in: bucket, replacing: current)
        try markCompleted(found.row, version, expires: modified + keepFor)
        return version
    }

    /// Nobody has the MD5 of bytes that came in any order: the tag is unique and says no more.
    private func etag(of upload: Upload, parts: Int) -> ETag {
        let text = "\(upload.id) \(upload.bucket.rawValue) \(nextSequence())"
        return ETag("\(SHA256Digest.hash(Array(text.utf8)).hex.prefix(32))-\(parts)")
    }
}

extension UploadPart {
    /// What must be equal for a part to be the one that was seen.
    fileprivate var identity: [Int64] { [position, slice.content.rawValue, slice.offset, slice.length] }
}
