import Digests
import Glibc
import NIOCore
import StoreLaws
import Testing

@testable import Blobs

@Suite struct FileSegmentsTests {
    private let directory: TemporaryDirectory
    private let store: FileSegments

    init() throws {
        directory = try TemporaryDirectory()
        store = try FileSegments(directory: directory.path)
    }

    private func contents(_ name: String) throws -> [UInt8] {
        let file = try POSIXDisk().open(directory.path + "/" + name, forWriting: false)
        return try file.read(count: Int(try file.status().size), at: 0)
    }

    private func replace(_ name: String, _ bytes: [UInt8]) throws {
        let path = directory.path + "/" + name
        try POSIXDisk().unlinkIfThere(path)
        try POSIXDisk().create(path).write(bytes, at: 0)
    }

    @Test func aSegmentLiesUnderItsLastTwoDigits() throws {
        try store.publish(SegmentID(0x1234AB), [[1]])
        #expect(directory.files == ["segments/ab/00000000001234ab"])
        let stage = try store.stage(SegmentID(.max))
        #expect(directory.files.contains("staging/7fffffffffffffff"))
        stage.discard()
    }

    @Test func namesAreReadStrictly() {
        #expect(SegmentID(fileName: "00000000001234ab") == SegmentID(0x1234AB))
        #expect(SegmentID(fileName: "7fffffffffffffff") == SegmentID(.max))
        let others = [
            "", "1234ab", "00000000001234AB", "+0000000001234ab", "0000000000000000", "ffffffffffffffff",
            "00000000001234ab.tmp", "0000000000123 ab", "zzzzzzzzzzzzzzzz",
        ]
        for name in others { #expect(SegmentID(fileName: name) == nil, "\(name)") }
    }

    /// Frozen: segments of released versions stay readable.
    @Test func theIndexFormatIsFrozen() throws {
        try store.publish(SegmentID(1), [[1, 2, 3], [4]])
        let bytes = try contents("segments/01/0000000000000001")
        let expected =
            "01020304"
            + "039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81"
            + "000000000000000000000003"
            + "e52d9c508c502347344d8c07ad91cbd6068afc75ff6292f062a09ca381c89e71"
            + "000000000000000300000001"
            + "436f666665725367" + "00000001" + "00000002" + "0000000000000004"
        let signed = try #require(hexDecode(expected))
        #expect(hexEncode(bytes.dropLast(32)) == expected)
        #expect(Array(bytes.suffix(32)) == SHA256Digest.hash(Array(signed.dropFirst(4))).bytes)
    }

    @Test func anyChangedByteOfTheIndexIsFound() throws {
        let chunks = [[1, 2, 3] as [UInt8], [4]]
        let name = "segments/01/0000000000000001"
        try store.publish(SegmentID(1), chunks)
        let good = try contents(name)
        for position in 4..<good.count {
            for mask: UInt8 in [1, 0x80] {
                var bad = good
                bad[position] ^= mask
                try replace(name, bad)
                #expect(throws: BlobError.self) { try store.index(of: SegmentID(1)) }
            }
        }
        for length in 0..<good.count {
            try replace(name, Array(good.prefix(length)))
            let error = #expect(throws: BlobError.self) { try store.index(of: SegmentID(1)) }
            guard case .corrupt? = error else {
                Issue.record("\(length) bytes gave \(String(describing: error))")
                continue
            }
        }
        try replace(name, good + [0])
        #expect(throws: BlobError.self) { try store.index(of: SegmentID(1)) }
        try replace(name, good)
        #expect(try store.index(of: SegmentID(1)).count == 2)
    }

    /// With a right checksum too: nobody must be able to make the reader allocate or overflow.
    @Test func anImpossibleIndexIsRefused() throws {
        func entry(_ offset: Int64, _ length: Int) -> IndexEntry {
            IndexEntry(digest: .hash([1]), offset: offset, length: length)
        }
        let impossible: [[IndexEntry]] = [
            [entry(90, 20)], [entry(0, 50), entry(40, 10)], [entry(50, 10), entry(0, 10)], [entry(0, 0)],
            [entry(.max, 1)], [entry(.max - 1, 10)],
        ]
        for entries in impossible {
            let index = SegmentIndex(entries: entries, dataLength: 100)
            #expect(!index.isOrdered)
            try replace("staging/x", [])
            try? POSIXDisk().makeDirectory(directory.path + "/segments/01")
            try replace(
                "segments/01/0000000000000001", [UInt8](repeating: 0, count: 100) + index.encoded)
            #expect(throws: BlobError.corrupt("segment index out of order")) {
                try store.index(of: SegmentID(1))
            }
        }
    }

    @Test func filesOfOthersAreLeftAlone() throws {
        try store.publish(SegmentID(1), [[1]])
        let others = [
            "segments/01/notes", "segments/01/0000000000000002", "segments/.hidden", "staging/notes",
        ]
        for name in others { try replace(name, [1]) }
        try replace("staging/0000000000000009", [1])
        #expect(try store.list(after: nil, limit: 10) == [SegmentID(1)])
        try store.emptyStaging()
        #expect(Set(others).isSubset(of: directory.files))
        #expect(!directory.files.contains("staging/0000000000000009"))
    }

