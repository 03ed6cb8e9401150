internal import Digests

/// The index at the end of a segment file, from which a lost catalog's chunk table can be made again.
///
/// All numbers are big-endian. For each chunk, ascending by offset: digest (32 bytes), offset (8), length (4). Then the
/// trailer: `CofferSg` (8), version 1 (4), number of chunks (4), length of the chunks' bytes before the index (8), and
/// the SHA-256 of everything from the first chunk's entry up to here (32). Part of the format.
struct SegmentIndex {
    var entries: [IndexEntry]
    /// Bytes of the segment before the index.
    var dataLength: Int64

    static let magic = Array("CofferSg".utf8)
    static let version: UInt32 = 1
    static let entryLength = SHA256Digest.byteCount + 8 + 4
    static let trailerLength = 8 + 4 + 4 + 8 + SHA256Digest.byteCount
    /// Chunks of one segment: limits the memory that reading an index takes.
    static let maximumEntries = 65_536

    /// Whether the entries ascend without overlap within the bytes.
    var isOrdered: Bool {
        var end: Int64 = 0
        for entry in entries {
            guard entry.offset >= end, entry.length > 0, entry.length <= Int(UInt32.max),
                entry.offset <= dataLength - Int64(entry.length)
            else { return false }
            end = entry.offset + Int64(entry.length)
        }
        return entries.count <= Self.maximumEntries
    }

    var encoded: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(entries.count * Self.entryLength + Self.trailerLength)
        for entry in entries {
            entry.digest.withUnsafeBytes { bytes.append(contentsOf: $0) }
            bytes.appendBigEndian(UInt64(entry.offset))
            bytes.appendBigEndian(UInt32(entry.length))
        }
        bytes += Self.magic
        bytes.appendBigEndian(Self.version)
        bytes.appendBigEndian(UInt32(entries.count))
        bytes.appendBigEndian(UInt64(dataLength))
        SHA256Digest.hash(bytes).withUnsafeBytes { bytes.append(contentsOf: $0) }
        return bytes
    }
}

extension SegmentIndex {
    /// What the trailer says: enough to find the entries.
    struct Trailer {
        var count: Int
        var dataLength: Int64
        /// Bytes of entries and trailer together.
        var indexLength: Int { count * SegmentIndex.entryLength + SegmentIndex.trailerLength }

        /// Reads the last `trailerLength` bytes of a file of `fileLength` bytes.
        init(_ bytes: [UInt8], fileLength: Int64) throws(BlobError) {
            guard bytes.count == SegmentIndex.trailerLength, bytes.prefix(8).elementsEqual(SegmentIndex.magic)
            else { throw .corrupt("segment ends without an index") }
            guard bytes.bigEndian(8..<12) == UInt64(SegmentIndex.version) else {
                throw .corrupt("segment index of unknown version \(bytes.bigEndian(8..<12))")
            }
            guard bytes.bigEndian(12..<16) <= UInt64(SegmentIndex.maximumEntries),
                let length = Int64(exactly: bytes.bigEndian(16..<24))
            else { throw .corrupt("segment index of impossible length") }
            count = Int(bytes.bigEndian(12..<16))
            dataLength = length
            guard fileLength - Int64(indexLength) == dataLength else {
                throw .corrupt("segment index does not fit the file's length")
            }
        }
    }

    /// Reads entries and trailer, `trailer.indexLength` bytes.
    init(_ bytes: [UInt8], _ trailer: Trailer) throws(BlobError) {
        guard bytes.count == trailer.indexLength else { throw .corrupt("segment index cut short") }
        let signed = bytes.count - SHA256Digest.byteCount
        guard SHA256Digest.hash(Array(bytes[..<signed])).bytes.elementsEqual(bytes[signed...]) else {
            throw .corrupt("segment index with a wrong checksum")
        }
        entries = []
        entries.reserveCapacity(trailer.count)
        dataLength = trailer.dataLength
        for number in 0..<trailer.count {
            let start = number * Self.entryLength
            guard let digest = SHA256Digest(bytes: bytes[start..<start + 32]),
                let offset = Int64(exactly: bytes.bigEndian(start + 32..<start + 40))
            else { throw .corrupt("segment index with an impossible entry") }
            let length = Int(bytes.bigEndian(start + 40..<start + 44))
            entries.append(IndexEntry(digest: digest, offset: offset, length: length))
        }
        guard isOrdered else { throw .corrupt("segment index out of order") }
    }
}

extension [UInt8] {
    fileprivate mutating func appendBigEndian(_ number: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: number.bigEndian) { append(contentsOf: $0) }
    }

    fileprivate func bigEndian(_ range: Range<Int>) -> UInt64 {
        self[range].reduce(0) { $0 << 8 | UInt64($1) }
    }
}
