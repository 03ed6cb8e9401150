import Digests
import HTTPServer
import Objects

/// What the headers of a request say about encryption.
///
/// Source: AWS, "Protecting data with server-side encryption" and "Specifying server-side encryption with
/// customer-provided keys (SSE-C)".
enum EncryptionRequest: Sendable {
    case managed
    /// Nil is the key that is used when none is named.
    case named(String?)
    case customer(CustomerKey)

    static let header = "x-amz-server-side-encryption"
    static let keyHeader = "x-amz-server-side-encryption-aws-kms-key-id"

    /// Whether headers ask for any encryption.
    static func isIn(_ headers: HeaderFields) -> Bool {
        headers.contains(header) || headers.contains("x-amz-server-side-encryption-customer-algorithm")
    }

    /// Nil when they say nothing. Throws `InvalidArgument` for what contradicts itself.
    init?(_ headers: HeaderFields) throws(S3Error) {
        let method = headers[first: Self.header]
        let keyID = headers[first: Self.keyHeader]
        if let key = try CustomerKey(headers, prefix: CustomerKey.prefix) {
            guard method == nil, keyID == nil else {
                throw .argument(
                    Self.header, method ?? "",
                    "Server Side Encryption with Customer provided key is incompatible with the encryption method specified"
                )
            }
            self = .customer(key)
            return
        }
        switch method {
        case nil:
            guard keyID == nil else {
                throw .argument(
                    Self.keyHeader, keyID ?? "",
                    "Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms"
                )
            }
            return nil
        case "AES256":
            guard keyID == nil else {
                throw .argument(
                    Self.keyHeader, keyID ?? "",
                    "Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms"
                )
            }
            self = .managed
        case "aws:kms": self = .named(keyID.flatMap { $0.isEmpty ? nil : $0 })
        case let other?:
            throw .argument(Self.header, other, "The encryption method specified is not supported")
        }
    }
}

/// A key that a client sends with a request, and its MD5 as it must be.
struct CustomerKey: Sendable {
    static let prefix = "x-amz-server-side-encryption-customer-"
    /// Of the key of a copy's source.
    static let sourcePrefix = "x-amz-copy-source-server-side-encryption-customer-"
    let bytes: [UInt8]
    /// Base64.
    let md5: String

    /// Nil when no header of it is there. Throws `InvalidArgument`.
    init?(_ headers: HeaderFields, prefix: String) throws(S3Error) {
        let algorithm = headers[first: prefix + "algorithm"]
        let key = headers[first: prefix + "key"]
        let md5 = headers[first: prefix + "key-md5"]
        if algorithm == nil, key == nil, md5 == nil { return nil }
        guard let algorithm else {
            throw .argument(
                prefix + "algorithm", "",
                "Requests specifying Server Side Encryption with Customer provided keys must provide a valid encryption algorithm."
            )
        }
        guard algorithm == "AES256" else {
            throw .argument(
                prefix + "algorithm", algorithm,
                "The encryption request you specified is not valid. Supported value: AES256.")
        }
        // Neither the key nor what was sent instead of one is repeated in an answer.
        guard let key, let bytes = Base64.decode(key), bytes.count == 32 else {
            throw .argument(prefix + "key", "", "The secret key was invalid for the specified algorithm.")
        }
        let actual = Base64.encode(MD5Digest.hash(bytes).bytes)
        guard let md5, md5 == actual else {
            throw .argument(
                prefix + "key-MD5", md5 ?? "",
                "The calculated MD5 hash of the key did not match the hash that was provided.")
        }
        self.bytes = bytes
        self.md5 = actual
    }
}
