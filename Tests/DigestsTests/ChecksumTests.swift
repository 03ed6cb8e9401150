import Digests
import Testing

private let crcs: [(ChecksumAlgorithm, CRC)] = [
    (.crc32, .crc32), (.crc32c, .crc32c), (.crc64nvme, .crc64nvme),
]

private func checksum(_ algorithm: ChecksumAlgorithm, _ bytes: [UInt8]) -> [UInt8] {
    var context = ChecksumContext(algorithm)
    context.update(bytes)
    return context.finalize()
}

@Suite struct ChecksumTests {
    /// The check values of the catalogue of parametrised CRCs; SHA values of the same text.
    @Test(arguments: [
        (ChecksumAlgorithm.crc32, "cbf43926"),
        (.crc32c, "e3069283"),
        (.crc64nvme, "ae8b14860a799888"),
        (.sha1, "f7c3bc1d808e04732adf679965ccc34ca7ae3441"),
        (.sha256, "15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225"),
        (
            .sha512,
            "d9e6762dd1c8eaf6d61b3c6192fc408d4d6d5f1176d0c29169bc24e71c3f274a"
                + "d27fcd5811b313d681f7e55ec02d73d499c95455b6b5bb503acf574fba8ffe85"
        ),
        (.md5, "25f9e794323b453885f5181f1b624d0b"),
        (.xxHash64, "8cb841db40e6ae83"),
        (.xxHash3, "72dcb18b67a17dff"),
        (.xxHash128, "33119477ede5dcd5e9716427681d5860"),
    ])
    func checkValues(algorithm: ChecksumAlgorithm, value: String) {
        let bytes = checksum(algorithm, Array("123456789".utf8))
        #expect(hexEncode(bytes) == value)
        #expect(bytes.count == algorithm.byteCount)
    }

    /// RFC 3720 appendix B.4, which prints the bytes of the number in reverse.
    @Test(arguments: [
        ([UInt8](repeating: 0, count: 32), "8a9136aa"),
        ([UInt8](repeating: 0xFF, count: 32), "62a8ab43"),
        ([UInt8](0...31), "46dd794e"),
        ([UInt8]((0...31).reversed()), "113fdb5c"),
        (
            [
                0x01, 0xC0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x14, 0, 0, 0, 0, 0, 0x04, 0,
                0, 0, 0, 0x14, 0, 0, 0, 0x18, 0x28, 0, 0, 0, 0, 0, 0, 0, 0x02, 0, 0, 0, 0, 0, 0, 0,
            ], "d9963a56"
        ),
    ])
    func iSCSI(bytes: [UInt8], value: String) {
        #expect(hexEncode(checksum(.crc32c, bytes)) == value)
    }

    @Test func nothingAtAll() {
        #expect(checksum(.crc32, []) == [0, 0, 0, 0])
        #expect(checksum(.crc64nvme, []) == [UInt8](repeating: 0, count: 8))
        #expect(hexEncode(checksum(.sha1, [])) == "da39a3ee5e6b4b0d3255bfef95601890afd80709")
    }

