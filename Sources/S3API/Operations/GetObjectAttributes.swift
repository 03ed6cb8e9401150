import HTTPServer
import Objects
import XML

extension S3Door {
    private static let attributes: Set<String> = [
        "ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize",
    ]

    /// What is known of an object without its bytes; here, and only here, the ETag has no quotes.
    func getObjectAttributes(_ call: S3Call) async throws -> HTTPResponse {
        let wanted = try Self.wantedAttributes(call.headers)
        let limit = min(try Self.header(call.headers, "x-amz-max-parts") ?? S3Limits.page, S3Limits.page)
        let marker = try Self.header(call.headers, "x-amz-part-number-marker") ?? 0
        let version = try await existing(call)
        _ = try await cipher(of: version, call.headers)
        let parts =
            wanted.contains("ObjectParts") && version.partCount > 0 ? try await store.parts(version) : []
        var headers = HeaderFields()
        headers.add("Last-Modified", HTTPDate.format(version.modified / 1000))
        headers.addVersion(version, in: call.bucket)
        return .xml(headers: headers) { xml in
            xml.openRoot("GetObjectAttributesResponse")
            if wanted.contains("ETag") { xml.element("ETag", version.etag.string) }
            if wanted.contains("Checksum"), let checksum = version.checksum {
                xml.open("Checksum")
                xml.checksum(checksum)
                xml.close()
            }
            if !parts.isEmpty { Self.write(parts, after: marker, limit: limit, version, to: &xml) }
            if wanted.contains("StorageClass") {
                xml.element("StorageClass", version.metadata.storageClass ?? "STANDARD")
            }
            if wanted.contains("ObjectSize") { xml.element("ObjectSize", version.size) }
            xml.close()
        }
    }

    /// The parts themselves are told only of objects that have checksums, as AWS does; their number always.
    private static func write(
        _ parts: [ObjectPart], after marker: Int, limit: Int, _ version: ObjectVersion,
        to xml: inout XMLWriter
    ) {
        let first = min(marker, parts.count)
        let shown = parts[first...].prefix(limit)
        xml.open("ObjectParts")
        xml.element("PartsCount", parts.count)
        xml.element("PartNumberMarker", marker)
        if let last = shown.indices.last { xml.element("NextPartNumberMarker", last + 1) }
        xml.element("MaxParts", limit)
        xml.element("IsTruncated", first + shown.count < parts.count)
        for (index, part) in zip(shown.indices, shown) {
            xml.open("Part")
            xml.element("PartNumber", index + 1)
            xml.element("Size", part.size)
            if let checksum = part.checksum { xml.element(checksum.algorithm.elementName, checksum.wire) }
            xml.close()
        }
        xml.close()
    }

    /// Throws `InvalidRequest` when none is named and `InvalidArgument` when one is unknown.
    private static func wantedAttributes(_ headers: HeaderFields) throws(S3Error) -> Set<String> {
        let name = "x-amz-object-attributes"
        let lines = headers.values(name)
        let wanted = Set(lines.flatMap { $0.split(separator: ",").map(\.trimmed) }.filter { !$0.isEmpty })
        guard !wanted.isEmpty else {
            throw S3Error(
                .invalidRequest,
                "The header \(name), which names the attributes to return, is missing or empty.")
        }
        guard wanted.isSubset(of: attributes) else {
            throw .argument(name, lines.joined(separator: ","), "Invalid attribute name specified.")
        }
        return wanted
    }

    private static func header(_ headers: HeaderFields, _ name: String) throws(S3Error) -> Int? {
        guard let text = headers[first: name], !text.isEmpty else { return nil }
        guard let number = wireNumber(text), let small = Int(exactly: number), small <= Int(Int32.max) else {
            throw .argument(name, text, "Provided \(name) not an integer or within integer range")
        }
        return small
    }
}
