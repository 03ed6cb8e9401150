import Blobs
import NIOCore
import Synchronization

/// Hands out the bytes of one object, a page of extents at a time, for sendfile where they lie in files.
package final class ObjectReader: Sendable {
    /// Extents of one page: 256 MiB or so.
    private static let pageLength = 1000

    private let store: ObjectStore
    private let content: ContentRef
    private let inline: ByteBuffer?
    private let end: Int64
    private let hold: EpochHold
    private let deadline: Int64
    /// Where the next page begins; nil at the end. One task reads, the lock only says so to the compiler.
    private let position: Mutex<Int64?>

    init(store: ObjectStore, content: ContentRef, inline: ByteBuffer?, range: Range<Int64>) {
        self.store = store
        self.content = content
        self.inline = inline
        end = range.upperBound
        hold = store.hold()
        deadline = store.now + store.settings.maximumReadTime
        position = Mutex(range.isEmpty ? nil : range.lowerBound)
    }

    /// The next segments in order; nil at the end.
    ///
    /// - Throws: `corrupt` when stored bytes are missing, `expired` when reading took longer than the store allows.
    package func next() async throws -> [BodySegment]? {
        guard let start = position.withLock({ $0 }) else { return nil }
        if let inline,
            let slice = inline.getSlice(at: inline.readerIndex + Int(start), length: Int(end - start))
        {
            position.withLock { $0 = nil }
            return [.bytes(slice)]
        }
        guard store.now < deadline else { throw StoreError.expired }
        let page = try await store.catalog.extents(of: content, range: start..<end, limit: Self.pageLength)
        if let next = page.next, next <= start {
            throw StoreError.corrupt("a page of extents does not advance")
        }
        position.withLock { $0 = page.next }
        return try await segments(of: page.extents)
    }

    private func segments(of extents: [Extent]) async throws -> [BodySegment] {
        var segments: [BodySegment] = []
        for extent in Self.merged(extents) {
            switch extent {
            case .bytes(let buffer): segments.append(.bytes(buffer))
            case .place(let place):
                let owner = PinnedSegment(segment: try await opened(place.segment), hold: hold)
                segments.append(
                    .file(
                        descriptor: owner.segment.descriptor, offset: place.offset, length: place.length,
                        owner: owner))
            }
        }
        return segments
    }

    private func opened(_ id: SegmentID) async throws -> OpenSegment {
        let blobs = store.blobs
        if let open = blobs.openIfCached(id) { return open }
        return try await store.onDisk { try blobs.open(id) }
    }

    /// Neighbours in a segment are one region: a fresh upload is sent by one sendfile however many chunks it has.
    static func merged(_ extents: [Extent]) -> [Extent] {
        var merged: [Extent] = []
        for extent in extents {
            if case .place(let place) = extent, case .place(let last) = merged.last,
                last.segment == place.segment,
                last.offset + Int64(last.length) == place.offset
            {
                merged[merged.count - 1] = .place(
                    Place(segment: last.segment, offset: last.offset, length: last.length + place.length))
            } else {
                merged.append(extent)
            }
        }
        return merged
    }
}

/// An open segment whose bytes nobody frees while it lives.
private final class PinnedSegment: Sendable {
    let segment: OpenSegment
    private let hold: EpochHold

    init(segment: OpenSegment, hold: EpochHold) {
        self.segment = segment
        self.hold = hold
    }
}
