import Auth
import Digests
import HTTPServer
import NIOCore
import Objects
import XML

extension S3Door {
    /// Makes an object of another's content; no bytes move, however large it is.
    ///
    /// Its metadata are the source's unless `x-amz-metadata-directive: REPLACE`. The ETag stays the source's. The
    /// checksum too, unless another algorithm is asked for: then the bytes are read once to compute it.
    func copyObject(_ call: S3Call) async throws -> HTTPResponse {
        try Self.refuseAppending(call.headers)
        let isReplacing = try Self.directive(call.headers, "x-amz-metadata-directive")
        let isTagging = try Self.directive(call.headers, "x-amz-tagging-directive")
        let conditions = try call.writePreconditions
        let hold = store.hold()
        defer { withExtendedLifetime(hold) {} }
        let (source, sourceBucket, version) = try await copySource(call)
        try Self.refuse(version.size, above: try await store.sizeLimit(of: call.bucket))

        var metadata = version.metadata
        if isReplacing {
            metadata = try ObjectMetadata(call.headers)
        } else {
            metadata.storageClass = try ObjectMetadata.storageClass(call.headers)
            metadata.websiteRedirect = call.headers[first: "x-amz-website-redirect-location"]
        }
        let isItself = sourceBucket.id == call.bucket.id && source.key == call.key && version.isLatest
        if isItself, !isReplacing, !EncryptionRequest.isIn(call.headers),
            metadata.storageClass == version.metadata.storageClass,
            metadata.websiteRedirect == version.metadata.websiteRedirect
        {
            throw S3Error(
                .invalidRequest,
                "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes."
            )
        }
        let target = PutTarget(
            bucket: call.bucket, key: call.key, preconditions: conditions, author: call.credential?.keyID,
            attributes: try await newAttributes(call, tags: isTagging ? nil : version.attributes.tags),
            origin: call.origin(.createdCopy))
        let description = ObjectDescription(metadata: metadata, checksum: try await checksum(call, version))
        let copy = try await copied(call, version, target, description)
        var headers = HeaderFields()
        headers.addNewVersion(copy, in: call.bucket)
        try headers.addExpiration(of: copy, in: call.bucket)
        headers.add(copy.encryption)
        if sourceBucket.versioning != .off {
            headers.add("x-amz-copy-source-version-id", version.versionID.string)
        }
        return .xml(headers: headers) { xml in
            xml.openRoot("CopyObjectResult")
            Timestamp(copy.modified).write(to: &xml, as: "LastModified")
            xml.etag(copy.etag)
            xml.checksum(copy.checksum)
            xml.close()
        }
    }

    /// References to the source's bytes, unless they have to be encrypted otherwise than they are.
    private func copied(
        _ call: S3Call, _ source: ObjectVersion, _ target: PutTarget, _ description: ObjectDescription
    ) async throws -> ObjectVersion {
        let sealing = try await newSealing(call)
        let body = try await plainBody(of: source, 0..<source.size, call)
        let isSame = source.encryption?.method == sealing?.encryption.method
        if case .customer = sealing?.encryption.method {
        } else if isSame {
            return try await store.copy(source, to: target, description: description)
        }
        var target = target
        target.sealing = sealing
        target.declaredLength = source.size
        return try await store.put(
            target, body: body ?? EmptyBody(), digests: BodyDigests(md5: true)
        ) { facts in
            var description = description
            description.etag = Self.etag(facts, sealing)
            if description.checksum == nil, source.checksum?.kind == .fullObject {
                description.checksum = source.checksum
            }
            return description
        }
    }

    private struct EmptyBody: BodySource {
        func next() async throws -> ByteBuffer? { nil }
    }

    /// Whether the directive is REPLACE. Throws `InvalidArgument`.
    private static func directive(_ headers: HeaderFields, _ name: String) throws(S3Error) -> Bool {
        switch headers[first: name] {
        case nil, "", "COPY": return false
        case "REPLACE": return true
        case let other?:
            throw .argument(
                name, other,
                "Unknown \(name == "x-amz-metadata-directive" ? "metadata" : "tagging") directive.")
        }
    }

    /// The checksum that the client asked for, when the source has none of that algorithm.
    private func checksum(_ call: S3Call, _ source: ObjectVersion) async throws -> ObjectChecksum? {
        guard let text = call.headers[first: "x-amz-checksum-algorithm"], !text.isEmpty else { return nil }
        let algorithm = try ChecksumAlgorithm(wire: text)
        if let kept = source.checksum, kept.algorithm == algorithm, kept.kind == .fullObject { return nil }
        let cipher = try await cipher(of: source, call.headers, prefix: CustomerKey.sourcePrefix)
        let facts = try await store.facts(of: source, BodyDigests(checksums: [algorithm]), cipher: cipher)
        return facts.checksums[algorithm].map { ObjectChecksum(algorithm: algorithm, value: $0) }
    }
}
