import Auth
import Digests
import HTTPServer
import Objects

extension S3Door {
    /// The header of a PutObject whose body goes after what the object has.
    static let offsetHeader = "x-amz-write-offset-bytes"

    /// Puts a body after the present bytes of an object, whose size the header names; at 0 it also makes a new object.
    ///
    /// The object keeps its metadata, tags, access and encryption; the ETag is that of an object in parts. A checksum of
    /// the whole is kept up when it is a CRC. Readers see all of an append or nothing of it.
    /// Source: AWS, "Appending data to objects in directory buckets".
    func appendObject(_ call: S3Call, at text: String) async throws -> HTTPResponse {
        guard let offset = Int64(text), offset >= 0 else {
            throw S3Error.argument(Self.offsetHeader, text, "The write offset must be a number of bytes.")
        }
        try Self.requireLength(call)
        let hold = store.hold()
        defer { withExtendedLifetime(hold) {} }
        guard let present = try await store.headIfPresent(call.bucket, call.key) else {
            guard offset == 0 else { throw S3Error(store: .invalidWriteOffset(size: 0)) }
            return try await putObject(call, appendsAt: 0)
        }
        guard present.size == offset else { throw S3Error(store: .invalidWriteOffset(size: present.size)) }
        let limit = try await store.sizeLimit(of: call.bucket) - present.size
        let body = try IncomingBody(call, limit: limit)
        try Self.refuse(body.length, above: limit)
        let promise = try BodyPromise(call, length: body.length)
        let sealing = try await sealing(call, of: present)
        let algorithm = present.checksum.flatMap { $0.algorithm.isCRC ? $0.algorithm : nil }
        let target = PutTarget(
            bucket: call.bucket, key: call.key, preconditions: try call.writePreconditions,
            author: call.credential?.keyID, sealing: sealing, appendsAt: offset,
            origin: call.origin(.createdPut),
            declaredLength: promise.length)
        try await store.checkPreconditions(target)

        let version = try await body.reading {
            let digests = promise.digests(alsoMD5: true, also: algorithm)
            return try await store.put(target, body: body, digests: digests, limit: limit) { facts in
                try body.refusing {
                    _ = try promise.check(facts, trailers: body.trailers)
                    return ObjectDescription(
                        metadata: present.metadata, etag: Self.etag(facts, sealing),
                        checksum: algorithm.flatMap { algorithm in
                            facts.checksums[algorithm].map {
                                ObjectChecksum(algorithm: algorithm, value: $0)
                            }
                        })
                }
            }
        }
        return try Self.stored(version, in: call.bucket, isAppended: true)
    }

    /// What encrypts more bytes of a version. Throws `EncryptionTypeMismatch` when the request asks for something else,
    /// `InvalidRequest` when the customer's key is not the object's.
    private func sealing(_ call: S3Call, of version: ObjectVersion) async throws -> BodySealing? {
        let asked = try EncryptionRequest(call.headers)
        let method = version.encryption?.method
        switch (asked, method) {
        case (nil, _), (.managed, .managed): break
        case (.named(let name), .named(let present, _)):
            guard name == nil || name == present else { throw S3Error(store: .encryptionMismatch) }
        case (.customer(let key), .customer): try Self.check(key, method)
        default: throw S3Error(store: .encryptionMismatch)
        }
        guard let method else { return nil }
        var customer: CustomerKey?
        if case .customer(let key) = asked { customer = key }
        try Self.check(customer, method)
        return BodySealing(method, key: try await vault.key(method, customer: customer?.bytes))
    }
}
