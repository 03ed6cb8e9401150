import Digests
import Objects

extension CatalogModelState {
    func uploadIndex(_ id: UploadID) -> Int? {
        uploads.firstIndex { $0.upload.id == id }
    }

    func openUpload(_ id: UploadID) throws -> Int {
        guard let index = uploadIndex(id), uploads[index].upload.state == .open else {
            throw StoreError.noSuchUpload
        }
        return index
    }

    mutating func putPart(_ commit: PartCommit) throws -> UploadPart {
        let index = try openUpload(commit.upload)
        guard uploads[index].upload.kind == .multipart else { throw StoreError.noSuchUpload }
        guard (1...NewContent.maximumSlices).contains(commit.number) else {
            throw StoreError.invalidPart(number: commit.number)
        }
        let part = UploadPart(
            position: Int64(commit.number), slice: try slice(commit.content, commit.size), etag: commit.etag,
            checksum: commit.checksum, salt: commit.salt, modified: commit.modified)
        uploads[index].parts[part.position] = part
        uploads[index].upload.touched = commit.modified
        return part
    }

    /// One slice of a content that is there is kept as it is; everything else becomes a content.
    private mutating func slice(_ content: NewContent, _ size: Int64) throws -> ContentSlice {
        if case .slices(let slices) = content, slices.count == 1, slices[0].length == size, size > 0 {
            guard slices[0].offset + size <= length(of: slices[0].content) else {
                throw StoreError.internalFault("a slice reaches beyond its content")
            }
            return slices[0]
        }
        let stored = try store(content)
        guard stored.length == size else { throw StoreError.internalFault("false size") }
        return ContentSlice(content: stored.ref, offset: 0, length: size)
    }

    mutating func complete(_ completion: UploadCompletion) throws -> ObjectVersion {
        guard let index = uploadIndex(completion.upload), uploads[index].upload.kind == .multipart else {
            throw StoreError.noSuchUpload
        }
        let upload = uploads[index].upload
        if case .completed(let id, let sequence) = upload.state {
            let made = versions(upload.bucket, upload.key).first {
                $0.versionID == id && $0.sequence == sequence
            }
            guard let made else { throw StoreError.noSuchUpload }
            return withBody(made)
        }
        let parts = try named(completion, uploads[index].parts)
        let size = parts.reduce(0) { $0 + $1.size }
        if let expected = completion.expectedSize, expected != size { throw StoreError.sizeMismatch }
        let checksum = try checksum(parts, upload, expected: completion.expectedChecksum)
        var md5 = MD5()
        for part in parts { md5.update(hexDecode(part.etag.string) ?? []) }
        var encryption = upload.encryption
        encryption?.runs = parts.filter { $0.size > 0 }.map {
            ObjectEncryption.Run(length: $0.size, salt: $0.salt ?? [])
        }
        let commit = ObjectCommit(
            bucket: upload.bucket, key: upload.key, content: .empty, size: size,
            etag: ETag("\(md5.finalize().hex)-\(parts.count)"), metadata: upload.metadata, checksum: checksum,
            partCount: parts.count, author: upload.author, attributes: upload.attributes,
            encryption: encryption, origin: completion.origin, modified: completion.modified)
        return try finish(
            index, parts, commit, conditions: [upload.preconditions, completion.preconditions],
            expires: completion.modified + completion.keepFor)
    }

    private func named(_ completion: UploadCompletion, _ stored: [Int64: UploadPart]) throws -> [UploadPart] {
        guard let last = completion.parts.last else { throw StoreError.invalidPart(number: 1) }
        return try completion.parts.map { word in
            guard let part = stored[Int64(word.number)], word.etag == nil || word.etag == part.etag,
                word.checksum == nil
                    || (word.checksum?.algorithm == part.checksum?.algorithm
                        && word.checksum?.value == part.checksum?.value)
            else { throw StoreError.invalidPart(number: word.number) }
            if word.number != last.number, part.size < completion.minimumPartSize {
                throw StoreError.partTooSmall(
                    number: word.number, size: part.size, minimum: completion.minimumPartSize)
            }
            return part
        }
    }

    private func checksum(
        _ parts: [UploadPart], _ upload: Upload, expected: [UInt8]?
    ) throws -> ObjectChecksum? {
        guard let algorithm = upload.checksumAlgorithm,
            parts.allSatisfy({ $0.checksum?.algorithm == algorithm })
        else {
            if expected != nil { throw StoreError.digestMismatch("nothing to compare with") }
            return nil
        }
        let kind = upload.checksumKind ?? (algorithm == .crc64nvme ? .fullObject : .composite)
        var whole: ObjectChecksum
        if kind == .fullObject, algorithm.isCRC {
            whole = ObjectChecksum(algorithm: algorithm, value: parts[0].checksum?.value ?? [])
            for part in parts.dropFirst() {
                whole.value = combineCRC(
                    algorithm, whole.value, part.checksum?.value ?? [], secondLength: UInt64(part.size))
            }
        } else {
            var context = ChecksumContext(algorithm)
            for part in parts { context.update(part.checksum?.value ?? []) }
            whole = ObjectChecksum(
                algorithm: algorithm, kind: .composite, value: context.finalize(), parts: parts.count)
        }
        if let expected, expected != whole.value { throw StoreError.digestMismatch(algorithm.rawValue) }
        return whole
    }

