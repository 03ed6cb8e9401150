import HTTPServer
import Objects

extension S3Door {
    /// Drops an open upload and its parts; what a finished one made is not touched.
    func abortMultipartUpload(_ call: S3Call) async throws -> HTTPResponse {
        try await store.abort(try await openUpload(call))
        return HTTPResponse(status: 204)
    }
}
