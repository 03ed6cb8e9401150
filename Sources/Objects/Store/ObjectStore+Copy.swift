extension ObjectStore {
    /// Deletes in order, each on its own; at most 1,000 at once.
    package func delete(_ deletions: [ObjectDeletion]) async throws -> [Result<ObjectDeleted, StoreError>] {
        try await catalog.deleteObjects(deletions)
    }

    /// Makes a version of `target` from another's content: no bytes move, however large it is.
    ///
    /// The caller took a `hold()` before it looked `source` up. Keeps the source's ETag, checksum and parts unless
    /// the description gives others.
    package func copy(
        _ source: ObjectVersion, to target: PutTarget, description: ObjectDescription
    ) async throws -> ObjectVersion {
        try await admit(source.size, into: target.bucket)
        meter.add(source.size, to: target.bucket.project)
        return try await catalog.commitObject(
            ObjectCommit(
                bucket: target.bucket.id, key: target.key, content: .existing(source.content),
                size: source.size,
                etag: description.etag ?? source.etag, metadata: description.metadata,
                checksum: description.checksum ?? source.checksum, partCount: source.partCount,
                preconditions: target.preconditions, author: target.author, attributes: target.attributes,
                encryption: source.encryption, origin: target.origin, modified: now))
    }

    /// Gives an object another key of its bucket, whatever its size, in one transaction.
    package func rename(_ rename: ObjectRename) async throws -> ObjectVersion {
        try await catalog.renameObject(rename)
    }

    /// Changes one version in place; see `AttributesChange`.
    package func change(_ change: AttributesChange) async throws -> ObjectVersion {
        try await catalog.changeAttributes(change)
    }
}
