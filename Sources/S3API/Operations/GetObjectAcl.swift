import Auth
import HTTPServer
import Objects

extension S3Door {
    func getObjectAcl(_ call: S3Call) async throws -> HTTPResponse {
        let version = try await existing(call)
        var headers = HeaderFields()
        headers.addVersion(version, in: call.bucket)
        let isOff = call.bucket.ownership == .bucketOwnerEnforced
        let owner = isOff ? call.bucket.project : version.owner(in: call.bucket)
        let list = isOff ? .ownerOnly(owner) : try version.attributes.list(in: call.bucket)
        return try await document(of: list, owner: owner, headers: headers)
    }
}