    @Test func aStoreIsFoundAgain() throws {
        let places = try store.publish(SegmentID(1), [[1, 2, 3]])
        let again = try FileSegments(directory: directory.path)
        #expect(try again.bytes(places[0]) == [1, 2, 3])
        #expect(throws: BlobError.exists(SegmentID(1))) { try again.stage(SegmentID(1)) }
    }

    /// Rewritten in the middle of the early write-back, too.
    @Test func aLongStageWithRewindsKeepsItsBytes() throws {
        let stage = try store.stage(SegmentID(1))
        let block = BlobSample.bytes(1 << 20, seed: 1)
        var expected: [UInt8] = []
        for number in 0..<24 {
            try stage.append(ByteBuffer(bytes: block))
            expected += block
            if number % 5 == 4 {
                stage.rewind(to: stage.length - 3_000_000)
                expected.removeLast(3_000_000)
            }
        }
        try stage.publish([])
        let place = Place(segment: SegmentID(1), offset: 0, length: expected.count)
        #expect(try store.bytes(place) == expected)
    }

    @Test func openFilesAreBounded() throws {
        let store = try FileSegments(directory: directory.path, openLimit: 8)
        for number in 1...40 { try store.publish(SegmentID(Int64(number)), [[1]]) }
        weak var first: OpenSegment?
        first = try store.open(SegmentID(1))
        for number in 2...40 {
            _ = try store.open(SegmentID(Int64(number)))
            #expect((1...40).count { store.openIfCached(SegmentID(Int64($0))) != nil } <= 8)
        }
        #expect(first == nil && store.openIfCached(SegmentID(40)) != nil)
    }

    @Test func theFileLeastRecentlyUsedIsClosed() throws {
        let store = try FileSegments(directory: directory.path, openLimit: 4)
        for number in 1...8 { try store.publish(SegmentID(Int64(number)), [[1]]) }
        for number in 1...8 {
            _ = try store.open(SegmentID(Int64(number)))
            #expect(store.openIfCached(SegmentID(1)) != nil)
        }
    }

    /// A file opened before its removal and kept after it would hold the disk's blocks.
    @Test func aSegmentRemovedWhileItIsOpenedIsNotKept() throws {
        let cache = OpenSegmentCache(limit: 4)
        let segment = try cache.find(SegmentID(1)) { () throws(BlobError) in
            cache.remove(SegmentID(1))
            do throws(DiskFailure) {
                return OpenSegment(id: SegmentID(1), file: try POSIXFile.inMemory())
            } catch {
                throw BlobError(error)
            }
        }
        #expect(segment.id == SegmentID(1))
        #expect(cache.find(SegmentID(1)) == nil)
    }

    @Test func withoutHolesFreeingDoesNothing() throws {
        let disk = SimulatedDisk()
        disk.fail { _, operation in operation.kind == .punch ? EOPNOTSUPP : nil }
        let store = try FileSegments(directory: SimulatedDisk.root, disk: disk)
        #expect(!store.canPunchHoles)
        let place = try store.publish(SegmentID(1), [BlobSample.bytes(100_000, seed: 1)])[0]
        try store.free([place])
        #expect(try store.bytes(place) == BlobSample.bytes(100_000, seed: 1))
    }

    @Test func aFullDiskDoesNotKeepTheStoreFromOpening() throws {
        let disk = SimulatedDisk()
        let place = try FileSegments(directory: SimulatedDisk.root, disk: disk).publish(SegmentID(1), [[1]])[
            0]
        disk.fail { _, operation in [.create, .write].contains(operation.kind) ? ENOSPC : nil }
        let store = try FileSegments(directory: SimulatedDisk.root, disk: disk)
        #expect(store.canPunchHoles)
        #expect(try store.bytes(place) == [1])
        #expect(throws: BlobError.noSpace) { try store.stage(SegmentID(2)) }
        try store.free([place])
        try store.remove(SegmentID(1))
        #expect(disk.files(below: SimulatedDisk.root).isEmpty)
    }

    @Test func placesAreMergedAndKeptInsideBlocks() {
        func place(_ offset: Int64, _ length: Int) -> Place {
            Place(segment: SegmentID(1), offset: offset, length: length)
        }
        #expect(Place.merged([place(10, 5), place(0, 10), place(20, 1)]) == [0..<15, 20..<21])
        #expect(Place.merged([place(0, 100), place(10, 5), place(90, 20)]) == [0..<110])
        #expect(Place.merged([place(5, 0), place(-5, 10), place(.max - 1, 10)]) == [])
        #expect((0..<4095 as Range<Int64>).inward(to: 4096) == nil)
        #expect((1..<8192 as Range<Int64>).inward(to: 4096) == 4096..<8192)
        #expect((4096..<12_287 as Range<Int64>).inward(to: 4096) == 4096..<8192)
        #expect((1..<8191 as Range<Int64>).inward(to: 4096) == nil)
        #expect((0..<10 as Range<Int64>).inward(to: 0) == nil)
    }
}
