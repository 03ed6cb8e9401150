import Auth
import Digests
import HTTPServer
import Objects
import XML

extension S3Door {
    /// Begins a multipart upload; what the object will be called and served with is fixed here.
    func createMultipartUpload(_ call: S3Call) async throws -> HTTPResponse {
        guard let credential = call.credential else { throw S3Error(.accessDenied) }
        try Self.refuseAppending(call.headers)
        let metadata = try ObjectMetadata(call.headers)
        let (algorithm, kind) = try Self.checksum(call.headers)
        if call.allowsNewKeysOnly {
            try await store.checkPreconditions(
                PutTarget(
                    bucket: call.bucket, key: call.key,
                    preconditions: WritePreconditions(forbidsOverwrite: true)))
        }
        let sealing = try await newSealing(call)
        let upload = try await store.createUpload(
            call.bucket, call.key, metadata: metadata, author: credential.keyID,
            attributes: try await newAttributes(call),
            encryption: sealing.map { ObjectEncryption($0.encryption.method) }, checksumAlgorithm: algorithm,
            checksumKind: kind)
        var headers = HeaderFields()
        headers.add("x-amz-checksum-algorithm", ifPresent: algorithm?.rawValue)
        headers.add("x-amz-checksum-type", ifPresent: kind?.rawValue)
        try headers.addAbortion(of: upload, in: call.bucket)
        headers.add(upload.encryption)
        return .xml(headers: headers) { xml in
            xml.openRoot("InitiateMultipartUploadResult")
            xml.element("Bucket", call.bucket.name.string)
            xml.element("Key", utf8: call.key.bytes)
            xml.element("UploadId", upload.id.string)
            xml.close()
        }
    }

    /// The algorithm of the parts' checksums and how they make that of the whole.
    ///
    /// Throws `InvalidRequest` for a kind without an algorithm or one that the algorithm does not have.
    private static func checksum(
        _ headers: HeaderFields
    ) throws(S3Error) -> (ChecksumAlgorithm?, ObjectChecksum.Kind?) {
        let named = headers[first: "x-amz-checksum-type"]
        guard let text = headers[first: "x-amz-checksum-algorithm"], !text.isEmpty else {
            guard named == nil else {
                throw S3Error(
                    .invalidRequest,
                    "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header."
                )
            }
            return (nil, nil)
        }
        let algorithm = try ChecksumAlgorithm(wire: text)
        guard let named else { return (algorithm, algorithm.defaultKind) }
        guard let kind = ObjectChecksum.Kind(rawValue: named.uppercased()) else {
            throw S3Error(.invalidRequest, "Value for x-amz-checksum-type header is invalid.")
        }
        guard kind == .composite ? algorithm.hasCompositeForm : algorithm.hasFullObjectForm else {
            throw S3Error(
                .invalidRequest,
                "The \(kind.rawValue) checksum type cannot be used with the \(algorithm.rawValue.lowercased()) checksum algorithm."
            )
        }
        return (algorithm, kind)
    }

    /// The open upload that the request names. Throws `NoSuchUpload`, and `AccessDenied` when the caller may touch
    /// only its own uploads and this is another's.
    func openUpload(_ call: S3Call) async throws -> Upload {
        let upload = try await upload(call)
        guard upload.state == .open else { throw S3Error(.noSuchUpload) }
        return upload
    }

    /// The same, but a finished one is found too.
    func upload(_ call: S3Call) async throws -> Upload {
        let upload = try await store.upload(call.uploadID, call.bucket, call.key)
        if call.allowsNewKeysOnly, upload.author != call.credential?.keyID { throw S3Error(.accessDenied) }
        return upload
    }
}
