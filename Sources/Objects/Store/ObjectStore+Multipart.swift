package import Digests

/// What a door says of a part whose bytes are all in; it refuses by throwing.
package typealias PartDescribe = @Sendable (BodyFacts) throws -> (etag: ETag, checksum: ObjectChecksum?)

extension ObjectStore {
    /// Highest part number.
    package static let maximumPartNumber = 10_000

    /// Begins a multipart upload.
    package func createUpload(
        _ bucket: Bucket, _ key: ObjectKey, metadata: ObjectMetadata, author: KeyID,
        attributes: ObjectAttributes = .none, encryption: ObjectEncryption? = nil,
        checksumAlgorithm: ChecksumAlgorithm? = nil, checksumKind: ObjectChecksum.Kind? = nil
    ) async throws -> Upload {
        try await admitUpload(into: bucket)
        let now = self.now
        let upload = Upload(
            id: .random(), kind: .multipart, bucket: bucket.id, key: key, author: author, metadata: metadata,
            attributes: attributes, encryption: encryption, checksumAlgorithm: checksumAlgorithm,
            checksumKind: checksumKind,
            created: now, touched: now,
            expires: now + settings.uploadLifetime)
        try await catalog.createUpload(upload)
        return upload
    }

    /// Throws `noSuchUpload` unless it is a multipart upload of this bucket and key.
    package func upload(_ id: UploadID, _ bucket: Bucket, _ key: ObjectKey) async throws -> Upload {
        guard let upload = try await catalog.upload(id), upload.bucket == bucket.id, upload.key == key,
            upload.kind == .multipart
        else { throw StoreError.noSuchUpload }
        return upload
    }

    /// Stores a part; one with the same number is replaced. Durable when it returns.
    package func putPart(
        _ upload: Upload, in bucket: Bucket, number: Int, body: any BodySource, digests: BodyDigests,
        limit: Int64 = .max, declaredLength: Int64?, sealing: BodySealing? = nil, describe: PartDescribe
    ) async throws -> UploadPart {
        guard (1...Self.maximumPartNumber).contains(number) else {
            throw StoreError.invalidPart(number: number)
        }
        let hold = catalog.holdEpoch()
        defer { withExtendedLifetime(hold) {} }
        let limit = min(limit, settings.maximumObjectSize)
        if let declaredLength, declaredLength > limit { throw StoreError.bodyTooLarge(limit: limit) }
        try await admit(declaredLength ?? 0, into: bucket)
        let received = try await receive(
            body, scope: scope(for: bucket), digests: digests, limit: limit, declaredLength: declaredLength,
            cipher: sealing?.cipher)
        let described: (etag: ETag, checksum: ObjectChecksum?)
        do {
            described = try describe(received.facts)
            if declaredLength == nil { try await admit(received.facts.length, into: bucket) }
        } catch {
            await discard(received)
            throw StoreError(error)
        }
        meter.add(received.facts.length, to: bucket.project)
        return try await catalog.putPart(
            PartCommit(
                upload: upload.id, number: number, content: received.content, size: received.facts.length,
                etag: described.etag, checksum: described.checksum, salt: sealing?.salt, modified: now))
    }

    /// Makes a part of a range of an object. Only references move; the bytes are read once for the part's MD5 and
    /// checksum, unless the range is the whole of an object whose MD5 is known and no checksum is wanted.
    package func copyPart(
        _ upload: Upload, number: Int, source: ObjectVersion, range: Range<Int64>,
        algorithm: ChecksumAlgorithm? = nil
    ) async throws -> UploadPart {
        guard (1...Self.maximumPartNumber).contains(number) else {
            throw StoreError.invalidPart(number: number)
        }
        guard range.lowerBound >= 0, range.upperBound <= source.size else { throw StoreError.invalidRange }
        let hold = catalog.holdEpoch()
        defer { withExtendedLifetime(hold) {} }
        let length = range.upperBound - range.lowerBound
        let slice = ContentSlice(content: source.content, offset: range.lowerBound, length: length)
        var etag = source.etag
        var checksum: ObjectChecksum?
        if range != 0..<source.size || etag.digest == nil || algorithm != nil {
            let facts = try await digest(
                ExtentCursor(catalog, slices: [slice]),
                of: BodyDigests(md5: true, checksums: algorithm.map { [$0] } ?? []))
            guard facts.length == length else {
                throw StoreError.corrupt("a content is shorter than its object")
            }
            etag = facts.md5.map { ETag($0) } ?? etag
            checksum = algorithm.flatMap { algorithm in
                facts.checksums[algorithm].map { ObjectChecksum(algorithm: algorithm, value: $0) }
            }
        }
        return try await catalog.putPart(
            PartCommit(
                upload: upload.id, number: number, content: length == 0 ? .empty : .slices([slice]),
                size: length,
                etag: etag, checksum: checksum, modified: now))
    }

    /// By number, after `after`.
    package func parts(_ upload: Upload, after: Int, limit: Int) async throws -> [UploadPart] {
        try await catalog.parts(of: upload.id, after: Int64(after), limit: limit)
    }

    /// Makes the object; a repeat for a finished upload gives the same version again.
    package func complete(_ completion: UploadCompletion) async throws -> ObjectVersion {
        for (previous, next) in zip(completion.parts, completion.parts.dropFirst())
        where previous.number >= next.number {
            throw StoreError.invalidPartOrder
        }
        guard !completion.parts.isEmpty else { throw StoreError.invalidPart(number: 0) }
        return try await catalog.completeUpload(completion)
    }

    package func abort(_ upload: Upload) async throws {
        try await catalog.abortUpload(upload.id)
    }

    package func multipartUploads(_ query: ListQuery, afterUpload: UploadID? = nil) async throws -> UploadPage
    {
        try await catalog.multipartUploads(query, afterUpload: afterUpload)
    }
}
