import HTTPServer
import NIOCore
import Objects
import XML

extension S3Door {
    func getBucketTagging(_ call: S3Call) async throws -> HTTPResponse {
        guard let document = call.bucket.configurations[.tagging] else {
            throw S3Error.notConfigured(.noSuchTagSet, call.bucket)
        }
        return HTTPResponse(
            status: 200, headers: ["Content-Type": "application/xml"],
            body: .bytes(ByteBuffer(bytes: document.bytes)))
    }

    func putBucketTagging(_ call: S3Call) async throws -> HTTPResponse {
        let root = try await configuration(call, root: "Tagging")
        let tags = try TagSet.parse(document: root, limit: TagSet.bucketLimit)
        var xml = XMLWriter(reservingCapacity: 512)
        xml.tagging(tags)
        _ = try await store.accounts.setConfiguration(call.bucket.id, .tagging, xml.withBytes { Array($0) })
        return HTTPResponse(status: 204)
    }

    func deleteBucketTagging(_ call: S3Call) async throws -> HTTPResponse {
        try await remove(.tagging, call)
    }
}
