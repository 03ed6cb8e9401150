import HTTPServer
import Objects
import XML

extension S3Door {
    /// Takes the list that every bucket has; one that gives anybody else anything is refused.
    func putBucketAcl(_ call: S3Call) async throws -> HTTPResponse {
        try await requirePrivateACL(call)
        return HTTPResponse(status: 200)
    }

    /// Throws `AccessControlListNotSupported` unless the request gives the owner everything and nobody else
    /// anything, which is how it is: tools that copy a list from one place to another send it so.
    func requirePrivateACL(_ call: S3Call) async throws {
        if let canned = call.headers[first: "x-amz-acl"] {
            try UnservedHeaders.checkACL(canned)
            return
        }
        for (name, _) in call.headers where name.lowercased().hasPrefix("x-amz-grant-") {
            throw S3Error(.accessControlListNotSupported)
        }
        let body = try await call.document(limit: S3Limits.configurationBody)
        let root = try parseDocument(body, root: "AccessControlPolicy", limit: S3Limits.configurationBody)
        let owner = call.bucket.project.string
        if let named = root.first("Owner")?.text(of: "ID"), named != owner { throw S3Error(.accessDenied) }
        guard let grants = root.first("AccessControlList")?.all("Grant") else { throw S3Error(.malformedACL) }
        for grant in grants {
            guard grant.first("Grantee")?.text(of: "ID") == owner,
                grant.text(of: "Permission") == "FULL_CONTROL"
            else { throw S3Error(.accessControlListNotSupported) }
        }
    }
}
