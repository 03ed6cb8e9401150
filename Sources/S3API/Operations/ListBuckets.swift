import Auth
import HTTPServer
import Objects
import XML

extension S3Door {
    /// The caller's buckets in byte order of the name, with paging when the client asks for it.
    func listBuckets(_ call: S3Call) async throws -> HTTPResponse {
        guard let project = call.credential?.project else { throw S3Error(.accessDenied) }
        let owner = try await owner(project)
        let prefix = call.query["prefix"] ?? ""
        let limit =
            try Self.number(call.query, "max-buckets", in: 1...S3Limits.bucketPage) ?? S3Limits.bucketPage
        let after = try call.query.nonEmpty("continuation-token").map { text throws(S3Error) in
            String(decoding: try ContinuationToken.decode(text), as: UTF8.self)
        }
        var buckets: [Bucket] = []
        if [nil, settings.region].contains(call.query.nonEmpty("bucket-region")) {
            buckets = try await store.accounts.buckets(
                of: project, prefix: prefix, after: after, limit: limit + 1)
        }
        let isTruncated = buckets.count > limit
        return .xml(reservingCapacity: 256 + buckets.count * 128) { xml in
            xml.openRoot("ListAllMyBucketsResult")
            xml.owner(owner)
            xml.open("Buckets")
            for bucket in buckets.prefix(limit) {
                xml.open("Bucket")
                xml.element("Name", bucket.name.string)
                Timestamp(bucket.created).write(to: &xml, as: "CreationDate")
                xml.element("BucketRegion", settings.region)
                xml.close()
            }
            xml.close()
            if isTruncated, let last = buckets.prefix(limit).last {
                xml.element("ContinuationToken", ContinuationToken.encode(Array(last.name.string.utf8)))
            }
            if !prefix.isEmpty { xml.element("Prefix", prefix) }
            xml.close()
        }
    }
}
