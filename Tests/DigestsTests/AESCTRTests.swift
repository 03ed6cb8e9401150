import Digests
import Testing

struct AESCTRTests {
    private static let key = [UInt8](0..<32)

    /// `openssl enc -aes-256-ctr` of forty zero bytes under this key, from counter zero.
    @Test func theKeyStreamIsThatOfOpenSSL() {
        let stream = AESCTR.apply([UInt8](repeating: 0, count: 40), key: Self.key, offset: 0)
        #expect(
            hexEncode(stream)
                == "f29000b62a499fd0a9f39a6add2e7780f05d76ae4ab99fe5a6f69b3148c2363d0ebcb5deb52c83bd")
    }

    @Test func itCanBeEnteredAtAnyByte() {
        let plain = (0..<1000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let whole = AESCTR.apply(plain, key: Self.key, offset: 0)
        #expect(AESCTR.apply(whole, key: Self.key, offset: 0) == plain)
        for start in [0, 1, 15, 16, 17, 31, 500, 999, 1000] {
            for length in [0, 1, 16, 100] {
                let end = min(start + length, plain.count)
                let part = AESCTR.apply(Array(plain[start..<end]), key: Self.key, offset: Int64(start))
                #expect(part == Array(whole[start..<end]), "\(start)..<\(end)")
            }
        }
    }

    @Test func theCounterGoesBeyondThirtyTwoBits() {
        let far: Int64 = 16 << 32
        let zeros = [UInt8](repeating: 0, count: 16)
        #expect(
            AESCTR.apply(zeros, key: Self.key, offset: far) != AESCTR.apply(zeros, key: Self.key, offset: 0))
    }
}
