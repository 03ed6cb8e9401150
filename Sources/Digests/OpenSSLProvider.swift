import COpenSSL

/// The algorithms of OpenSSL that this process uses, each fetched once and kept until it ends:
/// a fetch costs more than the hash of a short message.
///
/// Safe because OpenSSL's fetched algorithm objects are immutable and counted atomically, and these
/// are never freed.
struct OpenSSLProvider: @unchecked Sendable {
    static let shared = OpenSSLProvider()

    let aes256GCM: OpaquePointer
    let aes256CTR: OpaquePointer
    let hmac: OpaquePointer
    private let md5: OpaquePointer
    private let sha1: OpaquePointer
    private let sha256: OpaquePointer
    private let sha512: OpaquePointer

    private init() {
        // Threads that end while the process exits still free their contexts, so OpenSSL must not
        // tear itself down first.
        precondition(
            OPENSSL_init_crypto(UInt64(OPENSSL_INIT_NO_ATEXIT), nil) == 1,
            "OpenSSL's libcrypto could not be initialised")
        md5 = Self.fetched(.md5)
        sha1 = Self.fetched(.sha1)
        sha256 = Self.fetched(.sha256)
        sha512 = Self.fetched(.sha512)
        aes256CTR = Self.required(EVP_CIPHER_fetch(nil, "AES-256-CTR", nil), "AES-256-CTR")
        aes256GCM = Self.required(EVP_CIPHER_fetch(nil, "AES-256-GCM", nil), "AES-256-GCM")
        hmac = Self.required(EVP_MAC_fetch(nil, "HMAC", nil), "HMAC")
    }

    func digest(_ algorithm: HashAlgorithm) -> OpaquePointer {
        switch algorithm {
        case .md5: md5
        case .sha1: sha1
        case .sha256: sha256
        case .sha512: sha512
        }
    }

    private static func fetched(_ algorithm: HashAlgorithm) -> OpaquePointer {
        let name = algorithm.openSSLName
        return required(EVP_MD_fetch(nil, name, nil), name)
    }

    private static func required(_ algorithm: OpaquePointer?, _ name: String) -> OpaquePointer {
        guard let algorithm else {
            preconditionFailure("OpenSSL's active providers do not offer \(name)")
        }
        return algorithm
    }
}

/// Stops the process where OpenSSL refuses what it can refuse only for lack of memory or by a
/// mistake of this module: a wrong digest must never be used.
@inline(__always)
func mustSucceed(_ result: Int32, _ call: StaticString) {
    precondition(result == 1, "OpenSSL refused \(call)")
}
