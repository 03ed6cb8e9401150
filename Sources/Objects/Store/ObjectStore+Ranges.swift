import Digests
import Logging

extension ObjectStore {
    /// Ranges that one upload may consist of.
    package static let maximumRanges = 10_000
    /// How often a chunk is compared again when others change the upload under it.
    private static let maximumAttempts = 64

    /// Stores one range; the range that fills the last gap makes the object. Durable when it returns.
    ///
    /// Ranges come in any order, any size, over any number of connections, and may be sent again. Bytes of
    /// different files never mix: see "Upload state" in STORAGE.md.
    /// - Parameter describe: called once the chunk is in; says the object's metadata as this request knows it, or
    ///   refuses the chunk.
    /// - Throws: `invalidRange`, `bodyTooLarge`, `uploadConflict` when metadata or conditions differ from the first
    ///   chunk's, `digestMismatch`, and what `put` throws.
    package func putRange(
        _ put: RangePut, body: any BodySource, digests: BodyDigests = BodyDigests(),
        describe: @Sendable (BodyFacts) throws -> ObjectMetadata
    ) async throws -> RangeAnswer {
        let limit = min(put.limit, settings.maximumObjectSize)
        guard put.total <= limit else { throw StoreError.bodyTooLarge(limit: limit) }
        guard put.total > 0, put.start >= 0, put.start < put.total, put.last >= put.start,
            put.last <= put.total
        else { throw StoreError.invalidRange }
        if let declared = put.declaredLength { _ = try put.range(bodyLength: declared) }
        let hold = catalog.holdEpoch()
        defer { withExtendedLifetime(hold) {} }

        let received: ReceivedBody
        let sealing = try await sealing(put)
        do {
            received = try await receive(
                body, scope: scope(for: put.bucket), digests: digests, limit: put.last - put.start + 1,
                declaredLength: put.declaredLength, cipher: sealing?.cipher)
        } catch StoreError.bodyTooLarge {
            throw StoreError.invalidRange
        }
        let range: Range<Int64>
        let metadata: ObjectMetadata
        do {
            range = try put.range(bodyLength: received.facts.length)
            metadata = try describe(received.facts)
        } catch {
            await discard(received)
            throw StoreError(error)
        }
        for _ in 0..<Self.maximumAttempts {
            let chunk = Chunk(range: range, content: received.content, sealing: sealing, metadata: metadata)
            if let answer = try await place(put, chunk) { return answer }
        }
        throw StoreError.overloaded
    }

    /// A range whose bytes are durable but of no upload yet.
    private struct Chunk: Sendable {
        var range: Range<Int64>
        var content: NewContent
        var sealing: BodySealing?
        var metadata: ObjectMetadata

        var length: Int64 { range.upperBound - range.lowerBound }
        var method: ObjectEncryption.Method? { sealing?.encryption.method }

        /// Walks the plain bytes from `position` of the file.
        func bytes(_ catalog: any Catalog, from position: Int64, length: Int64) -> ExtentCursor {
            ExtentCursor(
                catalog, content, offset: position - range.lowerBound, length: length,
                cipher: sealing?.cipher ?? .none)
        }
    }

    /// What the chunk is encrypted with: as the upload that it continues, or as a new one.
    private func sealing(_ put: RangePut) async throws -> BodySealing? {
        let open = try await kin(of: put).kin.first { $0.state == .open }
        let method =
            if let open, mayContinue(open, put) { open.encryption?.method } else { put.protection.method }
        guard let method else { return nil }
        return BodySealing(method, key: try await put.protection.key(method), at: put.start)
    }

    /// Uploads of the same file by the same client, newest first, and the newest open one of them all.
    private func kin(of put: RangePut) async throws -> (kin: [Upload], newestOpen: UploadID?) {
        let family = try await catalog.rangeUploads(
            put.bucket.id, put.key, author: put.author, total: put.total
        )
        .filter { $0.clientToken == put.clientToken }
        // Another digest is another file; the catalog knows nothing of that when it looks for the newest.
        let kin = family.filter {
            put.announcedDigest == nil || $0.announcedDigest == nil
                || $0.announcedDigest == put.announcedDigest
        }
        return (kin, family.first { $0.state == .open }?.id)
    }

