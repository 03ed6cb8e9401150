package import NIOCore
internal import Synchronization

/// Segments in memory, for tests and trials: gone with the process.
///
/// The bytes lie in files that have no name, so that readers get descriptors as from a disk.
package final class MemorySegments: BlobStore {
    struct Segment {
        let file: POSIXFile
        let index: [IndexEntry]
        let length: Int64
        let open: OpenSegment
    }

    private struct State {
        var segments: [SegmentID: Segment] = [:]
        var staged: Set<SegmentID> = []
    }

    private let state = Mutex(State())

    package init() {}

    package var canPunchHoles: Bool { true }

    package func stage(_ id: SegmentID) throws -> any Stage {
        let file = try mapping(id) { () throws(DiskFailure) in try POSIXFile.inMemory() }
        try state.withLock { state in
            guard state.segments[id] == nil else { throw BlobError.exists(id) }
            guard state.staged.insert(id).inserted else { throw BlobError.exists(id) }
        }
        return MemoryStage(id, file, store: self)
    }

    package func open(_ id: SegmentID) throws -> OpenSegment {
        try find(id).open
    }

    package func openIfCached(_ id: SegmentID) -> OpenSegment? {
        state.withLock { $0.segments[id]?.open }
    }

    package func read(_ place: Place) throws -> ByteBuffer {
        try find(place.segment).open.read(offset: place.offset, length: place.length)
    }

    package func free(_ places: [Place]) throws {
        for (id, places) in Dictionary(grouping: places, by: \.segment) {
            guard let segment = state.withLock({ $0.segments[id] }) else { continue }
            try mapping(id) { () throws(DiskFailure) in
                let blockSize = try segment.file.status().blockSize
                for range in Place.merged(places) {
                    guard let whole = range.clamped(to: 0..<segment.length).inward(to: blockSize) else {
                        continue
                    }
                    try segment.file.punch(
                        offset: whole.lowerBound, length: whole.upperBound - whole.lowerBound)
                }
            }
        }
    }

    package func remove(_ id: SegmentID) throws {
        let removed = state.withLock { $0.segments.removeValue(forKey: id) }
        withExtendedLifetime(removed) {}
    }

    package func list(after: SegmentID?, limit: Int) throws -> [SegmentID] {
        let ids = state.withLock { Array($0.segments.keys) }
        return Array(ids.filter { id in after.map { $0 < id } ?? true }.sorted().prefix(max(limit, 0)))
    }

    package func index(of id: SegmentID) throws -> [IndexEntry] {
        try find(id).index
    }

    package func size(of id: SegmentID) throws -> (logical: Int64, blocks: Int64) {
        let segment = try find(id)
        let status = try mapping(id) { () throws(DiskFailure) in try segment.file.status() }
        return (segment.length, status.blocks)
    }

    package func storedBytes() throws -> Int64 {
        let files = state.withLock { $0.segments.values.map(\.file) }
        return try mapping(nil) { () throws(DiskFailure) in
            var blocks: Int64 = 0
            for file in files { blocks += try file.status().blocks }
            return blocks * 512
        }
    }

    /// Nothing is left behind by earlier processes.
    package func emptyStaging() throws {}

    func publish(_ id: SegmentID, _ segment: Segment) {
        state.withLock { state in
            state.staged.remove(id)
            state.segments[id] = segment
        }
    }

    func discard(_ id: SegmentID) {
        _ = state.withLock { $0.staged.remove(id) }
    }

    func mapping<Result>(
        _ id: SegmentID?, _ body: () throws(DiskFailure) -> Result
    ) throws(BlobError) -> Result {
        do {
            return try body()
        } catch {
            throw BlobError(error, segment: id)
        }
    }

    private func find(_ id: SegmentID) throws -> Segment {
        guard let segment = state.withLock({ $0.segments[id] }) else { throw BlobError.missing(id) }
        return segment
    }
}
