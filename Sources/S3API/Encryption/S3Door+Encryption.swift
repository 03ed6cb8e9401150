import Auth
import Digests
import HTTPServer
import Objects

extension S3Door {
    /// What a new object is encrypted with: what its headers say, else what the bucket's configuration says; nil when
    /// neither does.
    func newSealing(_ call: S3Call) async throws -> BodySealing? {
        switch try EncryptionRequest(call.headers) {
        case .customer(let key): BodySealing(.customer(keyMD5: key.md5), key: key.bytes)
        case .managed: vault.managedSealing
        case .named(let name): try await vault.sealing(named: name, now: store.now)
        case nil: try await vault.sealing(for: call.bucket, now: store.now)
        }
    }

    /// The key of a part of an encrypted upload. Throws `InvalidRequest` when the customer's key is not the upload's.
    func sealing(_ call: S3Call, of upload: Upload) async throws -> BodySealing? {
        let sent = try CustomerKey(call.headers, prefix: CustomerKey.prefix)
        guard let encryption = upload.encryption else {
            guard sent == nil else { throw S3Error(.invalidRequest, Self.needless) }
            return nil
        }
        try Self.check(sent, encryption.method)
        return BodySealing(
            encryption.method, key: try await vault.key(encryption.method, customer: sent?.bytes))
    }

    /// What decrypts a version for a reader; nil when it is not encrypted.
    ///
    /// - Parameter prefix: of the headers with the customer's key.
    /// - Throws: `InvalidRequest` when the key is missing, is not the object's, or is not needed.
    func cipher(
        of version: ObjectVersion, _ headers: HeaderFields,
        prefix: String = CustomerKey.prefix
    ) async throws -> ContentCipher? {
        let sent = try CustomerKey(headers, prefix: prefix)
        guard let encryption = version.encryption else {
            guard sent == nil else { throw S3Error(.invalidRequest, Self.needless) }
            return nil
        }
        try Self.check(sent, encryption.method)
        return ContentCipher(
            encryption, key: try await vault.key(encryption.method, customer: sent?.bytes))
    }

    private static let needless = "The encryption parameters are not applicable to this object."

    static func check(_ sent: CustomerKey?, _ method: ObjectEncryption.Method?) throws(S3Error) {
        switch method {
        case .customer(let md5):
            guard let sent else {
                throw S3Error(
                    .invalidRequest,
                    "The object was stored using a form of Server Side Encryption. The correct parameters must be provided to retrieve the object."
                )
            }
            guard sent.md5 == md5 else {
                throw S3Error(
                    .invalidRequest,
                    "The provided encryption parameters did not match the ones used originally.")
            }
        case .managed, .named, nil:
            guard sent == nil else { throw S3Error(.invalidRequest, needless) }
        }
    }

    /// The tag of a body: its MD5, unless that would tell of the plain bytes what only a key should.
    static func etag(_ facts: BodyFacts, _ sealing: BodySealing?) -> ETag? {
        switch sealing?.encryption.method {
        case .named, .customer: nil
        case .managed, nil: facts.md5.map { ETag($0) }
        }
    }
}

extension HeaderFields {
    /// How an object or upload is encrypted, as answers say it.
    mutating func add(_ encryption: ObjectEncryption?) {
        switch encryption?.method {
        case nil: break
        case .managed: add(EncryptionRequest.header, "AES256")
        case .named(let name, _):
            add(EncryptionRequest.header, "aws:kms")
            add(EncryptionRequest.keyHeader, name)
        case .customer(let md5):
            add("x-amz-server-side-encryption-customer-algorithm", "AES256")
            add("x-amz-server-side-encryption-customer-key-MD5", md5)
        }
    }
}