    /// One attempt to find the upload that a chunk belongs to and to store it there; nil when that upload changed
    /// between the look and the commit.
    private func place(_ put: RangePut, _ chunk: Chunk) async throws -> RangeAnswer? {
        let (kin, newestOpen) = try await kin(of: put)
        if let newest = kin.first(where: { $0.state == .open }), mayContinue(newest, put) {
            // Another key came into use, and another request began the upload, while this body was on its way.
            guard newest.encryption?.method == chunk.method else { throw StoreError.overloaded }
            return try await extend(newest, put, chunk)
        }
        if let version = try await finished(kin, put, chunk) { return .completed(version) }
        guard chunk.method == put.protection.method else { throw StoreError.overloaded }
        try await admitUpload(into: put.bucket)
        try await admit(put.total, into: put.bucket)
        meter.add(put.total, to: put.bucket.project)
        let now = self.now
        let upload = Upload(
            id: .random(), kind: .ranges(total: put.total), bucket: put.bucket.id, key: put.key,
            author: put.author,
            clientToken: put.clientToken, metadata: chunk.metadata, preconditions: put.preconditions,
            attributes: put.attributes, encryption: chunk.method.map { ObjectEncryption($0) },
            announcedDigest: put.announcedDigest, created: now, touched: now,
            expires: now + settings.uploadLifetime)
        return try await commit(
            put, upload,
            RangeCommit(
                target: .new(upload, newestSeen: newestOpen),
                start: chunk.range.lowerBound, content: chunk.content,
                size: chunk.length, salt: chunk.sealing?.salt, seenOverlap: [], modified: now,
                expires: upload.expires,
                completes: put.announcedDigest == nil, keepFor: settings.keepFinished, origin: put.origin))
    }

    /// Rule (c): what rested too long is continued only by a client that knows of it.
    private func mayContinue(_ upload: Upload, _ put: RangePut) -> Bool {
        put.clientToken != nil || upload.statusAsked || now - upload.touched <= settings.rangeIdle
    }

    /// Rule (a): a chunk of the file that is already there is answered with it and opens nothing.
    private func finished(_ kin: [Upload], _ put: RangePut, _ chunk: Chunk) async throws -> ObjectVersion? {
        for upload in kin {
            guard case .completed(let versionID, let sequence) = upload.state else { continue }
            guard let version = try await catalog.version(put.bucket.id, put.key, versionID),
                version.sequence == sequence, version.isLatest, version.size == put.total
            else { continue }
            let start = chunk.range.lowerBound
            let stored = ContentSlice(content: version.content, offset: start, length: chunk.length)
            let cipher = try await put.protection.cipher(version.encryption)
            let isSame = try await areEqual(
                chunk.bytes(catalog, from: start, length: chunk.length),
                ExtentCursor(catalog, slices: [stored], cipher: cipher, at: start))
            if isSame { return version }
        }
        return nil
    }

    /// Rule (b): bytes that differ from what the upload holds at their place prove a changed file.
    private func extend(_ upload: Upload, _ put: RangePut, _ chunk: Chunk) async throws -> RangeAnswer? {
        let (range, metadata) = (chunk.range, chunk.metadata)
        try agree(upload, put, metadata)
        let overlap = try await catalog.parts(of: upload.id, overlapping: range)
        var isChanged = false
        for part in overlap where !isChanged {
            let lower = max(part.position, range.lowerBound)
            let upper = min(part.position + part.size, range.upperBound)
            let held = ContentSlice(
                content: part.slice.content, offset: part.slice.offset + lower - part.position,
                length: upper - lower)
            let cipher = try await put.protection.cipher(upload.encryption?.ofRanges([part]))
            isChanged = try await !areEqual(
                chunk.bytes(catalog, from: lower, length: upper - lower),
                ExtentCursor(catalog, slices: [held], cipher: cipher, at: lower - part.position))
        }
        let now = self.now
        let verifies = (upload.announcedDigest ?? put.announcedDigest) != nil
        return try await commit(
            put, upload,
            RangeCommit(
                target: .existing(upload.id), start: range.lowerBound, content: chunk.content,
                size: chunk.length, salt: chunk.sealing?.salt, seenOverlap: overlap, dropsOthers: isChanged,
                modified: now, expires: now + settings.uploadLifetime,
                contentType: range.lowerBound == 0 ? metadata.contentType : nil,
                announcedDigest: put.announcedDigest, completes: !verifies, keepFor: settings.keepFinished,
                origin: put.origin))
    }

