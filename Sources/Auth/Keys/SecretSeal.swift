import Digests
import Objects

/// Seals secrets for the catalog, and gives each the fingerprint by which a bearer token is found.
///
/// A secret is sealed with the id of its key beside it. Sealing and fingerprints have a key each, derived from the master
/// key: neither use can tell anything about the other.
struct SecretSeal: Sendable {
    static let masterKeyLength = 32

    private let sealing: Seal
    private let fingerprintKey: [UInt8]

    init(masterKey: [UInt8]) {
        sealing = Seal(masterKey: masterKey, purpose: "coffer secret sealing 1")
        fingerprintKey = hmac(.sha256, key: masterKey, message: Array("coffer secret fingerprint 1".utf8))
    }

    func seal(_ secret: [UInt8], of id: KeyID) -> [UInt8] { sealing.seal(secret, of: id.string) }

    /// Nil when the bytes were not sealed for this key id under this master key.
    func open(_ sealed: [UInt8], of id: KeyID) -> [UInt8]? { sealing.open(sealed, of: id.string) }

    func fingerprint(_ secret: [UInt8]) -> [UInt8] {
        hmac(.sha256, key: fingerprintKey, message: secret)
    }
}
