import Digests
import HTTPServer
import Objects
import XML

extension S3Door {
    /// Makes the object of the parts that are named. Repeating it for a finished upload gives the same answer.
    ///
    /// The status is sent when the work is done: it moves no bytes, so no connection has to be kept alive
    /// with white space meanwhile.
    func completeMultipartUpload(_ call: S3Call) async throws -> HTTPResponse {
        let conditions = try call.writePreconditions
        let upload = try await upload(call)
        try await checkKey(call, upload)
        let expected = try Self.expectedChecksum(call.headers, upload)
        var expectedSize: Int64?
        if let text = call.headers[first: "x-amz-mp-object-size"] {
            guard let size = wireNumber(text.trimmed) else {
                throw S3Error(.invalidRequest, "Value for x-amz-mp-object-size header is invalid.")
            }
            expectedSize = size
        }
        // The checksum in the headers is the object's, not the document's.
        let body = try await call.document(limit: S3Limits.completionBody, describesObject: true)
        let parts = try CompletionRequest(body, upload).parts
        let completion = UploadCompletion(
            upload: upload.id, parts: parts, preconditions: conditions,
            minimumPartSize: store.settings.minimumPartSize, expectedSize: expectedSize,
            expectedChecksum: expected, modified: store.now, keepFor: store.settings.keepFinished,
            origin: call.origin(.createdByUpload))
        let version = try await store.complete(completion)
        var headers = HeaderFields()
        headers.addNewVersion(version, in: call.bucket)
        try headers.addExpiration(of: version, in: call.bucket)
        headers.add(version.encryption)
        return .xml(headers: headers) { xml in
            xml.openRoot("CompleteMultipartUploadResult")
            xml.element("Location", location(call))
            xml.element("Bucket", call.bucket.name.string)
            xml.element("Key", utf8: call.key.bytes)
            xml.etag(version.etag)
            xml.checksum(version.checksum)
            xml.close()
        }
    }

    /// As AWS has it, the completion of an upload with checksums needs the customer's key again, and so does one whose
    /// parts came with checksums; one that comes is the upload's in any case.
    private func checkKey(_ call: S3Call, _ upload: Upload) async throws {
        let sent = try CustomerKey(call.headers, prefix: CustomerKey.prefix)
        guard case .customer? = upload.encryption?.method, sent == nil, upload.checksumAlgorithm == nil else {
            if sent != nil || upload.checksumAlgorithm != nil {
                try Self.check(sent, upload.encryption?.method)
            }
            return
        }
        let parts = try await store.parts(upload, after: 0, limit: ObjectStore.maximumPartNumber)
        if parts.contains(where: { $0.checksum != nil }) { try Self.check(sent, upload.encryption?.method) }
    }

    private func location(_ call: S3Call) -> String {
        let scheme = call.request.isSecure ? "https" : "http"
        return scheme + "://" + (call.request.host ?? "localhost") + call.request.rawPath
    }

    /// What the client says the whole's checksum is. Throws `InvalidRequest` when it is of another kind than the
    /// upload's.
    private static func expectedChecksum(_ headers: HeaderFields, _ upload: Upload) throws(S3Error)
        -> [UInt8]?
    {
        if let named = headers[first: "x-amz-checksum-type"], let kind = upload.checksumKind,
            named.uppercased() != kind.rawValue
        {
            throw S3Error(
                .invalidRequest,
                "The upload was created using the \(kind.rawValue) checksum mode. The complete request must use the same checksum mode."
            )
        }
        for algorithm in ChecksumAlgorithm.allCases {
            guard var text = headers[first: algorithm.headerName]?.trimmed else { continue }
            try refuse(algorithm, in: upload)
            // A composite ends in `-` and the number of parts, which the list of parts says too.
            if upload.checksumKind == .composite, let mark = text.lastIndex(of: "-") {
                text = String(text[..<mark])
            }
            let bytes = try ClaimedChecksum.bytes(text, algorithm)
            return upload.checksumAlgorithm == nil ? nil : bytes
        }
        return nil
    }
}

/// The body of CompleteMultipartUpload.
struct CompletionRequest: Sendable {
    var parts: [UploadCompletion.Part]

    /// Throws `MalformedXML`, also for no part or more than 10,000; `InvalidPartOrder`; `InvalidArgument`.
    init(_ body: [UInt8], _ upload: Upload) throws(S3Error) {
        let root = try parseDocument(body, root: "CompleteMultipartUpload", limit: S3Limits.completionBody)
        let elements = root.all("Part")
        guard S3Limits.parts.contains(elements.count) else { throw S3Error(.malformedXML) }
        parts = []
        parts.reserveCapacity(elements.count)
        for element in elements {
            guard let text = element.text(of: "PartNumber")?.trimmed,
                let tag = element.text(of: "ETag")?.trimmed
            else { throw S3Error(.malformedXML) }
            guard let number = wireNumber(text) else { throw S3Error(.malformedXML) }
            guard S3Limits.parts.contains(Int(clamping: number)) else {
                throw .argument(
                    "PartNumber", text, "Part number must be an integer between 1 and 10000, inclusive")
            }
            if let previous = parts.last {
                guard previous.number <= Int(number) else { throw S3Error(.invalidPartOrder) }
                // A part that was sent twice is listed twice by some clients: the last word counts.
                if previous.number == Int(number) { parts.removeLast() }
            }
            parts.append(
                UploadCompletion.Part(
                    number: Int(number), etag: ETag(S3Call.unquoted(tag).lowercased()),
                    checksum: try Self.checksum(element, upload)))
        }
    }

    /// The part's checksum, when it is of the upload's algorithm; another one says nothing about this upload.
    private static func checksum(_ part: XMLElement, _ upload: Upload) throws(S3Error) -> ObjectChecksum? {
        guard let algorithm = upload.checksumAlgorithm,
            let text = part.text(of: algorithm.elementName.description)?.trimmed
        else {
            return nil
        }
        return ObjectChecksum(algorithm: algorithm, value: try ClaimedChecksum.bytes(text, algorithm))
    }
}
