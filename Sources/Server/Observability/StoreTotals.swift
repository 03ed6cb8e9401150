import Objects
import Synchronization

/// Totals of the store, which cost a walk over it: taken at most once in `lifetime`, by one at a time.
final class StoreTotals: Sendable {
    private struct State {
        var totals: StoreStatistics?
        var taken: ContinuousClock.Instant?
        var isBeingTaken = false
    }

    private let store: ObjectStore
    private let lifetime: Duration
    private let state = Mutex(State())

    init(_ store: ObjectStore, lifetime: Duration = .seconds(60)) {
        self.store = store
        self.lifetime = lifetime
    }

    /// The last totals, at once; they are renewed behind the answer when they are old. Nil before the first.
    func current() async -> StoreStatistics? {
        let (known, mustTake) = state.withLock { state in
            let isOld = state.taken.map { $0.duration(to: .now) >= lifetime } ?? true
            let mustTake = isOld && !state.isBeingTaken
            if mustTake { state.isBeingTaken = true }
            return (state.totals, mustTake)
        }
        guard mustTake else { return known }
        guard let known else { return await take() }
        Task { _ = await take() }
        return known
    }

    private func take() async -> StoreStatistics? {
        let totals = try? await store.statistics()
        return state.withLock { state in
            state.isBeingTaken = false
            if let totals { (state.totals, state.taken) = (totals, .now) }
            return state.totals
        }
    }
}
