import Auth
import HTTPServer
import Objects
import XML

extension S3Door {
    /// Creates a bucket of the caller's project.
    ///
    /// Creating one's own bucket again succeeds in `us-east-1`, as AWS does there and as tools and suites that
    /// know only that region expect; in any other region it is `BucketAlreadyOwnedByYou`.
    func createBucket(_ call: S3Call) async throws -> HTTPResponse {
        let name = try BucketName(wire: call.target.bucket ?? "")
        guard let credential = call.credential else { throw S3Error(.accessDenied) }
        try UnservedHeaders.check(call.headers)
        if call.headers[first: "x-amz-bucket-object-lock-enabled"]?.lowercased() == "true" {
            throw S3Error.unsupported(header: "x-amz-bucket-object-lock-enabled")
        }
        if let body = try await configuration(call) {
            try checkLocation(body)
        }
        do {
            _ = try await store.accounts.createBucket(name, project: credential.project, created: store.now)
        } catch StoreError.bucketExists(let owner) where owner == credential.project {
            guard settings.region == "us-east-1" else { throw S3Error(.bucketAlreadyOwnedByYou) }
        }
        return HTTPResponse(status: 200, headers: ["Location": "/" + name.string])
    }

    private func configuration(_ call: S3Call) async throws -> XMLElement? {
        guard !call.request.body.isEmpty else { return nil }
        let bytes = try await call.document(limit: S3Limits.configurationBody)
        guard !bytes.isEmpty else { return nil }
        return try parseDocument(bytes, root: "CreateBucketConfiguration", limit: S3Limits.configurationBody)
    }

    /// There is one region; whoever names another would be deceived.
    private func checkLocation(_ configuration: XMLElement) throws(S3Error) {
        guard let location = configuration.text(of: "LocationConstraint")?.trimmed, !location.isEmpty,
            location != settings.region
        else { return }
        throw S3Error(.invalidLocationConstraint, fields: [("LocationConstraint", location)])
    }
}
