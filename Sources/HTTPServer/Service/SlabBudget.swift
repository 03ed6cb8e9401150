import Synchronization

/// The memory that request bodies of all connections may take together.
///
/// A connection that finds it spent stops reading until another gives back; the first slab of each is free, so
/// that no upload can be starved by others for ever.
final class SlabBudget: Sendable {
    private let limit: Int
    private let taken = Atomic<Int>(0)

    init(limit: Int) {
        self.limit = limit
    }

    var isSpent: Bool { taken.load(ordering: .relaxed) >= limit }
    var bytes: Int { taken.load(ordering: .relaxed) }

    func take(_ count: Int) {
        taken.wrappingAdd(count, ordering: .relaxed)
    }

    func giveBack(_ count: Int) {
        taken.wrappingSubtract(count, ordering: .relaxed)
    }
}
