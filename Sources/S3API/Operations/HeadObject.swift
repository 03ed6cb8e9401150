import HTTPServer

extension S3Door {
    func headObject(_ call: S3Call) async throws -> HTTPResponse {
        try await read(call)
    }
}