    /// The parts become the object, and the upload the memory of it.
    private mutating func finish(
        _ index: Int, _ parts: [UploadPart], _ commit: ObjectCommit, conditions: [WritePreconditions],
        expires: Int64
    ) throws -> ObjectVersion {
        let bucket = try self.bucket(commit.bucket)
        for condition in conditions {
            try condition.check(against: current(commit.bucket, commit.key)?.etag)
        }
        let slices = parts.map(\.slice).filter { $0.length > 0 }
        let content = slices.isEmpty ? .empty : try storeList(slices)
        if uploads[index].upload.kind == .multipart, content != .empty {
            objectParts[content] = parts.map { ObjectPart(size: $0.size, checksum: $0.checksum) }
        }
        let version = try makeCurrent(commit, content: content, in: bucket)
        uploads[index].parts = [:]
        uploads[index].upload.state = .completed(versionID: version.versionID, sequence: version.sequence)
        uploads[index].upload.expires = expires
        return version
    }

    // MARK: Ranges

    mutating func putRange(_ commit: RangeCommit) throws -> RangeOutcome {
        let before = self
        guard let index = try rangeTarget(commit), case .ranges(let total) = uploads[index].upload.kind else {
            self = before
            return .changed
        }
        guard commit.start >= 0, commit.size <= total, commit.start <= total - commit.size else {
            throw StoreError.invalidRange
        }
        let range = commit.start..<commit.start + commit.size
        let overlap = overlapping(index, range)
        guard overlap.map(\.identity) == commit.seenOverlap.map(\.identity) else {
            self = before
            return .changed
        }
        if commit.dropsOthers { uploads[index].parts = [:] }
        try insert(commit, index)
        if let contentType = commit.contentType { uploads[index].upload.metadata.contentType = contentType }
        if uploads[index].upload.announcedDigest == nil {
            uploads[index].upload.announcedDigest = commit.announcedDigest
        }
        uploads[index].upload.touched = commit.modified
        uploads[index].upload.statusAsked = false
        uploads[index].upload.expires = commit.expires
        let id = uploads[index].upload.id
        guard uploads[index].parts.values.reduce(0, { $0 + $1.size }) == total else { return .stored(id) }
        guard commit.completes else { return .ready(id) }
        return .completed(
            id,
            try completeRange(
                id, modified: commit.modified, keepFor: commit.keepFor, origin: commit.origin))
    }

    private mutating func rangeTarget(_ commit: RangeCommit) throws -> Int? {
        switch commit.target {
        case .existing(let id):
            guard let index = uploadIndex(id), uploads[index].upload.state == .open,
                commit.fits(uploads[index].upload)
            else { return nil }
            return index
        case .new(let new, let newestSeen):
            _ = try bucket(new.bucket)
            let newest = uploads.last { stored in
                let other = stored.upload
                return other.state == .open && other.bucket == new.bucket && other.key == new.key
                    && other.author == new.author && other.kind == new.kind
                    && other.clientToken == new.clientToken
            }
            guard newest?.upload.id == newestSeen else { return nil }
            uploads.append(StoredUpload(upload: new))
            return uploads.count - 1
        }
    }

    func overlapping(_ index: Int, _ range: Range<Int64>) -> [UploadPart] {
        uploads[index].parts.values.filter { ($0.position..<$0.position + $0.size).overlaps(range) }
            .sorted { $0.position < $1.position }
    }

    /// Each run of bytes that no part has yet becomes a part.
    private mutating func insert(_ commit: RangeCommit, _ index: Int) throws {
        let range = commit.start..<commit.start + commit.size
        var gaps: [Range<Int64>] = []
        var position = range.lowerBound
        for part in overlapping(index, range) {
            if part.position > position { gaps.append(position..<part.position) }
            position = part.position + part.size
        }
        if position < range.upperBound { gaps.append(position..<range.upperBound) }
        if gaps.isEmpty { return }
        let whole = try slice(commit.content, commit.size)
        for gap in gaps {
            let slice = ContentSlice(
                content: whole.content, offset: whole.offset + gap.lowerBound - range.lowerBound,
                length: gap.upperBound - gap.lowerBound)
            uploads[index].parts[gap.lowerBound] = UploadPart(
                position: gap.lowerBound, slice: slice, etag: ETag(""), salt: commit.salt,
                modified: commit.modified)
        }
    }

    mutating func completeRange(
        _ id: UploadID, modified: Int64, keepFor: Int64, origin: ChangeOrigin?
    ) throws -> ObjectVersion {
        let index = try openUpload(id)
        let upload = uploads[index].upload
        let parts = uploads[index].parts.values.sorted { $0.position < $1.position }
        guard case .ranges(let total) = upload.kind, parts.reduce(0, { $0 + $1.size }) == total else {
            throw StoreError.noSuchUpload
        }
        let tag = SHA256Digest.hash(Array("\(id) \(nextSequence())".utf8)).hex.prefix(32)
        let commit = ObjectCommit(
            bucket: upload.bucket, key: upload.key, content: .empty, size: total,
            etag: ETag("\(tag)-\(max(parts.count, 1))"), metadata: upload.metadata, author: upload.author,
            attributes: upload.attributes, encryption: upload.encryption?.ofRanges(parts), origin: origin,
            modified: modified)
        return try finish(
            index, parts, commit, conditions: [upload.preconditions], expires: modified + keepFor)
    }
}

extension UploadPart {
    /// What must be equal for a part to be the one that was seen.
    fileprivate var identity: [Int64] { [position, slice.content.rawValue, slice.offset, slice.length] }
}
