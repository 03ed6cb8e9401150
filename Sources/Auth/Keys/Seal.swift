import Digests

/// Seals short secrets for the catalog: one byte of format, a random nonce of 12 bytes, then AES-256-GCM ciphertext and
/// tag. The name of what is sealed is authenticated beside it, so that it does not open in another's place.
struct Seal: Sendable {
    private static let format: UInt8 = 1

    private let key: [UInt8]

    /// - Parameters:
    ///   - masterKey: 32 bytes.
    ///   - purpose: no two uses of a master key have the same.
    init(masterKey: [UInt8], purpose: String) {
        precondition(masterKey.count == SecretSeal.masterKeyLength, "A master key has 32 bytes")
        key = hmac(.sha256, key: masterKey, message: Array(purpose.utf8))
    }

    func seal(_ secret: [UInt8], of name: String) -> [UInt8] {
        let nonce = randomBytes(AESGCM.nonceByteCount)
        let sealed = AESGCM.seal(secret, key: key, nonce: nonce, authenticating: Array(name.utf8))
        return [Self.format] + nonce + sealed
    }

    /// Nil when the bytes were not sealed under this name and master key.
    func open(_ sealed: [UInt8], of name: String) -> [UInt8]? {
        let start = 1 + AESGCM.nonceByteCount
        guard sealed.count > start, sealed[0] == Self.format else { return nil }
        return AESGCM.open(
            Array(sealed[start...]), key: key, nonce: Array(sealed[1..<start]),
            authenticating: Array(name.utf8))
    }
}
