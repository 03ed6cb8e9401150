import HTTPServer
import Objects
import XML

extension S3Door {
    /// Removes a document of the bucket's configuration; one that is not there is removed already.
    func remove(_ kind: BucketConfiguration, _ call: S3Call) async throws -> HTTPResponse {
        if call.bucket.configurations[kind] != nil {
            _ = try await store.accounts.setConfiguration(call.bucket.id, kind, nil)
        }
        return HTTPResponse(status: 204)
    }

    /// The document of a request that configures something.
    func configuration(_ call: S3Call, root: String) async throws -> XMLElement {
        let body = try await call.document(limit: S3Limits.configurationBody)
        return try parseDocument(body, root: root, limit: S3Limits.configurationBody)
    }
}
