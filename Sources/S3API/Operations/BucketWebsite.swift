import HTTPServer
import Objects
import XML

extension S3Door {
    func getBucketWebsite(_ call: S3Call) async throws -> HTTPResponse {
        guard let website = try call.bucket.website else {
            throw S3Error.notConfigured(.noSuchWebsiteConfiguration, call.bucket)
        }
        return .xml { $0.website(website) }
    }

    /// Makes a website of the bucket, which is served at its delivery domains.
    func putBucketWebsite(_ call: S3Call) async throws -> HTTPResponse {
        let website = try WebsiteConfiguration(try await configuration(call, root: "WebsiteConfiguration"))
        _ = try await store.accounts.setConfiguration(call.bucket.id, .website, website.encoded)
        return HTTPResponse(status: 200)
    }

    func deleteBucketWebsite(_ call: S3Call) async throws -> HTTPResponse {
        try await remove(.website, call)
    }
}
