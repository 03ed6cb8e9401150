import GRDB
import Objects

extension WriteTransaction {
    func changeAttributes(_ change: AttributesChange) throws -> ObjectVersion {
        let bucket = try self.bucket(change.bucket)
        let version = try named(change).changed(by: change)
        if case .file(let details?) = change.edit, let media = details.media {
            try keepMedia(media, of: bucket.project)
        }
        let table = version.isLatest ? "object" : "version"
        try db.run(
            "UPDATE \(table) SET attributes = ?, metadata = ?, media = ? WHERE bucket = ? AND key = ? AND sequence = ?",
            [
                AttributesCoding.encode(version.attributes), MetadataCoding.encode(version.metadata),
                version.media.rawValue, change.bucket.rawValue, change.key.bytes,
                version.sequence,
            ])
        try announce(change.origin, of: EventSubject(version), in: bucket)
        if version.isLatest {
            if case .file = change.edit { try announce(.fileUpdated, version, in: bucket) }
            changes(.current(CatalogCache.ObjectName(change.bucket, change.key), version))
        }
        return version
    }

    private func named(_ change: AttributesChange) throws -> ObjectVersion {
        guard let id = change.versionID else {
            guard let current = try VersionRows.current(change.bucket, change.key, db) else {
                throw StoreError.noSuchKey
            }
            return current
        }
        guard let version = try VersionRows.version(change.bucket, change.key, id, db) else {
            throw StoreError.noSuchVersion
        }
        if version.isDeleteMarker { throw StoreError.deleteMarker(id) }
        return version
    }
}
