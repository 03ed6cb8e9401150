import Auth
import Digests
import HTTPServer
import Objects

extension S3Door {
    /// Stores a body as an object. The ETag is the MD5 of the body; a checksum is kept when the client sent one.
    func putObject(_ call: S3Call) async throws -> HTTPResponse {
        if let offset = call.headers[first: Self.offsetHeader] {
            return try await appendObject(call, at: offset)
        }
        return try await putObject(call, appendsAt: nil)
    }

    /// - Parameter offset: 0 when there must be no object yet, or an empty one.
    func putObject(_ call: S3Call, appendsAt offset: Int64?) async throws -> HTTPResponse {
        try Self.requireLength(call)
        let limit = try await store.sizeLimit(of: call.bucket)
        let body = try IncomingBody(call, limit: limit)
        try Self.refuse(body.length, above: limit)
        let promise = try BodyPromise(call, length: body.length)
        let metadata = try ObjectMetadata(call.headers)
        let sealing = try await newSealing(call)
        let target = PutTarget(
            bucket: call.bucket, key: call.key, preconditions: try call.writePreconditions,
            author: call.credential?.keyID, attributes: try await newAttributes(call), sealing: sealing,
            appendsAt: offset, origin: call.origin(.createdPut),
            declaredLength: promise.length)
        try await store.checkPreconditions(target)

        let version = try await body.reading {
            try await store.put(target, body: body, digests: promise.digests(alsoMD5: true), limit: limit) {
                facts in
                try body.refusing {
                    let checksum = try promise.check(facts, trailers: body.trailers)
                    return ObjectDescription(
                        metadata: metadata, etag: Self.etag(facts, sealing), checksum: checksum)
                }
            }
        }
        return try Self.stored(version, in: call.bucket, isAppended: offset != nil)
    }

    /// What a client learns of an object that it has stored, or appended to.
    static func stored(
        _ version: ObjectVersion, in bucket: Bucket, isAppended: Bool
    ) throws -> HTTPResponse {
        var headers = HeaderFields()
        headers.add(version.etag)
        headers.add(version.checksum)
        headers.addNewVersion(version, in: bucket)
        try headers.addExpiration(of: version, in: bucket)
        headers.add(version.encryption)
        if isAppended { headers.add("x-amz-object-size", String(version.size)) }
        return HTTPResponse(status: 200, headers: headers)
    }

    /// Throws `MissingContentLength` when the body's end is announced in no way.
    static func requireLength(_ call: S3Call) throws(S3Error) {
        let headers = call.request.headers
        guard headers.contains("content-length") || headers.contains("transfer-encoding") else {
            throw S3Error(.missingContentLength)
        }
    }

    /// Throws `EntityTooLarge`.
    static func refuse(_ length: Int64?, above limit: Int64) throws(S3Error) {
        guard let length, length > limit else { return }
        throw S3Error(
            .entityTooLarge, fields: [("ProposedSize", String(length)), ("MaxSizeAllowed", String(limit))])
    }
}
