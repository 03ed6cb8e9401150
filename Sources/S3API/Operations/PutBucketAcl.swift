import Auth
import HTTPServer
import Objects

extension S3Door {
    /// Replaces the bucket's list by the one in the headers or the body.
    func putBucketAcl(_ call: S3Call) async throws -> HTTPResponse {
        let owner = call.bucket.project
        let list = try await sentList(call, owner: owner, bucket: nil)
        try check(list, in: call.bucket)
        _ = try await store.accounts.setConfiguration(
            call.bucket.id, .acl, list == .ownerOnly(owner) ? nil : list.encoded)
        return HTTPResponse(status: 200)
    }
}
