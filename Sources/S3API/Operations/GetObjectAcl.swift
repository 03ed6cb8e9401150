import HTTPServer
import Objects

extension S3Door {
    func getObjectAcl(_ call: S3Call) async throws -> HTTPResponse {
        let version = try await existing(call)
        let owner = try await owner(call.bucket.project)
        var headers = HeaderFields()
        headers.addVersion(version, in: call.bucket)
        return .xml(headers: headers) { $0.privateACL(of: owner) }
    }
}
