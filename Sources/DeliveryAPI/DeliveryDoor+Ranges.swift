import Auth
import Files
import HTTPServer
import NIOCore
import Objects

extension DeliveryDoor {
    /// Bytes of an `Upload-Id`.
    private static let maximumTokenLength = 128

    /// Stores a range of the file: 202 while bytes are missing, 201 with the file when none is.
    func putRange(_ visit: Visit, first: Int64, last: Int64, total: Int64) async throws -> HTTPResponse {
        let request = visit.request
        let write = try await prepareWrite(visit)
        guard total <= write.limit else { throw Refusal.tooLarge(limit: write.limit) }
        let digests = try AnnouncedDigests(request.headers, isRange: true)
        let vault = keys.vault
        let sealing = try await vault.sealing(for: visit.site.bucket, now: store.now)
        let protection = RangeProtection(sealing?.encryption.method) { try await vault.key($0) }
        let put = RangePut(
            bucket: visit.site.bucket, key: visit.key, author: write.author, start: first, last: last,
            total: total,
            declaredLength: request.body.declaredLength, clientToken: try clientToken(request),
            announcedDigest: digests.ofWhole, preconditions: write.preconditions, limit: write.limit,
            declaresMetadata: !write.fields.isEmpty,
            attributes: ObjectAttributes(file: write.details), protection: protection,
            origin: visit.origin(.createdPut))
        let key = visit.key
        let answer = try await store.putRange(
            put, body: RequestBodySource(request.body, limit: write.limit), digests: digests.wanted
        ) {
            facts in
            try digests.check(facts)
            return write.fields.metadata(of: key, head: first == 0 ? facts.head : [])
        }
        switch answer {
        case .completed(let version):
            return await fileAnswer(visit, version, standard: .bare)
        case .stored(let status):
            return statusAnswer(
                visit, 202, [status], word: "uploading", maximumRanges: UploadReport.briefRanges)
        case .processing(let status):
            return statusAnswer(
                visit, 202, [status], word: "processing", maximumRanges: UploadReport.briefRanges)
        }
    }

    /// What has arrived of the uploads that this key began to this URL.
    func uploadStatus(_ visit: Visit, total: Int64?) async throws -> HTTPResponse {
        try authorize(visit, .listMultipartUploadParts)
        if visit.request.method == .put,
            try await RequestBodySource(visit.request.body, limit: 0).next() != nil
        {
            throw Refusal.invalid("A question about an upload has no body.")
        }
        let statuses = try await store.rangeStatus(
            visit.site.bucket, visit.key, author: try author(visit), total: total,
            clientToken: try clientToken(visit.request))
        guard !statuses.isEmpty else { throw Refusal.noSuchUpload }
        return statusAnswer(visit, 200, statuses, word: "uploading", maximumRanges: .max)
    }

    /// Drops the uploads that this key began to this URL; 204, also when there is none.
    func cancelUpload(_ visit: Visit, total: Int64?) async throws -> HTTPResponse {
        try authorize(visit, .abortMultipartUpload)
        _ = try await store.cancelRange(
            visit.site.bucket, visit.key, author: try author(visit), total: total,
            clientToken: try clientToken(visit.request))
        return emptyAnswer()
    }

    func emptyAnswer() -> HTTPResponse {
        var headers = HeaderFields()
        CrossOrigin.add(to: &headers)
        return HTTPResponse(status: 204, headers: headers)
    }

    private func statusAnswer(
        _ visit: Visit, _ status: Int, _ uploads: [UploadStatus], word: String, maximumRanges: Int
    ) -> HTTPResponse {
        var headers = jsonHeaders(visit.request)
        if uploads.count == 1, let token = uploads[0].upload.clientToken { headers.add("Upload-Id", token) }
        let document = UploadReport(uploads: uploads, word: word, maximumRanges: maximumRanges).json
        return HTTPResponse(status: status, headers: headers, body: .bytes(ByteBuffer(bytes: document)))
    }

    private func clientToken(_ request: HTTPRequest) throws(Refusal) -> String? {
        let values = request.headers.values("upload-id")
        guard let token = values.first else { return nil }
        guard values.count == 1, (1...Self.maximumTokenLength).contains(token.utf8.count),
            token.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { throw .invalid("An Upload-Id has 1 to \(Self.maximumTokenLength) visible ASCII characters.") }
        return token
    }
}
