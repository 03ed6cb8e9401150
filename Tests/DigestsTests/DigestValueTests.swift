import Digests
import Testing

@Suite struct DigestValueTests {
    private let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

    @Test func bytesAndHexRoundTrip() throws {
        let digest = try #require(SHA256Digest(hex: abc))
        #expect(digest.hex == abc)
        #expect(SHA256Digest(bytes: digest.bytes) == digest)
        #expect(digest.bytes == hexDecode(abc))
        #expect(digest.withUnsafeBytes { Array($0) } == digest.bytes)
        #expect(SHA256Digest(hex: abc.uppercased()) == digest)
    }

    @Test func readsFromAnyCollection() throws {
        let digest = try #require(SHA256Digest(hex: abc))
        let padded = [0] + digest.bytes + [0]
        #expect(SHA256Digest(bytes: padded[1...32]) == digest)
        #expect(SHA256Digest(bytes: digest.bytes.lazy.map { $0 }) == digest)
        let md5 = MD5Digest.hash([1, 2, 3])
        #expect(MD5Digest(bytes: md5.bytes.lazy.map { $0 }) == md5)
        #expect(MD5Digest(hex: md5.hex) == md5)
        #expect(md5.hexDigits.indices.map { md5.hexDigits[$0] } == Array(md5.hex.utf8))
    }

    @Test(arguments: [0, 31, 33, 64])
    func anotherLengthIsRefused(count: Int) {
        #expect(SHA256Digest(bytes: [UInt8](repeating: 1, count: count)) == nil)
        #expect(MD5Digest(bytes: [UInt8](repeating: 1, count: count)) == nil)
    }

    @Test(arguments: ["", "ba", "zz", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015a"])
    func otherTextIsRefused(text: String) {
        #expect(SHA256Digest(hex: text) == nil)
        #expect(SHA256Digest(hex: text + "g0") == nil)
        #expect(MD5Digest(hex: text) == nil)
    }

    @Test func theOrderIsThatOfTheBytes() throws {
        var generator = SeededGenerator(seed: 7)
        var digests: [SHA256Digest] = []
        for _ in 0..<200 {
            // Few different bytes, so that the order is often decided late.
            var bytes: [UInt8] = []
            for _ in 0..<32 { bytes.append([0x00, 0x7F, 0x80, 0xFF].randomElement(using: &generator) ?? 0) }
            digests.append(try #require(SHA256Digest(bytes: bytes)))
            bytes[31] ^= 1
            digests.append(try #require(SHA256Digest(bytes: bytes)))
        }
        #expect(digests.sorted().map(\.hex) == digests.map(\.hex).sorted())
        #expect(Set(digests).count == Set(digests.map(\.hex)).count)
    }
}