    /// The first chunk fixes metadata and conditions; a later one may leave them out or repeat them.
    private func agree(_ upload: Upload, _ put: RangePut, _ metadata: ObjectMetadata) throws {
        var (first, later) = (upload.metadata, metadata)
        first.contentType = ""
        later.contentType = ""
        guard !put.declaresMetadata || first == later else {
            throw StoreError.uploadConflict("the metadata differs from the first chunk's")
        }
        let declaresConditions = put.preconditions.ifMatch != nil || put.preconditions.ifNoneMatch != nil
        guard !declaresConditions || upload.preconditions == put.preconditions else {
            throw StoreError.uploadConflict("the conditions differ from the first chunk's")
        }
    }

    private func commit(_ put: RangePut, _ upload: Upload, _ commit: RangeCommit) async throws -> RangeAnswer?
    {
        switch try await catalog.putRange(commit) {
        case .changed: nil
        case .completed(_, let version): .completed(version)
        case .stored(let id): .stored(try await status(of: id, upload))
        case .ready(let id):
            try await verified(
                id, upload, announced: upload.announcedDigest ?? put.announcedDigest, put)
        }
    }

    /// Compares the assembled whole with the digest that was announced, then makes the object.
    private func verified(
        _ id: UploadID, _ upload: Upload, announced: SHA256Digest?, _ put: RangePut
    ) async throws -> RangeAnswer {
        guard let announced else {
            return .completed(
                try await catalog.completeRangeUpload(
                    id, modified: now, keepFor: settings.keepFinished, origin: put.origin))
        }
        let status = try await status(of: id, upload)
        if status.total > settings.verifyBeforeAnswer {
            Task { [logger] in
                do {
                    _ = try await self.verifyAndComplete(id, upload, announced, put)
                } catch {
                    logger.warning(
                        "an upload was dropped after its digest was verified",
                        metadata: ["upload": "\(id)", "error": "\(error)"])
                }
            }
            return .processing(status)
        }
        return .completed(try await verifyAndComplete(id, upload, announced, put))
    }

    private func verifyAndComplete(
        _ id: UploadID, _ upload: Upload, _ announced: SHA256Digest, _ put: RangePut
    ) async throws -> ObjectVersion {
        let hold = catalog.holdEpoch()
        defer { withExtendedLifetime(hold) {} }
        let parts = try await catalog.parts(of: id, after: -1, limit: Self.maximumRanges)
        let cipher = try await put.protection.cipher(upload.encryption?.ofRanges(parts))
        let facts = try await digest(
            ExtentCursor(catalog, slices: parts.map(\.slice), cipher: cipher), of: BodyDigests(sha256: true))
        guard facts.sha256 == announced else {
            try await catalog.abortUpload(id)
            throw StoreError.digestMismatch("Repr-Digest")
        }
        return try await catalog.completeRangeUpload(
            id, modified: now, keepFor: settings.keepFinished, origin: put.origin)
    }
}

extension ObjectStore {
    /// Range uploads of this key that `author` began and that are open, newest first; notes that they were asked for.
    package func rangeStatus(
        _ bucket: Bucket, _ key: ObjectKey, author: KeyID, total: Int64?, clientToken: String? = nil
    ) async throws -> [UploadStatus] {
        var statuses: [UploadStatus] = []
        for upload in try await catalog.rangeUploads(bucket.id, key, author: author, total: total)
        where upload.state == .open && (clientToken == nil || upload.clientToken == clientToken) {
            try await catalog.touchUpload(upload.id, now: now)
            statuses.append(try await status(of: upload.id, upload))
        }
        return statuses
    }

    /// Drops them; returns how many there were.
    package func cancelRange(
        _ bucket: Bucket, _ key: ObjectKey, author: KeyID, total: Int64?, clientToken: String? = nil
    ) async throws -> Int {
        var dropped = 0
        for upload in try await catalog.rangeUploads(bucket.id, key, author: author, total: total)
        where upload.state == .open && (clientToken == nil || upload.clientToken == clientToken) {
            do {
                try await catalog.abortUpload(upload.id)
                dropped += 1
            } catch StoreError.noSuchUpload {
                // It was completed or cancelled at the same moment.
            }
        }
        return dropped
    }

    private func status(of id: UploadID, _ known: Upload) async throws -> UploadStatus {
        let upload = try await catalog.upload(id) ?? known
        var received: [Range<Int64>] = []
        for part in try await catalog.parts(of: id, after: -1, limit: Self.maximumRanges) {
            let range = part.position..<(part.position + part.size)
            if let last = received.last, last.upperBound >= range.lowerBound {
                received[received.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
            } else {
                received.append(range)
            }
        }
        guard case .ranges(let total) = upload.kind else { throw StoreError.noSuchUpload }
        return UploadStatus(upload: upload, total: total, received: received)
    }
}
