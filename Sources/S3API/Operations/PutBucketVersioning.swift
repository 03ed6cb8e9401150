import HTTPServer
import Objects
import XML

extension S3Door {
    /// Switches versioning on, or off for the future: versions that are there stay.
    func putBucketVersioning(_ call: S3Call) async throws -> HTTPResponse {
        if call.headers.contains("x-amz-mfa") { throw S3Error.unsupported(header: "x-amz-mfa") }
        let body = try await call.document(limit: S3Limits.configurationBody)
        let root = try parseDocument(body, root: "VersioningConfiguration", limit: S3Limits.configurationBody)
        if root.text(of: "MfaDelete") == "Enabled" {
            throw S3Error(.notImplemented, fields: [("Element", "MfaDelete")])
        }
        let versioning: Bucket.Versioning
        switch root.text(of: "Status") {
        case "Enabled": versioning = .enabled
        case "Suspended": versioning = .suspended
        default: throw S3Error(.illegalVersioningConfiguration)
        }
        _ = try await store.accounts.setVersioning(call.bucket.id, versioning)
        return HTTPResponse(status: 200)
    }
}
