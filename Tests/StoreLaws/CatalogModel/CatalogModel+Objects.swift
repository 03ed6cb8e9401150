package import Objects

extension CatalogModel {
    package func commitObject(_ commit: ObjectCommit) async throws -> ObjectVersion {
        try write { state in
            var version = try state.commit(commit)
            if commit.appendsAt != nil { return state.withBody(version) }
            if case .inline(let body, _, _) = commit.content { version.inlineBody = body }
            return version
        }
    }

    package func deleteObjects(
        _ deletions: [ObjectDeletion]
    ) async throws -> [Result<ObjectDeleted, StoreError>] {
        try write { state in
            try deletions.map { deletion in
                let before = state
                do {
                    return .success(try state.delete(deletion))
                } catch let error as StoreError {
                    state = before
                    return .failure(error)
                }
            }
        }
    }

    package func renameObject(_ rename: ObjectRename) async throws -> ObjectVersion {
        try write { try $0.rename(rename) }
    }

    package func changeAttributes(_ change: AttributesChange) async throws -> ObjectVersion {
        try write { try $0.change(change) }
    }

    package func current(_ bucket: BucketID, _ key: ObjectKey) async throws -> ObjectVersion? {
        try read { state in
            guard let newest = state.versions(bucket, key).first else { return nil }
            if newest.isDeleteMarker { throw StoreError.deleteMarker(newest.versionID) }
            return state.withBody(newest)
        }
    }

    package func version(
        _ bucket: BucketID, _ key: ObjectKey, _ id: VersionID
    ) async throws -> ObjectVersion? {
        read { state in
            state.versions(bucket, key).first { $0.versionID == id }.map(state.withBody)
        }
    }

    package func listObjects(_ query: ListQuery) async throws -> ObjectPage {
        read { state in
            let keys = (state.versions[query.bucket] ?? [:]).keys.sorted()
            let items = keys.compactMap { state.current(query.bucket, $0).map { ListedObject($0) } }
            return CatalogModelState.page(items, query) { item in
                query.after.map { $0.lexicographicallyPrecedes(item.key.bytes) } ?? true
            }
        }
    }

    package func listVersions(_ query: ListQuery, afterVersion: VersionID?) async throws -> VersionPage {
        read { state in
            let keys = (state.versions[query.bucket] ?? [:]).keys.sorted()
            let items = keys.flatMap { state.versions(query.bucket, $0) }
            let marker = afterVersion.flatMap { id in
                items.first { $0.key.bytes == query.after && $0.versionID == id }
            }
            return CatalogModelState.page(items, query) { item in
                guard let after = query.after else { return true }
                if item.key.bytes != after { return after.lexicographicallyPrecedes(item.key.bytes) }
                if let marker { return item.sequence < marker.sequence }
                return afterVersion != nil
            }
        }
    }
}
