import Auth
import Digests
import HTTPServer
import NIOCore
import Objects
import XML

extension S3Door {
    /// Stores the file of a browser form: what the headers of a PutObject say is said by fields before it.
    ///
    /// Source: AWS S3 API Reference, "POST Object".
    func postObject(_ call: S3Call) async throws -> HTTPResponse {
        guard call.credential == nil else {
            throw S3Error(.invalidRequest, "A form is signed by its fields, not by the request.")
        }
        let limit = try await store.sizeLimit(of: call.bucket)
        let source = RequestBodySource(call.request.body, limit: limit)
        var head = try FormHead(contentType: call.request.headers[first: "content-type"])
        var beginning: ArraySlice<UInt8>?
        while beginning == nil {
            guard let slab = try await source.next() else { throw S3Error(.malformedPOSTRequest) }
            beginning = try head.take(slab.readableBytesView)
        }
        let fields = try FormFields(head, bucket: call.bucket.name.string)
        let (identity, range) = try await signer(of: fields.form, call.request)
        let post = S3Call(
            request: call.request, headers: try fields.headers(), target: call.target, query: call.query,
            row: call.row, identity: identity, resolvedBucket: call.bucket, resolvedKey: fields.key,
            allowsNewKeysOnly: false)
        let file = FormFile(source, beginning: beginning ?? [], delimiter: head.delimiter)
        let version = try await store(file, post, range: range, limit: limit)
        return answer(to: post, fields, version)
    }

    private func signer(
        of form: PostForm, _ request: HTTPRequest
    ) async throws(S3Error) -> (S3Identity, ClosedRange<Int64>?) {
        do {
            return try await authenticator.authenticate(
                form, of: request, region: settings.region, now: store.now)
        } catch {
            throw S3Error(auth: error)
        }
    }

    /// - Parameter range: bytes that the form's policy allows.
    private func store(
        _ file: FormFile, _ call: S3Call, range: ClosedRange<Int64>?, limit: Int64
    ) async throws -> ObjectVersion {
        var call = call
        call.allowsNewKeysOnly = try await authorize(call, .putObject)
        try Self.refuseAppending(call.headers)
        let promise = try BodyPromise(call, length: nil)
        let metadata = try ObjectMetadata(call.headers)
        let sealing = try await newSealing(call)
        let target = PutTarget(
            bucket: call.bucket, key: call.key, preconditions: try call.writePreconditions,
            author: call.credential?.keyID, attributes: try await newAttributes(call),
            sealing: sealing, origin: call.origin(.createdPost))
        try await store.checkPreconditions(target)
        let body = IncomingBody(file, of: call.request)
        return try await body.reading {
            try await store.put(
                target, body: body, digests: promise.digests(alsoMD5: true),
                limit: min(limit, range?.upperBound ?? .max)
            ) { facts in
                try body.refusing {
                    if let range, facts.length < range.lowerBound {
                        throw S3Error(
                            .entityTooSmall,
                            fields: [
                                ("ProposedSize", String(facts.length)),
                                ("MinSizeAllowed", String(range.lowerBound)),
                            ])
                    }
                    let checksum = try promise.check(facts, trailers: HeaderFields())
                    return ObjectDescription(
                        metadata: metadata, etag: Self.etag(facts, sealing), checksum: checksum)
                }
            }
        }
    }

    private func answer(to call: S3Call, _ fields: FormFields, _ version: ObjectVersion) -> HTTPResponse {
        var headers = HeaderFields()
        headers.add(version.etag)
        headers.add(version.checksum)
        headers.addNewVersion(version, in: call.bucket)
        headers.add(version.encryption)
        if let page = fields.redirect {
            let query = [
                "bucket=" + percentEncode(call.bucket.name.string.utf8, keepingSlash: false),
                "key=" + percentEncode(call.key.bytes, keepingSlash: false),
                "etag=%22\(version.etag.string)%22",
            ].joined(separator: "&")
            headers.add("Location", page + (page.contains("?") ? "&" : "?") + query)
            return HTTPResponse(status: 303, headers: headers)
        }
        let scheme = call.request.isSecure ? "https" : "http"
        let path = call.request.rawPath
        let location =
            scheme + "://" + (call.request.host ?? "localhost") + (path.hasSuffix("/") ? path : path + "/")
            + percentEncode(call.key.bytes, keepingSlash: true)
        headers.add("Location", location)
        guard fields.status == 201 else { return HTTPResponse(status: fields.status, headers: headers) }
        var response = HTTPResponse.xml(headers: headers) { xml in
            xml.open("PostResponse")
            xml.element("Location", location)
            xml.element("Bucket", call.bucket.name.string)
            xml.element("Key", utf8: call.key.bytes)
            xml.etag(version.etag)
            xml.close()
        }
        response.status = 201
        return response
    }
}
