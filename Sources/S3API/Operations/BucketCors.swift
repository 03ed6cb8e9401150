import HTTPServer
import Objects
import XML

extension S3Door {
    func getBucketCors(_ call: S3Call) async throws -> HTTPResponse {
        guard let cors = try call.bucket.cors else {
            throw S3Error.notConfigured(.noSuchCORSConfiguration, call.bucket)
        }
        return .xml { $0.cors(cors) }
    }

    func putBucketCors(_ call: S3Call) async throws -> HTTPResponse {
        let cors = try CORSConfiguration(try await configuration(call, root: "CORSConfiguration"))
        _ = try await store.accounts.setConfiguration(call.bucket.id, .cors, cors.encoded)
        return HTTPResponse(status: 200)
    }

    func deleteBucketCors(_ call: S3Call) async throws -> HTTPResponse {
        try await remove(.cors, call)
    }
}
