import Digests
import Testing

private struct Vector: Sendable, CustomTestStringConvertible {
    let algorithm: HashAlgorithm
    let key: [UInt8]
    let message: [UInt8]
    let code: String

    init(_ algorithm: HashAlgorithm, key: [UInt8], _ message: [UInt8], _ code: String) {
        self.algorithm = algorithm
        self.key = key
        self.message = message
        self.code = code
    }

    var testDescription: String { "\(algorithm) \(code.prefix(8))" }
}

private func text(_ string: String) -> [UInt8] { Array(string.utf8) }

private func repeated(_ byte: UInt8, _ count: Int) -> [UInt8] { [UInt8](repeating: byte, count: count) }

/// RFC 2202 (MD5, SHA-1) and RFC 4231 (SHA-256, SHA-512).
private let vectors: [Vector] = [
    Vector(.md5, key: repeated(0x0B, 16), text("Hi There"), "9294727a3638bb1c13f48ef8158bfc9d"),
    Vector(.md5, key: text("Jefe"), text("what do ya want for nothing?"), "750c783e6ab0b503eaa86e310a5db738"),
    Vector(.sha1, key: repeated(0x0B, 20), text("Hi There"), "b617318655057264e28bc0b6fb378c8ef146be00"),
    Vector(
        .sha1, key: text("Jefe"), text("what do ya want for nothing?"),
        "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"),
    Vector(
        .sha256, key: repeated(0x0B, 20), text("Hi There"),
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
    Vector(
        .sha256, key: text("Jefe"), text("what do ya want for nothing?"),
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
    Vector(
        .sha256, key: repeated(0xAA, 20), repeated(0xDD, 50),
        "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
    Vector(
        .sha256, key: Array(0x01...0x19), repeated(0xCD, 50),
        "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"),
    Vector(
        .sha256, key: repeated(0xAA, 131), text("Test Using Larger Than Block-Size Key - Hash Key First"),
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"),
    Vector(
        .sha256, key: repeated(0xAA, 131),
        text(
            "This is a test using a larger than block-size key and a larger than block-size data. "
                + "The key needs to be hashed before being used by the HMAC algorithm."),
        "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"),
    Vector(
        .sha512, key: repeated(0x0B, 20), text("Hi There"),
        "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cde"
            + "daa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854"),
    Vector(
        .sha512, key: text("Jefe"), text("what do ya want for nothing?"),
        "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
            + "9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737"),
    // Neither a key nor a message.
    Vector(.sha256, key: [], [], "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"),
]

@Suite struct HMACTests {
    @Test(arguments: vectors)
    fileprivate func publishedVectors(vector: Vector) {
        #expect(hexEncode(hmac(vector.algorithm, key: vector.key, message: vector.message)) == vector.code)
        #expect(
            hexEncode(hmac(vector.algorithm, key: vector.key, message: vector.message.span.bytes))
                == vector.code)
    }

    @Test func anEmptyKeyDoesNotReuseTheKeyBefore() {
        _ = hmac(.sha256, key: text("Jefe"), message: [1, 2, 3])
        #expect(
            hexEncode(hmac(.sha256, key: [], message: []))
                == "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad")
    }

    @Test func manyTasksAtOnce() async {
        let wrong = await withTaskGroup(of: Int.self) { group in
            for offset in 0..<16 {
                group.addTask {
                    var wrong = 0
                    for index in 0..<500 {
                        let vector = vectors[(offset + index) % vectors.count]
                        let code = hmac(vector.algorithm, key: vector.key, message: vector.message)
                        if hexEncode(code) != vector.code { wrong += 1 }
                        if SHA256Digest.hash(text("abc")).bytes.first != 0xBA { wrong += 1 }
                        if index.isMultiple(of: 100) { await Task.yield() }
                    }
                    return wrong
                }
            }
            return await group.reduce(0, +)
        }
        #expect(wrong == 0)
    }
}
