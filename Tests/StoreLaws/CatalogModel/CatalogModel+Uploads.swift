package import Objects

extension CatalogModel {
    package func openUploadCount(of project: ProjectID) async throws -> Int64 {
        read { state in
            Int64(state.uploads.count { $0.upload.state == .open && state.isOf(project, $0.upload.bucket) })
        }
    }

    package func keptBytes(of project: ProjectID) async throws -> Int64 {
        read { state in
            let versions = state.versions.filter { state.isOf(project, $0.key) }.values.flatMap(\.values)
            let parts = state.uploads.filter {
                $0.upload.state == .open && state.isOf(project, $0.upload.bucket)
            }.flatMap(\.parts.values)
            return versions.joined().reduce(0) { $0 + $1.size } + parts.reduce(0) { $0 + $1.slice.length }
        }
    }

    package func createUpload(_ upload: Upload) async throws {
        try write { state in
            _ = try state.bucket(upload.bucket)
            state.uploads.append(CatalogModelState.StoredUpload(upload: upload))
        }
    }

    package func upload(_ id: UploadID) async throws -> Upload? {
        read { state in state.uploadIndex(id).map { state.uploads[$0].upload } }
    }

    package func multipartUploads(_ query: ListQuery, afterUpload: UploadID?) async throws -> UploadPage {
        read { state in
            let items = state.uploads.map(\.upload).filter {
                $0.bucket == query.bucket && $0.state == .open && $0.kind == .multipart
            }.sorted { ($0.key, $0.id.string) < ($1.key, $1.id.string) }
            return CatalogModelState.page(items, query) { item in
                guard let after = query.after else { return true }
                if item.key.bytes != after { return after.lexicographicallyPrecedes(item.key.bytes) }
                return afterUpload.map { item.id.string > $0.string } ?? false
            }
        }
    }

    package func putPart(_ part: PartCommit) async throws -> UploadPart {
        try write { try $0.putPart(part) }
    }

    package func parts(of id: UploadID, after: Int64, limit: Int) async throws -> [UploadPart] {
        read { state in
            guard let index = state.uploadIndex(id) else { return [] }
            let parts = state.uploads[index].parts.values.filter { $0.position > after }
            return Array(parts.sorted { $0.position < $1.position }.prefix(limit))
        }
    }

    package func parts(of id: UploadID, overlapping range: Range<Int64>) async throws -> [UploadPart] {
        read { state in state.uploadIndex(id).map { state.overlapping($0, range) } ?? [] }
    }

    package func completeUpload(_ completion: UploadCompletion) async throws -> ObjectVersion {
        try write { try $0.complete(completion) }
    }

    package func abortUpload(_ id: UploadID) async throws {
        try write { state in _ = state.uploads.remove(at: try state.openUpload(id)) }
    }

    package func rangeUploads(
        _ bucket: BucketID, _ key: ObjectKey, author: KeyID, total: Int64?
    ) async throws -> [Upload] {
        read { state in
            state.uploads.map(\.upload).reversed().filter { upload in
                guard case .ranges(let length) = upload.kind else { return false }
                return upload.bucket == bucket && upload.key == key && upload.author == author
                    && (total == nil || total == length)
            }
        }
    }

    package func putRange(_ commit: RangeCommit) async throws -> RangeOutcome {
        try write { try $0.putRange(commit) }
    }

    package func completeRangeUpload(
        _ id: UploadID, modified: Int64, keepFor: Int64, origin: ChangeOrigin?
    ) async throws -> ObjectVersion {
        try write { try $0.completeRange(id, modified: modified, keepFor: keepFor, origin: origin) }
    }

    package func touchUpload(_ id: UploadID, now: Int64) async throws {
        try write { state in
            guard let index = state.uploadIndex(id), state.uploads[index].upload.state == .open else {
                return
            }
            state.uploads[index].upload.touched = now
            state.uploads[index].upload.statusAsked = true
        }
    }
}
