import Digests
import StoreLaws
import Testing

@testable import Blobs

@Suite struct ChunkerTests {
    /// All cuts, the bytes given in slabs of these lengths in turn.
    private func cuts(_ bytes: [UInt8], slabs: [Int] = [.max]) -> [Int] {
        var chunker = Chunker()
        var cuts: [Int] = []
        var slabStart = 0
        var turn = 0
        while slabStart < bytes.count {
            let slabEnd = slabStart + min(slabs[turn % slabs.count], bytes.count - slabStart)
            turn += 1
            bytes.withUnsafeBytes { all in
                let slab = UnsafeRawBufferPointer(rebasing: all[slabStart..<slabEnd])
                var position = 0
                while let cut = chunker.nextCut(slab, from: position) {
                    cuts.append(slabStart + cut)
                    position = cut
                }
            }
            slabStart = slabEnd
        }
        return cuts
    }

    /// The definition, without slabs, skipping or lanes.
    private func cutsByDefinition(_ bytes: [UInt8]) -> [Int] {
        var cuts: [Int] = []
        var start = 0
        var hash: UInt64 = 0
        for (index, byte) in bytes.enumerated() {
            hash = hash << 1 &+ GearTable.numbers[Int(byte)]
            let length = index + 1 - start
            let zeros = hash.leadingZeroBitCount
            let isCut =
                length >= 1 << 20
                || length >= 1 << 16 && zeros >= 19
                || length >= 1 << 18 && zeros >= 17
            if isCut {
                cuts.append(index + 1)
                start = index + 1
            }
        }
        return cuts
    }

