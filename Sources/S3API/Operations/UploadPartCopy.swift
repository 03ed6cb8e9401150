import HTTPServer
import Objects
import XML

extension S3Door {
    /// Makes a part of an object or of a range of one.
    func uploadPartCopy(_ call: S3Call) async throws -> HTTPResponse {
        let number = try Self.requiredPartNumber(call)
        try Self.refuseUnserved(call.headers)
        let upload = try await openUpload(call)
        let hold = store.hold()
        defer { withExtendedLifetime(hold) {} }
        let (_, sourceBucket, version) = try await copySource(call)
        let range = try Self.range(call.headers[first: "x-amz-copy-source-range"], of: version)
        try Self.refuse(Int64(range.count), above: settings.maximumPartSize)
        let part = try await store.copyPart(
            upload, number: number, source: version, range: range, algorithm: upload.checksumAlgorithm)
        var headers = HeaderFields()
        if sourceBucket.versioning != .off {
            headers.add("x-amz-copy-source-version-id", version.versionID.string)
        }
        return .xml(headers: headers) { xml in
            xml.openRoot("CopyPartResult")
            Timestamp(part.modified).write(to: &xml, as: "LastModified")
            xml.etag(part.etag)
            if let checksum = part.checksum { xml.element(checksum.algorithm.elementName, checksum.wire) }
            xml.close()
        }
    }

    /// `bytes=first-last`, and nothing else that a Range may be. Throws `InvalidArgument`, or `InvalidRange` when
    /// it is not within the source.
    private static func range(_ header: String?, of source: ObjectVersion) throws(S3Error) -> Range<Int64> {
        guard let header else { return 0..<source.size }
        let ends = header.dropFirst("bytes=".count).split(separator: "-", omittingEmptySubsequences: false)
        guard header.hasPrefix("bytes="), ends.count == 2, let first = wireNumber(ends[0]),
            let last = wireNumber(ends[1]), first <= last
        else {
            throw .argument(
                "x-amz-copy-source-range", header,
                "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy"
            )
        }
        guard last < source.size else {
            throw S3Error(
                .invalidRange, "The specified copy range is invalid for the source object size",
                fields: [("RangeRequested", header), ("ActualObjectSize", String(source.size))])
        }
        return first..<(last + 1)
    }
}
