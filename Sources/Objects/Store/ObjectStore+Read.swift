import Digests
import NIOCore

extension ObjectStore {
    /// A version without its bytes: the current one, or the one named.
    ///
    /// - Throws: `noSuchKey`, `noSuchVersion`; `deleteMarker` when the current version is one.
    package func head(_ bucket: Bucket, _ key: ObjectKey, version: VersionID? = nil) async throws
        -> ObjectVersion
    {
        if let version {
            guard let found = try await catalog.version(bucket.id, key, version) else {
                throw StoreError.noSuchVersion
            }
            return found
        }
        guard let found = try await present(bucket.id, key) else { throw StoreError.noSuchKey }
        return found
    }

    /// The current version; nil when there is none or it is a delete marker.
    package func headIfPresent(_ bucket: Bucket, _ key: ObjectKey) async throws -> ObjectVersion? {
        do {
            return try await present(bucket.id, key)
        } catch StoreError.deleteMarker {
            return nil
        }
    }

    private func present(_ bucket: BucketID, _ key: ObjectKey) async throws -> ObjectVersion? {
        if case .known(let version) = catalog.peekCurrent(bucket, key) { return version }
        return try await catalog.current(bucket, key)
    }

    /// Reads `range` of a version that `head` or `list` gave; empty ranges give no segment.
    ///
    /// Take a `hold()` before the look-up when the object may be replaced meanwhile: the reader itself holds
    /// only from here on.
    package func open(_ version: ObjectVersion, range: Range<Int64>) -> ObjectReader {
        ObjectReader(store: self, content: version.content, inline: version.inlineBody, range: range)
    }

    package func list(_ query: ListQuery) async throws -> ObjectPage {
        try await catalog.listObjects(query)
    }

    package func listVersions(_ query: ListQuery, afterVersion: VersionID? = nil) async throws -> VersionPage
    {
        try await catalog.listVersions(query, afterVersion: afterVersion)
    }

    /// The parts of a multipart object, in order; of any other its content in one.
    package func parts(_ version: ObjectVersion) async throws -> [ObjectPart] {
        if let parts = try await catalog.objectParts(of: version.content, size: version.size) { return parts }
        if version.content == .empty { return [ObjectPart(size: 0)] }
        return try await catalog.slices(of: version.content).map { ObjectPart(size: $0.length) }
    }

    /// Reads a whole version once and digests it.
    ///
    /// - Parameter cipher: what decrypts it, when it is encrypted: the facts are those of its plain bytes.
    package func facts(
        of version: ObjectVersion, _ digests: BodyDigests, cipher: ContentCipher? = nil
    ) async throws -> BodyFacts {
        if let cipher {
            let reader = load(version, range: 0..<version.size, cipher: cipher)
            let hashes = BodyHashes(digests)
            var facts = BodyFacts(length: 0, root: .hash([]), head: [])
            while let run = try await reader.next() {
                try await onDisk { hashes.update(run) }
                facts.length += Int64(run.readableBytes)
            }
            hashes.finalize(into: &facts)
            return facts
        }
        let whole = ContentSlice(content: version.content, offset: 0, length: version.size)
        return try await digest(ExtentCursor(catalog, slices: [whole]), of: digests)
    }
}
