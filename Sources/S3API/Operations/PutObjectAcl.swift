import HTTPServer

extension S3Door {
    /// Takes the list that every object has; see `putBucketAcl`.
    func putObjectAcl(_ call: S3Call) async throws -> HTTPResponse {
        let version = try await existing(call)
        try await requirePrivateACL(call)
        var headers = HeaderFields()
        headers.addVersion(version, in: call.bucket)
        return HTTPResponse(status: 200, headers: headers)
    }
}
