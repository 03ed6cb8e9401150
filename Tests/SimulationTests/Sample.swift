import Digests
import NIOCore
import Objects
import StoreLaws
import Synchronization

/// Bytes with a name, which goes with them as metadata, so that what is read tells whose bytes it should be.
struct Sample: Hashable, Sendable, CustomStringConvertible {
    let label: String
    let bytes: [UInt8]
    let digest: SHA256Digest

    init(_ label: String, _ bytes: [UInt8]) {
        self.label = label
        self.bytes = bytes
        digest = .hash(bytes)
    }

    init(_ label: String, count: Int, seed: UInt64) {
        self.init(label, BlobSample.bytes(count, seed: seed))
    }

    func slice(_ range: Range<Int>) -> Sample {
        Sample("\(label)[\(range)]", Array(bytes[range]))
    }

    var description: String { label }

    static func == (one: Self, other: Self) -> Bool {
        one.label == other.label && one.digest == other.digest
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(label)
    }

    var metadata: ObjectMetadata {
        ObjectMetadata(contentType: "application/octet-stream", user: [.init("sample", label)])
    }

    /// The MD5 of the bytes.
    var etag: ETag { ETag(MD5Digest.hash(bytes).hex) }
}

extension Sample {
    /// Kept in the catalog.
    static let inline = Sample("inline", count: 900, seed: 1)
    static let otherInline = Sample("otherInline", count: 700, seed: 2)
    /// One chunk each.
    static let single = Sample("single", count: 40_000, seed: 3)
    static let otherSingle = Sample("otherSingle", count: 50_000, seed: 4)
    /// Several chunks.
    static let large = Sample("large", count: 1_100_000, seed: 5)
    /// Its first chunks are those of `large`.
    static let changedTail = Sample(
        "changedTail", large.bytes[..<900_000] + BlobSample.bytes(90_000, seed: 6))
    /// The same bytes under another name.
    static let largeAgain = Sample("largeAgain", large.bytes)
    /// For ranges and parts.
    static let assembled = Sample("assembled", count: 200_000, seed: 7)
    /// The beginning of `assembled`, which grows into it.
    static func assembled(_ count: Int) -> Sample {
        Sample(assembled.label, Array(assembled.bytes[..<count]))
    }
    /// The same file after a change: the metadata of its upload are those of the first range.
    static let changedFile = Sample(
        "assembled", assembled.bytes[..<120_000] + BlobSample.bytes(80_000, seed: 8))
}

/// The bytes of a sample as a body that arrives in slabs.
final class SampleSource: BodySource {
    private let slabs: Mutex<[ByteBuffer]>

    init(_ bytes: [UInt8], slab: Int = 400_000) {
        let starts = stride(from: 0, to: bytes.count, by: slab)
        slabs = Mutex(starts.map { ByteBuffer(bytes: bytes[$0..<min($0 + slab, bytes.count)]) }.reversed())
    }

    func next() async throws -> ByteBuffer? {
        slabs.withLock { $0.popLast() }
    }
}
