import Objects

/// What an access key id and a secret may look like.
///
/// An id stands between slashes in an S3 credential scope and between commas in an Authorization field; a secret
/// is sent as a bearer token.
enum SecretRules {
    /// Bytes of a secret.
    static let lengths = 8...128
    /// Bytes of an id.
    static let idLengths = 3...128

    static func isValid(id: KeyID) -> Bool {
        idLengths.contains(id.string.utf8.count)
            && id.string.utf8.allSatisfy { isAlphanumeric($0) || $0 == 0x2D || $0 == 0x2E || $0 == 0x5F }
    }

    static func isValid(secret: String) -> Bool {
        lengths.contains(secret.utf8.count) && secret.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }
}
