import HTTPServer
import Objects

extension S3Door {
    /// Deletes an empty bucket; uploads that are still open in it are aborted.
    func deleteBucket(_ call: S3Call) async throws -> HTTPResponse {
        try await store.accounts.deleteBucket(call.bucket.id)
        return HTTPResponse(status: 204)
    }
}
