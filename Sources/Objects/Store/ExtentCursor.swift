import Blobs
import Digests
import NIOCore

/// Walks the bytes of contents extent by extent, for comparing and for digesting.
struct ExtentCursor {
    /// Extents fetched at once.
    private static let pageLength = 256

    private let catalog: any Catalog
    /// Contents that are still to be walked, the next one last.
    private var slices: [ContentSlice]
    /// Extents at hand, the next one last.
    private var extents: [Extent] = []
    /// Decrypts what is walked.
    let cipher: ContentCipher
    /// Where the next byte stands in what the cipher is for.
    private(set) var position: Int64

    init(
        _ catalog: any Catalog, slices: [ContentSlice], cipher: ContentCipher = .none, at position: Int64 = 0
    ) {
        self.catalog = catalog
        self.cipher = cipher
        self.position = position
        self.slices = slices.reversed()
    }

    /// Content that is received but not committed; `offset` bytes of it are skipped, `length` walked.
    init(
        _ catalog: any Catalog, _ content: NewContent, offset: Int64, length: Int64,
        cipher: ContentCipher = .none
    ) {
        self.catalog = catalog
        self.cipher = cipher
        position = offset
        slices = []
        switch content {
        case .empty: break
        case .inline(let buffer, _, _): extents = Self.clipped([.bytes(buffer)], offset, length)
        case .piece(let piece, _):
            extents = Self.clipped(piece.chunks.map { .place($0.place) }, offset, length)
        case .existing(let ref): slices = [ContentSlice(content: ref, offset: offset, length: length)]
        case .slices(let list): slices = Self.clipped(list, offset, length)
        }
        extents.reverse()
        slices.reverse()
    }

    /// The run of bytes that comes next; nil at the end.
    mutating func head() async throws -> Extent? {
        while extents.isEmpty {
            guard var slice = slices.popLast() else { return nil }
            guard slice.length > 0 else { continue }
            let end = slice.offset + slice.length
            let page = try await catalog.extents(
                of: slice.content, range: slice.offset..<end, limit: Self.pageLength)
            if let next = page.next {
                guard next > slice.offset else {
                    throw StoreError.corrupt("a page of extents does not advance")
                }
                slice.offset = next
                slice.length = end - next
                slices.append(slice)
            }
            extents = page.extents.reversed()
        }
        return extents.last
    }

    /// Steps over `count` bytes, at most the length of `head`.
    mutating func advance(by count: Int) {
        position += Int64(count)
        guard let extent = extents.popLast(), extent.length > count else { return }
        extents.append(extent.dropping(count))
    }

    private static func clipped(_ extents: [Extent], _ offset: Int64, _ length: Int64) -> [Extent] {
        var (skip, rest) = (offset, length)
        var kept: [Extent] = []
        for extent in extents where rest > 0 {
            if skip >= Int64(extent.length) {
                skip -= Int64(extent.length)
                continue
            }
            var extent = extent.dropping(Int(skip))
            skip = 0
            if Int64(extent.length) > rest { extent = extent.taking(Int(rest)) }
            rest -= Int64(extent.length)
            kept.append(extent)
        }
        return kept
    }

    private static func clipped(_ slices: [ContentSlice], _ offset: Int64, _ length: Int64) -> [ContentSlice]
    {
        var (skip, rest) = (offset, length)
        var kept: [ContentSlice] = []
        for slice in slices where rest > 0 {
            if skip >= slice.length {
                skip -= slice.length
                continue
            }
            let taken = min(slice.length - skip, rest)
            kept.append(ContentSlice(content: slice.content, offset: slice.offset + skip, length: taken))
            skip = 0
            rest -= taken
        }
        return kept
    }
}

extension Extent {
    /// The first `count` bytes.
    func taking(_ count: Int) -> Extent {
        switch self {
        case .bytes(let buffer):
            .bytes(buffer.getSlice(at: buffer.readerIndex, length: count) ?? ByteBuffer())
        case .place(let place): .place(Place(segment: place.segment, offset: place.offset, length: count))
        }
    }

    /// All but the first `count` bytes.
    func dropping(_ count: Int) -> Extent {
        switch self {
        case .bytes(let buffer):
            .bytes(
                buffer.getSlice(at: buffer.readerIndex + count, length: buffer.readableBytes - count)
                    ?? ByteBuffer())
        case .place(let place):
            .place(
                Place(
                    segment: place.segment, offset: place.offset + Int64(count), length: place.length - count)
            )
        }
    }

    /// *Blocking.*
    func load(from blobs: any BlobStore) throws -> ByteBuffer {
        switch self {
        case .bytes(let buffer): buffer
        case .place(let place): try blobs.read(place)
        }
    }
}

extension ObjectStore {
    /// Bytes in memory at once when content is compared or digested.
    private static let loadLength = 1 << 20

    /// Whether two contents have the same bytes. Chunks that lie in the same place need not be read, unless the same
    /// bytes there mean others to each.
    func areEqual(_ one: ExtentCursor, _ other: ExtentCursor) async throws -> Bool {
        var (one, other) = (one, other)
        let isPlain = one.cipher.isNone && other.cipher.isNone
        while true {
            let (next, otherNext) = (try await one.head(), try await other.head())
            guard let a = next, let b = otherNext else { return next == nil && otherNext == nil }
            let count = min(a.length, b.length, Self.loadLength)
            let isSamePlace =
                if isPlain, case .place(let p) = a, case .place(let q) = b {
                    p.segment == q.segment && p.offset == q.offset
                } else { false }
            if !isSamePlace {
                let (head, otherHead, blobs) = (a.taking(count), b.taking(count), self.blobs)
                let (cipher, otherCipher) = (one.cipher, other.cipher)
                let (position, otherPosition) = (one.position, other.position)
                let isSame = try await onDisk {
                    try cipher.apply(to: head.load(from: blobs), at: position)
                        == otherCipher.apply(to: otherHead.load(from: blobs), at: otherPosition)
                }
                guard isSame else { return false }
            }
            one.advance(by: count)
            other.advance(by: count)
        }
    }

    /// Reads all that a cursor walks and digests it.
    func digest(_ cursor: ExtentCursor, of wanted: BodyDigests) async throws -> BodyFacts {
        var cursor = cursor
        let hashes = BodyHashes(wanted)
        var facts = BodyFacts(length: 0, root: .hash([]), head: [])
        while let extent = try await cursor.head() {
            let count = min(extent.length, Self.loadLength)
            let (run, blobs) = (extent.taking(count), self.blobs)
            let (cipher, position) = (cursor.cipher, cursor.position)
            try await onDisk { hashes.update(cipher.apply(to: try run.load(from: blobs), at: position)) }
            facts.length += Int64(count)
            cursor.advance(by: count)
        }
        hashes.finalize(into: &facts)
        return facts
    }
}
