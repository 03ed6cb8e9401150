import HTTPServer

extension S3Door {
    /// The door adds the region, which refusals tell too.
    func headBucket(_ call: S3Call) async throws -> HTTPResponse {
        HTTPResponse(
            status: 200, headers: ["x-amz-access-point-alias": "false", "Content-Type": "application/xml"])
    }
}
