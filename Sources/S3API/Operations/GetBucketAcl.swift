import HTTPServer
import Objects
import XML

extension S3Door {
    /// The owner has everything and nobody else anything: access is given by keys and their roles.
    func getBucketAcl(_ call: S3Call) async throws -> HTTPResponse {
        let owner = try await owner(call.bucket.project)
        return .xml { $0.privateACL(of: owner) }
    }
}

extension XMLWriter {
    /// The access control list of what only its owner may use.
    mutating func privateACL(of owner: Owner) {
        openRoot("AccessControlPolicy")
        self.owner(owner)
        open("AccessControlList")
        open("Grant")
        open("Grantee", ("xmlns:xsi", XMLNamespace.schemaInstance), ("xsi:type", "CanonicalUser"))
        element("ID", owner.id)
        element("DisplayName", owner.displayName)
        close()
        element("Permission", "FULL_CONTROL")
        close()
        close()
        close()
    }
}
