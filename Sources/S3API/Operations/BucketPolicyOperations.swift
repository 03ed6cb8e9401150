import Auth
import HTTPServer
import NIOCore
import Objects
import XML

extension S3Door {
    /// Gives the policy back as it was sent.
    func getBucketPolicy(_ call: S3Call) async throws -> HTTPResponse {
        guard let document = call.bucket.configurations[.policy] else {
            throw S3Error.notConfigured(.noSuchBucketPolicy, call.bucket)
        }
        return HTTPResponse(
            status: 200, headers: ["Content-Type": "application/json"],
            body: .bytes(ByteBuffer(bytes: document.bytes)))
    }

    func putBucketPolicy(_ call: S3Call) async throws -> HTTPResponse {
        let body = try await call.document(limit: S3Limits.configurationBody)
        let policy: BucketPolicy
        do throws(BucketPolicy.Malformed) {
            policy = try BucketPolicy(body, for: call.bucket.name)
        } catch {
            throw S3Error(.malformedPolicy, error.why)
        }
        if policy.isPublic, call.bucket.publicAccessBlock.blocksPublicPolicy { throw S3Error(.accessDenied) }
        _ = try await store.accounts.setConfiguration(call.bucket.id, .policy, body)
        return HTTPResponse(status: 204)
    }

    func deleteBucketPolicy(_ call: S3Call) async throws -> HTTPResponse {
        try await remove(.policy, call)
    }

    /// Whether the bucket's policy or list opens it to everybody.
    func getBucketPolicyStatus(_ call: S3Call) async throws -> HTTPResponse {
        let bucket = call.bucket
        let hasPublicList = try bucket.acl.isPublic && !bucket.publicAccessBlock.ignoresPublicACLs
        let isPublic = try bucket.policy?.isPublic == true || hasPublicList
        return .xml { xml in
            xml.openRoot("PolicyStatus")
            xml.element("IsPublic", isPublic)
            xml.close()
        }
    }

    /// Removes a document of a bucket's configuration; it may be gone already.
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
