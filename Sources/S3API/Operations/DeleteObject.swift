import Auth
import HTTPServer
import Objects

extension S3Door {
    /// Deletes a key, or the version that is named; what is not there is deleted already (204).
    func deleteObject(_ call: S3Call) async throws -> HTTPResponse {
        for name in ["x-amz-if-match-size", "x-amz-if-match-last-modified-time"]
        where call.headers.contains(name) {
            throw S3Error.unsupported(header: name)
        }
        let deletion = ObjectDeletion(
            bucket: call.bucket.id, key: call.key, versionID: try call.versionID,
            preconditions: try call.writePreconditions, author: call.credential?.keyID,
            bypassesGovernance: try bypassesGovernance(call), origin: call.origin(.removed),
            now: store.now)
        guard let result = try await store.delete([deletion]).first else {
            throw S3Error(.internalError, cause: "a deletion has no result")
        }
        var headers = HeaderFields()
        let deleted: ObjectDeleted
        switch result {
        case .success(let done): deleted = done
        case .failure(.noSuchVersion): deleted = ObjectDeleted(existed: false, versionID: deletion.versionID)
        case .failure(let error): throw error
        }
        if call.bucket.versioning != .off {
            headers.add("x-amz-version-id", ifPresent: deleted.versionID?.string)
            if deleted.isDeleteMarker { headers.add("x-amz-delete-marker", "true") }
        }
        return HTTPResponse(status: 204, headers: headers)
    }
}
