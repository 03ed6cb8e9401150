import Digests
import GRDB
import Objects

extension WriteTransaction {
    func completeUpload(_ completion: UploadCompletion) throws -> ObjectVersion {
        guard let found = try upload(completion.upload), found.upload.kind == .multipart else {
            throw StoreError.noSuchUpload
        }
        if case .completed(let id, let sequence) = found.upload.state {
            return try versionMade(by: found.upload, id, sequence)
        }
        let upload = found.upload
        var stored: [Int64: UploadPart] = [:]
        for part in try parts(of: found.row) { stored[part.position] = part }
        let named = try Self.named(completion, in: stored)
        let size = try Self.size(of: named)
        if let expected = completion.expectedSize, expected != size { throw StoreError.sizeMismatch }
        let checksum = try Self.checksum(of: named, upload, expected: completion.expectedChecksum)

        let bucket = try self.bucket(upload.bucket)
        let current = try currentFacts(upload.bucket, upload.key)
        try upload.preconditions.check(against: current?.etag)
        try completion.preconditions.check(against: current?.etag)

        for part in named { stored[part.position] = nil }
        for part in stored.values { try release(part.slice.content) }
        try db.run("DELETE FROM upload_part WHERE upload = ?", [found.row])
        let content = try storeOwnedList(named.map(\.slice).filter { $0.length > 0 }, references: 1).ref
        try keep(named.map { ObjectPart(size: $0.size, checksum: $0.checksum) }, of: content)
        let version = try makeCurrent(
            NewVersion(
                key: upload.key, content: content, size: size, etag: try Self.etag(of: named),
                metadata: upload.metadata, checksum: checksum, partCount: named.count, author: upload.author,
                attributes: upload.attributes, encryption: Self.encryption(of: named, upload),
                origin: completion.origin,
                modified: completion.modified),
            in: bucket, replacing: current)
        try markCompleted(found.row, version, expires: completion.modified + completion.keepFor)
        return version
    }

    func keep(_ parts: [ObjectPart], of content: ContentRef) throws {
        if content == .empty { return }
        try db.run(
            "UPDATE content SET parts = ? WHERE id = ?", [PartsCoding.encode(parts), content.rawValue])
    }

    /// The version that a finished upload made, while it exists; else `noSuchUpload`.
    private func versionMade(by upload: Upload, _ id: VersionID, _ sequence: Int64) throws -> ObjectVersion {
        guard let version = try VersionRows.version(upload.bucket, upload.key, id, db),
            version.sequence == sequence
        else { throw StoreError.noSuchUpload }
        return version
    }

    private static func named(
        _ completion: UploadCompletion, in stored: [Int64: UploadPart]
    ) throws -> [UploadPart] {
        guard let last = completion.parts.last else { throw StoreError.invalidPart(number: 1) }
        var previous = 0
        return try completion.parts.map { word in
            guard word.number > previous else { throw StoreError.invalidPartOrder }
            previous = word.number
            guard let part = stored[Int64(word.number)] else {
                throw StoreError.invalidPart(number: word.number)
            }
            if let etag = word.etag, etag != part.etag { throw StoreError.invalidPart(number: word.number) }
            if let checksum = word.checksum,
                checksum.algorithm != part.checksum?.algorithm || checksum.value != part.checksum?.value
            {
                throw StoreError.invalidPart(number: word.number)
            }
            guard word.number == last.number || part.size >= completion.minimumPartSize else {
                throw StoreError.partTooSmall(
                    number: word.number, size: part.size, minimum: completion.minimumPartSize)
            }
            return part
        }
    }

    private static func size(of parts: [UploadPart]) throws -> Int64 {
        try parts.reduce(0) { sum, part in
            let (next, overflow) = sum.addingReportingOverflow(part.size)
            guard !overflow else { throw StoreError.sizeMismatch }
            return next
        }
    }

    /// The runs of an encrypted object are its parts.
    private static func encryption(of parts: [UploadPart], _ upload: Upload) -> ObjectEncryption? {
        guard var encryption = upload.encryption else { return nil }
        encryption.runs = parts.filter { $0.size > 0 }.map {
            ObjectEncryption.Run(length: $0.size, salt: $0.salt ?? [])
        }
        return encryption
    }

    /// AWS's form: the MD5 of the parts' MD5s and the number of parts.
    private static func etag(of parts: [UploadPart]) throws -> ETag {
        var md5 = MD5()
        for part in parts {
            guard let digest = part.etag.digest else {
                throw StoreError.internalFault("part \(part.position) has no MD5")
            }
            md5.update(digest.bytes)
        }
        return ETag("\(md5.finalize().hex)-\(parts.count)")
    }

    /// The checksum of the whole, when the upload asked for one and every part has it.
    private static func checksum(
        of parts: [UploadPart], _ upload: Upload, expected: [UInt8]?
    ) throws -> ObjectChecksum? {
        guard let algorithm = upload.checksumAlgorithm else {
            if expected != nil { throw StoreError.digestMismatch("the upload has no checksum") }
            return nil
        }
        let values = parts.compactMap { $0.checksum?.algorithm == algorithm ? $0.checksum?.value : nil }
        guard values.count == parts.count else {
            if expected != nil { throw StoreError.digestMismatch("a part has no \(algorithm.rawValue)") }
            return nil
        }
        let kind = upload.checksumKind ?? (algorithm == .crc64nvme ? .fullObject : .composite)
        let checksum: ObjectChecksum
        if kind == .fullObject, algorithm.isCRC {
            var whole = values[0]
            for (part, value) in zip(parts, values).dropFirst() {
                whole = combineCRC(algorithm, whole, value, secondLength: UInt64(part.size))
            }
            checksum = ObjectChecksum(algorithm: algorithm, kind: .fullObject, value: whole)
        } else {
            var context = ChecksumContext(algorithm)
            for value in values { context.update(value) }
            checksum = ObjectChecksum(
                algorithm: algorithm, kind: .composite, value: context.finalize(), parts: parts.count)
        }
        if let expected, expected != checksum.value { throw StoreError.digestMismatch(algorithm.rawValue) }
        return checksum
    }
}
