import HTTPServer
import Objects
import XML

extension S3Door {
    /// Makes a part of an object or of a range of one.
    func uploadPartCopy(_ call: S3Call) async throws -> HTTPResponse {
        let number = try Self.requiredPartNumber(call)
        try Self.refuseAppending(call.headers)
        let upload = try await openUpload(call)
        let hold = store.hold()
        defer { withExtendedLifetime(hold) {} }
        let (_, sourceBucket, version) = try await copySource(call)
        let range = try Self.range(call.headers[first: "x-amz-copy-source-range"], of: version)
        try Self.refuse(Int64(range.count), above: settings.maximumPartSize)
        let part = try await copiedPart(call, upload, number, version, range)
        var headers = HeaderFields()
        if sourceBucket.versioning != .off {
            headers.add("x-amz-copy-source-version-id", version.versionID.string)
        }
        headers.add(upload.encryption)
        return .xml(headers: headers) { xml in
            xml.openRoot("CopyPartResult")
            Timestamp(part.modified).write(to: &xml, as: "LastModified")
            xml.etag(part.etag)
            if let checksum = part.checksum { xml.element(checksum.algorithm.elementName, checksum.wire) }
            xml.close()
        }
    }

    /// References to the source's bytes; where either side is encrypted, a copy of them.
    private func copiedPart(
        _ call: S3Call, _ upload: Upload, _ number: Int, _ source: ObjectVersion, _ range: Range<Int64>
    ) async throws -> UploadPart {
        let sealing = try await sealing(call, of: upload)
        let algorithm = upload.checksumAlgorithm
        guard let body = try await plainBody(of: source, range, call),
            sealing != nil || source.encryption != nil
        else {
            return try await store.copyPart(
                upload, number: number, source: source, range: range, algorithm: algorithm)
        }
        return try await store.putPart(
            upload, in: call.bucket, number: number, body: body,
            digests: BodyDigests(md5: true, checksums: algorithm.map { [$0] } ?? []),
            declaredLength: Int64(range.count), sealing: sealing
        ) { facts in
            guard let md5 = facts.md5 else { throw S3Error(.internalError, cause: "a part has no MD5") }
            let checksum = algorithm.flatMap { algorithm in
                facts.checksums[algorithm].map { ObjectChecksum(algorithm: algorithm, value: $0) }
            }
            return (ETag(md5), checksum)
        }
    }

    /// The plain bytes of a copy's source; nil for none at all.
    func plainBody(
        of source: ObjectVersion, _ range: Range<Int64>, _ call: S3Call
    ) async throws -> (any BodySource)? {
        let cipher = try await cipher(
            of: source, call.headers, prefix: CustomerKey.sourcePrefix)
        if range.isEmpty { return nil }
        return store.load(source, range: range, cipher: cipher)
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
