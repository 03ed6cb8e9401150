import Blobs
import Digests
import Objects
import Testing

@testable import CatalogSQLite

@Suite struct RecordTests {
    private var metadata: ObjectMetadata {
        var metadata = ObjectMetadata(
            contentType: "text/plain", user: [.init("a", ""), .init("", "b"), .init("a", "\u{1F600}\u{0}")])
        metadata.cacheControl = ""
        metadata.expires = "later"
        metadata.storageClass = String(repeating: "S", count: 300)
        return metadata
    }

    /// Reads a record where it lies, as the rows are read.
    private func read<T>(_ bytes: [UInt8], _ decode: (UnsafeRawBufferPointer) throws -> T) rethrows -> T {
        try bytes.withUnsafeBytes(decode)
    }

    @Test func metadataComesBack() throws {
        for value in [metadata, ObjectMetadata(contentType: ""), ObjectMetadata(contentType: "a/b")] {
            #expect(try read(MetadataCoding.encode(value), MetadataCoding.decode) == value)
            #expect(
                try read(MetadataCoding.encode(value), MetadataCoding.storageClass) == value.storageClass)
        }
    }

    @Test func metadataOfISO8859KeepsItsBytes() throws {
        let value = ObjectMetadata(
            contentType: "a/b", user: [.init("a", "café"), .init("b", "café", isLatin1: true)])
        let bytes = MetadataCoding.encode(value)
        #expect(bytes.suffix(4) == [0x63, 0x61, 0x66, 0xE9])
        #expect(try read(bytes, MetadataCoding.decode) == value)
    }

    @Test func preconditionsComeBack() throws {
        for ifMatch in [nil, WritePreconditions.Match.any, .etags([]), .etags(["a", ""])] {
            for ifNoneMatch in [nil, WritePreconditions.Match.any, .etags(["b"])] {
                for forbids in [true, false] {
                    let value = WritePreconditions(
                        ifMatch: ifMatch, ifNoneMatch: ifNoneMatch, forbidsOverwrite: forbids)
                    #expect(try read(PreconditionsCoding.encode(value), PreconditionsCoding.decode) == value)
                }
            }
        }
    }

    @Test func entityTagsComeBack() throws {
        let md5 = MD5Digest.hash([1]).hex
        for text in [md5, md5.uppercased(), md5 + "-3", "", "x", String(md5.dropLast())] {
            #expect(try read(ETagCoding.encode(ETag(text)), ETagCoding.decode).string == text)
        }
        #expect(ETagCoding.encode(ETag(md5)).count == 17)
    }

    @Test func checksumsComeBack() throws {
        for algorithm in ChecksumAlgorithm.allCases {
            for kind in [ObjectChecksum.Kind.composite, .fullObject] {
                let value = ObjectChecksum(
                    algorithm: algorithm, kind: kind, value: Array(0..<UInt8(algorithm.byteCount)),
                    parts: 10_000)
                #expect(try read(ChecksumCoding.encode(value), ChecksumCoding.decode) == value)
                let form = try read(ChecksumCoding.encode(value), ChecksumCoding.form)
                #expect(form.algorithm == algorithm && form.kind == kind)
            }
        }
    }

    @Test func extentsComeBack() throws {
        let places = [
            Place(segment: SegmentID(1), offset: 0, length: 1),
            Place(segment: SegmentID(.max), offset: .max, length: Int(UInt32.max)),
            Place(segment: SegmentID(1 << 33), offset: 1 << 40, length: 1 << 20),
        ]
        let bytes = ExtentCoding.encode(places)
        #expect(bytes.count == 60)
        #expect(try ExtentCoding.decode(bytes) == places)
        #expect(throws: StoreError.self) { try ExtentCoding.decode(Array(bytes.dropLast())) }
        #expect(throws: StoreError.self) { try ExtentCoding.decode([UInt8](repeating: 0, count: 20)) }
        #expect(throws: StoreError.self) { try ExtentCoding.decode([UInt8](repeating: 255, count: 20)) }
    }

    /// Whatever stands in a record, reading it ends, with a value or with an error.
    @Test func cutAndFalseRecordsAreErrors() throws {
        let bytes = MetadataCoding.encode(metadata)
        for count in 0..<bytes.count {
            #expect(throws: StoreError.self) { try read(Array(bytes[..<count]), MetadataCoding.decode) }
        }
        var random = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            let noise = (0..<Int.random(in: 0..<40, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            _ = try? read(noise, MetadataCoding.decode)
            _ = try? read(noise, ChecksumCoding.decode)
            _ = try? read(noise, PreconditionsCoding.decode)
            _ = try? read(noise, ETagCoding.decode)
            _ = try? ExtentCoding.decode(noise)
        }
        #expect(throws: StoreError.self) {
            try read([UInt8](repeating: 0xff, count: 40), MetadataCoding.decode)
        }
    }
}