    /// Frozen: other cuts would be another format.
    @Test func theFormatIsFrozen() {
        let table = GearTable.numbers.flatMap { number in
            (0..<8).map { UInt8(truncatingIfNeeded: number >> UInt64(56 - 8 * $0)) }
        }
        #expect(GearTable.numbers.count == 256)
        #expect(
            SHA256Digest.hash(table).hex == "adf604df2c2c2760d7b7ef3728d1a42a67db9f7e41f34fca64c65a90b069c5e7"
        )
        #expect(
            cuts(BlobSample.bytes(6 << 20, seed: 1)) == [
                412_456, 711_375, 1_063_649, 1_287_439, 1_639_062, 1_929_727, 2_238_813, 2_605_040, 2_827_683,
                3_277_987, 3_368_923, 3_672_806, 4_006_819, 4_288_558, 4_373_340, 4_740_434, 4_964_406,
                5_301_024, 5_727_303, 6_247_850,
            ])
    }

    @Test(arguments: [1, 2, 3]) func cutsAreThoseOfTheDefinition(_ seed: UInt64) {
        let bytes = BlobSample.bytes(3 << 20, seed: seed)
        #expect(cuts(bytes) == cutsByDefinition(bytes))
    }

    @Test(arguments: [
        [1, 63, 64, 65, 511], [4096], [65_535, 1], [65_536], [100_000, 3, 77_777], [524_288], [1 << 20, 5],
    ])
    func cutsDoNotDependOnSlabs(_ slabs: [Int]) {
        let random = BlobSample.bytes(2 << 20, seed: 9)
        // Short periods bring long runs without a cut, and cuts at the maximum.
        let periodic = (0..<2 << 20).map { UInt8(truncatingIfNeeded: $0 / 3 % 251) }
        for bytes in [random, periodic] {
            #expect(cuts(bytes, slabs: slabs) == cuts(bytes))
        }
    }

    @Test func cutsAreFoundAgainAfterAnInsertion() {
        let bytes = BlobSample.bytes(4 << 20, seed: 4)
        let old = cuts(bytes)
        for inserted in [1, 63, 1000, 100_000] {
            let new = cuts(BlobSample.bytes(inserted, seed: 5) + bytes).map { $0 - inserted }
            let common = Set(old).intersection(new)
            guard let first = common.min() else {
                Issue.record("No cut is found again after \(inserted) bytes")
                continue
            }
            #expect(first < 2 << 20, "\(inserted)")
            #expect(old.filter { $0 >= first } == new.filter { $0 >= first }, "\(inserted)")
        }
    }

    /// Any other bytes before the last 64 of a chunk leave its end where it is.
    @Test func aCutDependsOnSixtyFourBytesAndTheLengths() throws {
        let bytes = BlobSample.bytes(6 << 20, seed: 6)
        var start = 0
        var tried = 0
        for cut in cuts(bytes) {
            defer { start = cut }
            let length = cut - start
            guard length < Chunker.maximum else { continue }
            let tail = bytes[cut - Chunker.window..<cut]
            let filler = [UInt8](repeating: 0, count: length - Chunker.window)
            #expect(cuts(filler + tail) == [length])
            // The first of the 64 counts too: another lowest bit of its number is another top bit of the hash.
            let first = try #require(tail.first.map { GearTable.numbers[Int($0)] & 1 })
            let other = try #require(GearTable.numbers.firstIndex { $0 & 1 != first })
            #expect(cuts(filler + [UInt8(other)] + tail.dropFirst()).first != length)
            tried += 1
        }
        #expect(tried >= 10)
    }

    /// The window is full at the first place where a cut may be, and it may be there.
    @Test func aCutCanFallOnTheMinimum() {
        let bytes = BlobSample.bytes(8 << 20, seed: 10)
        var start = 0
        var tried = 0
        for cut in cuts(bytes) {
            defer { start = cut }
            // Cuts under the strict mask, with a first byte that decides about the top bit.
            let tail = bytes[cut - Chunker.window..<cut]
            guard cut - start < Chunker.average, GearTable.numbers[Int(bytes[tail.startIndex])] & 1 == 1
            else {
                continue
            }
            let filler = [UInt8](repeating: 0, count: Chunker.minimum - Chunker.window)
            #expect(cuts(filler + tail + [0]) == [Chunker.minimum])
            #expect(cuts(filler.dropLast() + tail + [0]) == [])
            tried += 1
        }
        #expect(tried > 0)
    }

    /// The lanes against one hash in order, with a mask that hits about once a block.
    @Test func lanesFindWhatOneHashFinds() {
        let bytes = BlobSample.bytes(1 << 20, seed: 11)
        for mask: UInt64 in [0xFFF8 << 48, 0xFF << 56, 0xFFFF_F000 << 32] {
            var expected: [Int] = []
            var hash: UInt64 = 77
            for (index, byte) in bytes.enumerated() {
                hash = hash << 1 &+ GearTable.numbers[Int(byte)]
                if hash & mask == 0 { expected.append(index) }
            }
            var found: [Int] = []
            var start = 0
            var rolling: UInt64 = 77
            bytes.withUnsafeBytes { bytes in
                GearTable.numbers.withUnsafeBufferPointer { table in
                    while let hit = GearScan.firstZero(
                        of: mask, in: UnsafeRawBufferPointer(rebasing: bytes[start...]), &rolling, table)
                    {
                        found.append(start + hit)
                        // The hash where it stopped is not given: a chunk ends there.
                        rolling = bytes[..<(start + hit + 1)].suffix(64).reduce(0) {
                            $0 << 1 &+ table[Int($1)]
                        }
                        start += hit + 1
                    }
                }
            }
            #expect(found == expected)
            #expect(rolling == hash)
        }
    }

    @Test func lengthsKeepTheLimitsAndTheAverage() {
        let bytes = BlobSample.bytes(16 << 20, seed: 7)
        let all = cuts(bytes)
        let lengths = zip([0] + all, all).map { $1 - $0 }
        #expect(lengths.allSatisfy { (Chunker.minimum...Chunker.maximum).contains($0) })
        // 312 KiB is expected: the minimum, and what the two masks add.
        let mean = all.last! / all.count
        #expect((270 * 1024...350 * 1024).contains(mean), "mean \(mean)")
        #expect(lengths.count { $0 == Chunker.maximum } <= lengths.count / 20)
        #expect(lengths.contains { $0 < Chunker.average } && lengths.contains { $0 > Chunker.average })
    }

    @Test func equalBytesAreCutAtTheMaximum() {
        for byte: UInt8 in [0, 0xFF] {
            let bytes = [UInt8](repeating: byte, count: (2 << 20) + 5)
            #expect(cuts(bytes) == [1 << 20, 2 << 20])
        }
    }

    @Test func aShortBodyHasNoCut() {
        #expect(cuts([]) == [])
        #expect(cuts(BlobSample.bytes(Chunker.minimum - 1, seed: 8)) == [])
    }
}
