import HTTPServer
import Objects
import XML

extension S3Door {
    /// The second version of the listing. A continuation token outranks `start-after`, which is echoed all the
    /// same; owners are told on request only.
    func listObjectsV2(_ call: S3Call) async throws -> HTTPResponse {
        let parameters = try ListParameters(call.query, limitName: "max-keys")
        let token = call.query["continuation-token"]
        let startAfter = call.query["start-after"].map { Array($0.utf8) }
        let after: [UInt8]? =
            if let token, !token.isEmpty { try ContinuationToken.decode(token) } else { startAfter }
        let page = try await page(call.bucket, parameters, after: after)
        let isOwnerWanted = call.query["fetch-owner"]?.lowercased() == "true"
        let owner: Owner? = if isOwnerWanted { try await owner(call.bucket.project) } else { nil }
        let capacity = 1024 + page.entries.count * ListParameters.bytesOfEntry
        return .xml(reservingCapacity: capacity) { xml in
            xml.openRoot("ListBucketResult")
            xml.element("Name", call.bucket.name.string)
            parameters.write(parameters.prefix, as: "Prefix", to: &xml)
            if let startAfter { parameters.write(startAfter, as: "StartAfter", to: &xml) }
            xml.element("ContinuationToken", ifPresent: token)
            if page.isTruncated, let last = page.entries.last {
                xml.element("NextContinuationToken", ContinuationToken.encode(last.marker))
            }
            xml.element("KeyCount", page.entries.count)
            xml.element("MaxKeys", parameters.limit)
            parameters.writeDelimiter(to: &xml)
            parameters.writeEncoding(to: &xml)
            xml.element("IsTruncated", page.isTruncated)
            xml.entries(page, parameters, owner: owner)
            xml.close()
        }
    }
}
