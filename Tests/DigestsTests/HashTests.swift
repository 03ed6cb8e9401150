import Digests
import Testing

/// RFC 1321 appendix A.5 and the examples of FIPS 180-4.
private let vectors: [(HashAlgorithm, String, String)] = [
    (.md5, "", "d41d8cd98f00b204e9800998ecf8427e"),
    (.md5, "abc", "900150983cd24fb0d6963f7d28e17f72"),
    (.md5, "message digest", "f96b697d7cb7938d525a2f31aaf161d0"),
    (
        .md5, "12345678901234567890123456789012345678901234567890123456789012345678901234567890",
        "57edf4a22be3c955ac49da2e2107b67a"
    ),
    (.sha1, "", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
    (.sha1, "abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
    (
        .sha1, "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "84983e441c3bd26ebaae4aa1f95129e5e54670f1"
    ),
    (.sha256, "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    (.sha256, "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
        .sha256, "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (
        .sha512, "",
        "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce"
            + "47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e"
    ),
    (
        .sha512, "abc",
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
            + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
    ),
]

@Suite struct HashTests {
    @Test(arguments: vectors)
    func publishedVectors(algorithm: HashAlgorithm, message: String, digest: String) {
        var context = HashContext(algorithm)
        context.update(Array(message.utf8))
        let bytes = context.finalize()
        #expect(hexEncode(bytes) == digest)
        #expect(bytes.count == algorithm.byteCount)
    }

    @Test func aMillionTimesTheLetterA() {
        var context = HashContext(.sha256)
        let thousand = [UInt8](repeating: UInt8(ascii: "a"), count: 1_000)
        for _ in 0..<1_000 { context.update(thousand) }
        #expect(
            hexEncode(context.finalize())
                == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    }

    @Test(arguments: HashAlgorithm.allCases)
    func piecesGiveTheDigestOfTheWhole(algorithm: HashAlgorithm) {
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<50 {
            let message = generator.bytes(Int.random(in: 0...2_000, using: &generator))
            var whole = HashContext(algorithm)
            whole.update(message)
            var pieces = HashContext(algorithm)
            var start = 0
            for length in generator.split(message.count) {
                message.withUnsafeBytes {
                    pieces.update(UnsafeRawBufferPointer(rebasing: $0[start..<start + length]))
                }
                start += length
            }
            #expect(pieces.finalize() == whole.finalize())
        }
    }

    @Test func aContextServesOneMessageAfterAnother() {
        var context = HashContext(.sha1)
        context.update(Array("something else".utf8))
        _ = context.finalize()
        context.update(Array("abc".utf8))
        #expect(hexEncode(context.finalize()) == "a9993e364706816aba3e25717850c26c9cd0d89d")
        #expect(hexEncode(context.finalize()) == "da39a3ee5e6b4b0d3255bfef95601890afd80709")
    }

    @Test func resetForgets() {
        var context = HashContext(.sha1)
        context.update(Array("something else".utf8))
        context.reset()
        context.update(Array("abc".utf8))
        #expect(hexEncode(context.finalize()) == "a9993e364706816aba3e25717850c26c9cd0d89d")
    }

    @Test func everyFormOfInputIsTheSame() {
        let message = Array("abc".utf8)
        var sha = SHA256()
        sha.update(message)
        let fromArray = sha.finalize()
        sha.update(message.span.bytes)
        let fromSpan = sha.finalize()
        message.withUnsafeBytes { sha.update($0) }
        let fromPointer = sha.finalize()
        #expect(fromArray.hex == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(fromSpan == fromArray)
        #expect(fromPointer == fromArray)
        #expect(SHA256Digest.hash(message) == fromArray)
        #expect(SHA256Digest.hash(message.span.bytes) == fromArray)
    }

    @Test func md5EndsInPlace() {
        var md5 = MD5()
        md5.update(Array("abc".utf8))
        #expect(md5.finalize().hex == "900150983cd24fb0d6963f7d28e17f72")
        md5.update(Array("noise".utf8))
        md5.reset()
        #expect(md5.finalize() == MD5Digest.hash([]))
    }
}
