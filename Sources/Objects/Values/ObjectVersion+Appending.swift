import Digests

extension ObjectVersion {
    /// Parts of one object, counting each append as one.
    package static let maximumParts = 10_000

    /// What the version becomes when the bytes of `commit` follow its own: `commit` with the size, tag, checksum and
    /// parts of the whole. What describes the object stays as it is; locks are each version's own.
    ///
    /// - Throws: `invalidWriteOffset` when the commit begins elsewhere than at the end, `tooManyParts`,
    ///   `encryptionMismatch` when the bytes are not encrypted as those before them are.
    package func appended(_ commit: ObjectCommit) throws(StoreError) -> ObjectCommit {
        guard commit.appendsAt == size else { throw .invalidWriteOffset(size: size) }
        guard commit.encryption?.method == encryption?.method else { throw .encryptionMismatch }
        let (total, overflow) = size.addingReportingOverflow(commit.size)
        guard !overflow else { throw .bodyTooLarge(limit: .max) }
        var whole = commit
        whole.size = total
        whole.metadata = metadata
        whole.attributes = ObjectAttributes(
            owner: attributes.owner, acl: attributes.acl, tags: attributes.tags)
        whole.partCount = partCount
        if commit.size == 0 {
            whole.etag = etag
            whole.checksum = checksum
            whole.encryption = encryption
            return whole
        }
        if size == 0 { return whole }
        whole.partCount = max(partCount, 1) + 1
        guard whole.partCount <= Self.maximumParts else { throw .tooManyParts }
        whole.etag = Self.tag(etag, commit.etag, parts: whole.partCount)
        whole.checksum = combined(with: commit.checksum, length: commit.size)
        if var runs = encryption?.runs {
            // The one run of a body that was received whole is said to have no end.
            if runs.count == 1 { runs[0].length = size }
            let new = commit.encryption?.runs.map { ObjectEncryption.Run(length: commit.size, salt: $0.salt) }
            whole.encryption?.runs = runs + (new ?? [])
        }
        return whole
    }

    /// Not the MD5 of the bytes, and says so by its form, as that of a multipart upload does.
    private static func tag(_ first: ETag, _ second: ETag, parts: Int) -> ETag {
        ETag("\(MD5Digest.hash(Array("\(first)+\(second)".utf8)).hex)-\(parts)")
    }

    private func combined(with next: ObjectChecksum?, length: Int64) -> ObjectChecksum? {
        guard let checksum, let next, checksum.algorithm == next.algorithm, checksum.algorithm.isCRC,
            checksum.kind == .fullObject, next.kind == .fullObject
        else { return nil }
        return ObjectChecksum(
            algorithm: checksum.algorithm,
            value: combineCRC(
                checksum.algorithm, checksum.value, next.value, secondLength: UInt64(length)))
    }
}
