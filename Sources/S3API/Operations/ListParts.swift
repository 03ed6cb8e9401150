import Auth
import Digests
import HTTPServer
import Objects
import XML

extension S3Door {
    /// The parts of an open upload by number.
    func listParts(_ call: S3Call) async throws -> HTTPResponse {
        let limit = min(
            try Self.number(call.query, "max-parts", in: 0...Int(Int32.max)) ?? S3Limits.page, S3Limits.page)
        let marker = try Self.number(call.query, "part-number-marker", in: 0...Int(Int32.max)) ?? 0
        let upload = try await openUpload(call)
        // One more than is shown tells whether there are more.
        var parts = limit == 0 ? [] : try await store.parts(upload, after: marker, limit: limit + 1)
        let isTruncated = parts.count > limit
        if isTruncated { parts.removeLast(parts.count - limit) }
        let owner = try await owner(upload.owner(in: call.bucket))
        let parameters = try ListParameters(call.query, limitName: "max-keys")
        var headers = HeaderFields()
        try headers.addAbortion(of: upload, in: call.bucket)
        return .xml(headers: headers, reservingCapacity: 1024 + parts.count * 256) { xml in
            xml.openRoot("ListPartsResult")
            xml.element("Bucket", call.bucket.name.string)
            parameters.write(call.key.bytes, as: "Key", to: &xml)
            xml.element("UploadId", upload.id.string)
            xml.owner(owner, as: "Initiator")
            xml.owner(owner)
            xml.element("StorageClass", upload.metadata.storageClass ?? "STANDARD")
            xml.element("PartNumberMarker", marker)
            if let last = parts.last { xml.element("NextPartNumberMarker", last.position) }
            xml.element("MaxParts", limit)
            xml.element("ChecksumAlgorithm", ifPresent: upload.checksumAlgorithm?.rawValue)
            xml.element("ChecksumType", ifPresent: upload.checksumKind?.rawValue)
            parameters.writeEncoding(to: &xml)
            xml.element("IsTruncated", isTruncated)
            for part in parts { Self.write(part, to: &xml) }
            xml.close()
        }
    }

    private static func write(_ part: UploadPart, to xml: inout XMLWriter) {
        xml.open("Part")
        xml.element("PartNumber", part.position)
        Timestamp(part.modified).write(to: &xml, as: "LastModified")
        xml.etag(part.etag)
        xml.element("Size", part.size)
        if let checksum = part.checksum { xml.element(checksum.algorithm.elementName, checksum.wire) }
        xml.close()
    }
}
