internal import Synchronization

/// Open segments, so that most reads need no `open`; lets go of those not used for longest.
final class OpenSegmentCache: Sendable {
    private struct Entry {
        let segment: OpenSegment
        var lastUse: UInt64
    }

    private struct State {
        var entries: [SegmentID: Entry] = [:]
        var uses: UInt64 = 0
        var removals: UInt64 = 0
    }

    private let state = Mutex(State())
    private let limit: Int

    /// - Parameter limit: open files at most, apart from those in use.
    init(limit: Int) {
        precondition(limit > 0, "A cache holds something")
        self.limit = limit
    }

    func find(_ id: SegmentID) -> OpenSegment? {
        state.withLock { state in
            state.uses += 1
            state.entries[id]?.lastUse = state.uses
            return state.entries[id]?.segment
        }
    }

    /// What is kept, or else what `opening` gives, which is then kept unless a segment was removed meanwhile: it
    /// could be this one, and its bytes would stay on the disk as long as the cache held it.
    func find(
        _ id: SegmentID, opening: () throws(BlobError) -> OpenSegment
    ) throws(BlobError) -> OpenSegment {
        if let found = find(id) { return found }
        let removals = state.withLock { $0.removals }
        let opened = try opening()
        // What is dropped is let go of outside the lock: closing takes time.
        let (segment, dropped) = state.withLock { state -> (OpenSegment, [OpenSegment]) in
            if let other = state.entries[id] { return (other.segment, []) }
            guard state.removals == removals else { return (opened, []) }
            state.uses += 1
            state.entries[id] = Entry(segment: opened, lastUse: state.uses)
            return (opened, state.entries.count > limit ? dropOldest(&state) : [])
        }
        withExtendedLifetime(dropped) {}
        return segment
    }

    /// Called after the file's name is gone.
    func remove(_ id: SegmentID) {
        let dropped = state.withLock { state in
            state.removals += 1
            return state.entries.removeValue(forKey: id)?.segment
        }
        withExtendedLifetime(dropped) {}
    }

    var count: Int { state.withLock { $0.entries.count } }

    /// A quarter at once, so that finding the oldest is paid for by many insertions.
    private func dropOldest(_ state: inout State) -> [OpenSegment] {
        let excess = state.entries.count - limit + limit / 4
        let oldest = state.entries.values.sorted { $0.lastUse < $1.lastUse }.prefix(excess)
        for entry in oldest { state.entries[entry.segment.id] = nil }
        return oldest.map(\.segment)
    }
}
