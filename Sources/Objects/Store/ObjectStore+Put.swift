import Digests

/// Where a new object goes.
package struct PutTarget: Sendable {
    package var bucket: Bucket
    package var key: ObjectKey
    package var preconditions: WritePreconditions
    package var author: KeyID?
    package var attributes: ObjectAttributes
    /// What the body is encrypted with; nil stores it as it is.
    package var sealing: BodySealing?
    /// The size of what is there, after which the body goes; nil replaces it.
    package var appendsAt: Int64?
    /// For those who are told of changes; nil tells nobody.
    package var origin: ChangeOrigin?
    /// Bytes the client announced; the body must have just as many.
    package var declaredLength: Int64?

    package init(
        bucket: Bucket, key: ObjectKey, preconditions: WritePreconditions = .none, author: KeyID? = nil,
        attributes: ObjectAttributes = .none, sealing: BodySealing? = nil, appendsAt: Int64? = nil,
        origin: ChangeOrigin? = nil, declaredLength: Int64? = nil
    ) {
        self.bucket = bucket
        self.key = key
        self.preconditions = preconditions
        self.author = author
        self.attributes = attributes
        self.sealing = sealing
        self.appendsAt = appendsAt
        self.origin = origin
        self.declaredLength = declaredLength
    }
}

extension ObjectStore {
    /// Stores a body as the current version of a key; durable when it returns.
    ///
    /// - Parameter limit: bytes; the smaller of this and the store's own limit counts.
    /// The description of a body that is appended is of that body alone.
    ///
    /// - Throws: `bodyTooLarge`, `bodyIncomplete`, what `describe` throws, `preconditionFailed`, `noSuchKey` (for
    ///   `If-Match`), `overwriteForbidden`, `noSuchBucket`, `outOfSpace`. Nothing is visible after any of them.
    package func put(
        _ target: PutTarget, body: any BodySource, digests: BodyDigests = BodyDigests(), limit: Int64 = .max,
        describe: Describe
    ) async throws -> ObjectVersion {
        let hold = catalog.holdEpoch()
        defer { withExtendedLifetime(hold) {} }
        let limit = min(limit, settings.maximumObjectSize)
        if let declared = target.declaredLength, declared > limit {
            throw StoreError.bodyTooLarge(limit: limit)
        }
        try await admit(target.declaredLength ?? 0, into: target.bucket)
        let received = try await receive(
            body, scope: scope(for: target.bucket), digests: digests, limit: limit,
            declaredLength: target.declaredLength, cipher: target.sealing?.cipher)
        let description: ObjectDescription
        do {
            description = try describe(received.facts)
            if target.declaredLength == nil {
                try await admit(received.facts.length, into: target.bucket)
            }
        } catch {
            await discard(received)
            throw StoreError(error)
        }
        meter.add(received.facts.length, to: target.bucket.project)
        return try await catalog.commitObject(
            ObjectCommit(
                bucket: target.bucket.id, key: target.key, content: received.content,
                size: received.facts.length,
                etag: description.etag ?? Self.derivedETag(received.facts.root),
                metadata: description.metadata,
                checksum: description.checksum, appendsAt: target.appendsAt,
                preconditions: target.preconditions, author: target.author,
                attributes: target.attributes,
                encryption: target.sealing?.encryption, origin: target.origin, modified: now))
    }

    /// Judges the conditions of a write against the present, so that a doomed body need not be sent. The
    /// commit judges again.
    package func checkPreconditions(_ target: PutTarget) async throws {
        guard target.preconditions != .none else { return }
        let current = try await headIfPresent(target.bucket, target.key)
        try target.preconditions.check(against: current?.etag)
    }

    /// The ETag of content whose MD5 nobody asked for.
    static func derivedETag(_ root: SHA256Digest) -> ETag {
        ETag(String(root.hex.prefix(32)) + "-1")
    }
}
