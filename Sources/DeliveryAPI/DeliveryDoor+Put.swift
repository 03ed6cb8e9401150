import Auth
import Digests
import Files
import HTTPServer
import MediaProbe
import NIOCore
import Objects

extension DeliveryDoor {
    /// Stores the body as the file, replacing one that is there: 201 with the File object.
    func put(_ visit: Visit) async throws -> HTTPResponse {
        let request = visit.request
        let write = try await prepareWrite(visit)
        let digests = try AnnouncedDigests(request.headers, isRange: false)
        if let declared = request.body.declaredLength, declared > write.limit {
            throw Refusal.tooLarge(limit: write.limit)
        }
        let sealing = try await keys.vault.sealing(for: visit.site.bucket, now: store.now)
        let target = PutTarget(
            bucket: visit.site.bucket, key: visit.key, preconditions: write.preconditions,
            author: write.author, attributes: ObjectAttributes(file: write.details), sealing: sealing,
            origin: visit.origin(.createdPut),
            declaredLength: request.body.declaredLength)
        try await checkUnmodifiedSince(visit, write.preconditions)
        try await store.checkPreconditions(target)
        request.body.limit(to: write.limit)
        let key = visit.key
        let version = try await store.put(
            target, body: RequestBodySource(request.body, limit: write.limit), digests: digests.wanted,
            limit: write.limit
        ) { facts in
            try digests.check(facts)
            return ObjectDescription(
                metadata: write.fields.metadata(of: key, head: facts.head),
                etag: facts.md5.map { ETag($0) }, checksum: digests.kept)
        }
        return await fileAnswer(visit, version, standard: .envelope)
    }

    /// What is common to writes of the whole and of ranges.
    struct PreparedWrite: Sendable {
        var author: KeyID
        var preconditions: WritePreconditions
        var fields: MetadataFields
        /// What is said of the file; nil leaves what was said.
        var details: FileDetails?
        /// Bytes of the whole.
        var limit: Int64
    }

    func prepareWrite(_ visit: Visit) async throws -> PreparedWrite {
        let isNewOnly = try authorize(visit, .putObject)
        let author = try author(visit)
        var preconditions = try WriteConditions.parse(visit.request.headers)
        let fields = try MetadataFields(visit.request.headers)
        preconditions.forbidsOverwrite = isNewOnly
        let limit = try await store.sizeLimit(of: visit.site.bucket)
        return PreparedWrite(
            author: author, preconditions: preconditions, fields: fields,
            details: try FileFields.details(visit.request.headers), limit: limit)
    }

    /// `If-Unmodified-Since` compares whole seconds, so it cannot promise what `If-Match` does; it is judged once,
    /// before the body.
    func checkUnmodifiedSince(_ visit: Visit, _ preconditions: WritePreconditions) async throws {
        guard preconditions.ifMatch == nil, visit.request.headers.contains("if-unmodified-since") else {
            return
        }
        guard let current = try await store.headIfPresent(visit.site.bucket, visit.key) else { return }
        var asked = HeaderFields()
        for value in visit.request.headers.values("if-unmodified-since") {
            asked.add("if-unmodified-since", value)
        }
        let validators = Validators(etag: current.etag.string, lastModified: current.modified / 1000)
        if evaluatePreconditions(asked, isRead: false, validators: validators) == .failed {
            throw Refusal.preconditionFailed
        }
    }

    /// How long an upload's answer waits for what is found out about the file.
    private static let patience = Duration.seconds(2)

    /// 201 with the file in the shape that the client asked for, else in `standard`.
    func fileAnswer(
        _ visit: Visit, _ version: ObjectVersion, standard: ResponseShape
    ) async -> HTTPResponse {
        let request = visit.request
        let url = visit.url
        let shape = ResponseShape(acceptVersion: request.headers[first: "accept-version"]) ?? standard
        let document = fileDocument(
            File(version, url: url, facts: await media.facts(of: version, patience: Self.patience)),
            shape: shape, requestID: request.id, project: visit.site.bucket.project)
        var headers = jsonHeaders(request)
        headers.add("Location", url)
        headers.add("ETag", "\"\(version.etag.string)\"")
        if let token = request.headers[first: "upload-id"] { headers.add("Upload-Id", token) }
        return HTTPResponse(status: 201, headers: headers, body: .bytes(ByteBuffer(bytes: document)))
    }

    func jsonHeaders(_ request: HTTPRequest) -> HeaderFields {
        var headers = HeaderFields()
        headers.add("Content-Type", "application/json")
        headers.add("Cache-Control", "no-store")
        headers.add("X-Request-Id", request.id)
        CrossOrigin.add(to: &headers)
        return headers
    }
}
