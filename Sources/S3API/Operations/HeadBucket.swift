import HTTPServer

extension S3Door {
    func headBucket(_ call: S3Call) async throws -> HTTPResponse {
        HTTPResponse(
            status: 200,
            headers: [
                "x-amz-bucket-region": settings.region, "x-amz-access-point-alias": "false",
                "Content-Type": "application/xml",
            ])
    }
}
