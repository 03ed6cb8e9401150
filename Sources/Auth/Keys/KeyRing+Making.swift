import Digests
package import Objects

extension KeyRing {
    private static let idPrefix = "CF"
    private static let idLength = 20
    private static let secretLength = 40
    private static let idAlphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789".utf8)
    private static let secretAlphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)

    /// Twenty capital letters and digits, the shape of AWS's ids; it names a key and is no secret.
    package static func makeKeyID() -> KeyID {
        KeyID(idPrefix + randomText(idLength - idPrefix.utf8.count, of: idAlphabet))
    }

    /// `ASIA` and sixteen more: tools know a key by that that needs a token beside it.
    static func makeSessionKeyID() -> KeyID { KeyID("ASIA" + randomText(16, of: idAlphabet)) }

    /// Forty letters and digits, 238 bits: AWS's length, without `/` and `+`, which must be escaped in URLs.
    package static func makeSecret() -> String {
        randomText(secretLength, of: secretAlphabet)
    }

    /// Every character equally likely: bytes beyond the last whole multiple of the alphabet are thrown away.
    private static func randomText(_ count: Int, of alphabet: [UInt8]) -> String {
        let bound = 256 - 256 % alphabet.count
        var text: [UInt8] = []
        while text.count < count {
            for byte in randomBytes(count) where Int(byte) < bound && text.count < count {
                text.append(alphabet[Int(byte) % alphabet.count])
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
