import Auth
import HTTPServer
import Objects
import XML

extension S3Door {
    func getBucketOwnershipControls(_ call: S3Call) async throws -> HTTPResponse {
        guard let ownership = call.bucket.ownership else {
            throw S3Error.notConfigured(.ownershipControlsNotFound, call.bucket)
        }
        return .xml { xml in
            xml.openRoot("OwnershipControls")
            xml.open("Rule")
            xml.element("ObjectOwnership", ownership.rawValue)
            xml.close()
            xml.close()
        }
    }

    /// Refused while the bucket's list grants anything to others and lists are to be off.
    func putBucketOwnershipControls(_ call: S3Call) async throws -> HTTPResponse {
        let root = try await configuration(call, root: "OwnershipControls")
        let rules = root.all("Rule")
        guard rules.count == 1, let text = rules[0].text(of: "ObjectOwnership"),
            let ownership = ObjectOwnership(rawValue: text)
        else { throw S3Error(.malformedXML) }
        let hasGrants = try call.bucket.acl != .ownerOnly(call.bucket.project)
        if ownership == .bucketOwnerEnforced, hasGrants {
            throw S3Error(.invalidBucketAclWithObjectOwnership)
        }
        _ = try await store.accounts.setConfiguration(
            call.bucket.id, .ownershipControls, Array(ownership.rawValue.utf8))
        return HTTPResponse(status: 200)
    }

    func deleteBucketOwnershipControls(_ call: S3Call) async throws -> HTTPResponse {
        try await remove(.ownershipControls, call)
    }
}
