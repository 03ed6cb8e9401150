import Digests
import Objects

/// Seals secrets for the catalog, and gives each the fingerprint by which a bearer token is found.
///
/// A sealed secret is one byte of format, a random nonce of 12 bytes, then AES-256-GCM ciphertext and tag. The
/// key's id is authenticated beside it, so that a sealed secret moved to another key does not open. Sealing and
/// fingerprints have a key each, derived from the master key: neither use can tell anything about the other.
struct SecretSeal: Sendable {
    static let masterKeyLength = 32
    private static let format: UInt8 = 1

    private let sealingKey: [UInt8]
    private let fingerprintKey: [UInt8]

    init(masterKey: [UInt8]) {
        precondition(masterKey.count == Self.masterKeyLength, "A master key has 32 bytes")
        sealingKey = hmac(.sha256, key: masterKey, message: Array("coffer secret sealing 1".utf8))
        fingerprintKey = hmac(.sha256, key: masterKey, message: Array("coffer secret fingerprint 1".utf8))
    }

    func seal(_ secret: [UInt8], of id: KeyID) -> [UInt8] {
        let nonce = randomBytes(AESGCM.nonceByteCount)
        let sealed = AESGCM.seal(
            secret, key: sealingKey, nonce: nonce, authenticating: Array(id.string.utf8))
        return [Self.format] + nonce + sealed
    }

    /// Nil when the bytes were not sealed for this key id under this master key.
    func open(_ sealed: [UInt8], of id: KeyID) -> [UInt8]? {
        let start = 1 + AESGCM.nonceByteCount
        guard sealed.count > start, sealed[0] == Self.format else { return nil }
        return AESGCM.open(
            Array(sealed[start...]), key: sealingKey, nonce: Array(sealed[1..<start]),
            authenticating: Array(id.string.utf8))
    }

    func fingerprint(_ secret: [UInt8]) -> [UInt8] {
        hmac(.sha256, key: fingerprintKey, message: secret)
    }
}
