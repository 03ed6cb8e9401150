/// A cryptographic hash function that a door or the store needs.
package enum HashAlgorithm: Sendable, Hashable, CaseIterable {
    /// For ETags and `Content-MD5` only: collisions can be made at will.
    case md5
    /// For protocols that name it (S3 checksums, tus): collisions can be made at great cost.
    case sha1
    case sha256
    case sha512

    /// The length of a digest.
    package var byteCount: Int {
        switch self {
        case .md5: 16
        case .sha1: 20
        case .sha256: 32
        case .sha512: 64
        }
    }

    /// The name under which OpenSSL fetches it.
    var openSSLName: String {
        switch self {
        case .md5: "MD5"
        case .sha1: "SHA1"
        case .sha256: "SHA256"
        case .sha512: "SHA512"
        }
    }
}