    @Test func namesAreThoseOfS3() {
        #expect(
            ChecksumAlgorithm.allCases.map(\.rawValue) == [
                "CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256", "SHA512", "MD5",
                "XXHASH64", "XXHASH3", "XXHASH128",
            ])
        #expect(ChecksumAlgorithm.allCases.filter(\.isCRC) == [.crc32, .crc32c, .crc64nvme])
    }

    @Test(arguments: ChecksumAlgorithm.allCases)
    func piecesGiveTheChecksumOfTheWhole(algorithm: ChecksumAlgorithm) {
        var generator = SeededGenerator(seed: 2)
        var pieces = ChecksumContext(algorithm)
        for _ in 0..<100 {
            let message = generator.bytes(Int.random(in: 0...3_000, using: &generator))
            var start = 0
            for length in generator.split(message.count) {
                message.withUnsafeBytes {
                    pieces.update(UnsafeRawBufferPointer(rebasing: $0[start..<start + length]))
                }
                start += length
            }
            #expect(pieces.finalize() == checksum(algorithm, message))
        }
    }

    @Test func everyFormOfInputIsTheSame() {
        let message = [UInt8](0...255)
        for algorithm in ChecksumAlgorithm.allCases {
            var context = ChecksumContext(algorithm)
            context.update(message.span.bytes)
            #expect(context.finalize() == checksum(algorithm, message))
            context.update([1, 2, 3])
            context.reset()
            message.withUnsafeBytes { context.update($0) }
            #expect(context.finalize() == checksum(algorithm, message))
        }
    }

    /// Every start within a word and a lane, every length around the strides of the fast paths.
    @Test(arguments: crcs)
    func instructionsAndTablesAgree(_: ChecksumAlgorithm, crc: CRC) {
        var generator = SeededGenerator(seed: 3)
        let bytes = generator.bytes(700)
        var disagreements = 0
        bytes.withUnsafeBytes { whole in
            for start in 0..<33 {
                for count in 0...(start.isMultiple(of: 8) ? 600 : 150) {
                    let piece = UnsafeRawBufferPointer(rebasing: whole[start..<start + count])
                    let before = generator.next() >> (crc.byteCount == 4 ? 32 : 0)
                    let fast = crc.continued(from: before, with: piece)
                    if fast != crc.continuedByTable(from: before, with: piece) { disagreements += 1 }
                }
            }
        }
        #expect(disagreements == 0)
    }

    @Test(arguments: crcs)
    func tablesAgreeWithTheDefinition(algorithm: ChecksumAlgorithm, crc: CRC) {
        let polynomials: [ChecksumAlgorithm: UInt64] = [
            .crc32: 0xEDB8_8320, .crc32c: 0x82F6_3B78, .crc64nvme: 0x9A6C_9329_AC4B_C9B5,
        ]
        let ones: UInt64 = crc.byteCount == 4 ? 0xFFFF_FFFF : .max
        var generator = SeededGenerator(seed: 4)
        for count in [0, 1, 7, 8, 9, 63, 64, 65, 200] {
            let bytes = generator.bytes(count)
            var register = ones
            for byte in bytes {
                register ^= UInt64(byte)
                for _ in 0..<8 {
                    register = (register >> 1) ^ (register & 1 == 1 ? polynomials[algorithm] ?? 0 : 0)
                }
            }
            let table = bytes.withUnsafeBytes { crc.continuedByTable(from: 0, with: $0) }
            #expect(table == register ^ ones)
        }
    }

    @Test(arguments: crcs)
    func combiningGivesTheChecksumOfTheWhole(algorithm: ChecksumAlgorithm, _: CRC) {
        var generator = SeededGenerator(seed: 5)
        for count in [0, 1, 2, 15, 16, 255, 4_096, 70_001] {
            let bytes = generator.bytes(count)
            let whole = checksum(algorithm, bytes)
            for cut in Set([0, count / 3, count]) {
                let combined = combineCRC(
                    algorithm, checksum(algorithm, Array(bytes[..<cut])),
                    checksum(algorithm, Array(bytes[cut...])),
                    secondLength: UInt64(count - cut))
                #expect(combined == whole)
            }
        }
    }

    /// Lengths that no test can hold in memory: combining is associative, so a piece of 2^62 zeros may
    /// be built by doubling.
    @Test(arguments: crcs)
    func combiningTakesAnyLength(algorithm: ChecksumAlgorithm, _: CRC) {
        var zeros = checksum(algorithm, [0])
        var length: UInt64 = 1
        for _ in 0..<62 {
            zeros = combineCRC(algorithm, zeros, zeros, secondLength: length)
            length *= 2
        }
        let tail = checksum(algorithm, [1, 2, 3])
        let head = checksum(algorithm, [9])
        let left = combineCRC(
            algorithm, combineCRC(algorithm, head, zeros, secondLength: length), tail, secondLength: 3)
        let right = combineCRC(
            algorithm, head, combineCRC(algorithm, zeros, tail, secondLength: 3), secondLength: length + 3)
        #expect(left == right)
        #expect(left != combineCRC(algorithm, head, tail, secondLength: 3))
    }
}
