import Auth
import HTTPServer
import Objects

extension S3Door {
    func getBucketAcl(_ call: S3Call) async throws -> HTTPResponse {
        try await document(of: try call.bucket.acl, owner: call.bucket.project)
    }
}
