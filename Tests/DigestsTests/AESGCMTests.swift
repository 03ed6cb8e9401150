import Digests
import Testing

private struct Vector: Sendable, CustomTestStringConvertible {
    let key: String
    let nonce: String
    let plaintext: String
    let extra: String
    let sealed: String

    var testDescription: String { "tag \(sealed.suffix(32))" }
}

private let key = "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"
private let longText =
    "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
    + "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255"
private let longCipher =
    "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
    + "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad"

/// Test cases 13 to 16 of "The Galois/Counter Mode of Operation", McGrew and Viega, as submitted to NIST.
private let vectors = [
    Vector(
        key: String(repeating: "0", count: 64), nonce: String(repeating: "0", count: 24), plaintext: "",
        extra: "",
        sealed: "530f8afbc74536b9a963b4f1c4cb738b"),
    Vector(
        key: String(repeating: "0", count: 64), nonce: String(repeating: "0", count: 24),
        plaintext: String(repeating: "0", count: 32), extra: "",
        sealed: "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"),
    Vector(
        key: key, nonce: "cafebabefacedbaddecaf888", plaintext: longText, extra: "",
        sealed: longCipher + "b094dac5d93471bdec1a502270e3cc6c"),
    Vector(
        key: key, nonce: "cafebabefacedbaddecaf888", plaintext: String(longText.prefix(120)),
        extra: "feedfacedeadbeeffeedfacedeadbeefabaddad2",
        sealed: longCipher.prefix(120) + "76fc6ece0f4e1768cddf8853bb2d551b"),
]

@Suite struct AESGCMTests {
    @Test(arguments: vectors)
    fileprivate func publishedVectors(vector: Vector) throws {
        let key = try #require(hexDecode(vector.key))
        let nonce = try #require(hexDecode(vector.nonce))
        let plaintext = try #require(hexDecode(vector.plaintext))
        let extra = try #require(hexDecode(vector.extra))
        let sealed = AESGCM.seal(plaintext, key: key, nonce: nonce, authenticating: extra)
        #expect(hexEncode(sealed) == vector.sealed)
        #expect(AESGCM.open(sealed, key: key, nonce: nonce, authenticating: extra) == plaintext)
    }

    @Test func everyAlteredBitIsNoticed() {
        let key = [UInt8](0..<32)
        let nonce = [UInt8](0..<12)
        let extra: [UInt8] = [7, 7]
        let sealed = AESGCM.seal(
            Array("twenty bytes of text".utf8), key: key, nonce: nonce, authenticating: extra)
        for bit in 0..<sealed.count * 8 {
            var altered = sealed
            altered[bit / 8] ^= 1 << (bit % 8)
            #expect(AESGCM.open(altered, key: key, nonce: nonce, authenticating: extra) == nil)
        }
        var otherKey = key
        otherKey[0] ^= 1
        var otherNonce = nonce
        otherNonce[11] ^= 1
        #expect(AESGCM.open(sealed, key: otherKey, nonce: nonce, authenticating: extra) == nil)
        #expect(AESGCM.open(sealed, key: key, nonce: otherNonce, authenticating: extra) == nil)
        #expect(AESGCM.open(sealed, key: key, nonce: nonce, authenticating: [7]) == nil)
        #expect(AESGCM.open(sealed, key: key, nonce: nonce, authenticating: []) == nil)
        for count in 0..<sealed.count {
            #expect(
                AESGCM.open(Array(sealed[..<count]), key: key, nonce: nonce, authenticating: extra) == nil)
        }
        #expect(AESGCM.open(sealed, key: key, nonce: nonce, authenticating: extra) != nil)
    }
}
