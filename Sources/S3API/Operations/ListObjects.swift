import HTTPServer
import Objects
import XML

extension S3Door {
    /// The first version of the listing. `NextMarker` only with a delimiter: without one the last key is it.
    func listObjects(_ call: S3Call) async throws -> HTTPResponse {
        let parameters = try ListParameters(call.query, limitName: "max-keys")
        let marker = Array((call.query["marker"] ?? "").utf8)
        let page = try await page(call.bucket, parameters, after: marker)
        let owner = try await owner(call.bucket.project)
        let capacity = 1024 + page.entries.count * ListParameters.bytesOfEntry
        return .xml(reservingCapacity: capacity) { xml in
            xml.openRoot("ListBucketResult")
            xml.element("Name", call.bucket.name.string)
            // Of this version's answer, SDKs decode every encoded element but this one.
            xml.element("Prefix", utf8: parameters.prefix)
            parameters.write(marker, as: "Marker", to: &xml)
            if page.isTruncated, parameters.delimiter != nil, let last = page.entries.last {
                parameters.write(last.marker, as: "NextMarker", to: &xml)
            }
            xml.element("MaxKeys", parameters.limit)
            parameters.writeDelimiter(to: &xml)
            parameters.writeEncoding(to: &xml)
            xml.element("IsTruncated", page.isTruncated)
            xml.entries(page, parameters, owner: owner)
            xml.close()
        }
    }
}
