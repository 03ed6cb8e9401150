import Synchronization

/// The memory that bodies of requests may fill, shared by all connections.
///
/// Bytes are counted when they are there, so a connection that waits for its client holds none. While the budget
/// is used up no connection reads more of a body; each is called back in the order it came.
final class SlabBudget: Sendable {
    private struct State {
        var used = 0
        var waiting: [@Sendable () -> Void] = []
    }

    /// What one connection may receive at once.
    private static let slab = 512 * 1024

    let limit: Int
    private let state = Mutex(State())

    init(limit: Int) {
        self.limit = limit
    }

    var used: Int {
        state.withLock { $0.used }
    }

    var hasRoom: Bool {
        used < limit
    }

    /// Counts bytes that came, or with a negative number bytes that went, and wakes whom there is room for.
    ///
    /// Who was woken and does not read calls this with 0, so that the next in line is woken.
    func add(_ bytes: Int) {
        let woken = state.withLock { state -> ArraySlice<@Sendable () -> Void> in
            state.used += bytes
            precondition(state.used >= 0, "more bytes went than came")
            guard state.used < limit, !state.waiting.isEmpty else { return [] }
            let room = max(1, (limit - state.used) / Self.slab)
            let first = state.waiting.prefix(room)
            state.waiting.removeFirst(first.count)
            return first
        }
        for wake in woken { wake() }
    }

    /// True when there is room to read more; else `wake` is called once, on any thread, when there is.
    func mayRead(orWake wake: @escaping @Sendable () -> Void) -> Bool {
        state.withLock { state in
            if state.used < limit { return true }
            state.waiting.append(wake)
            return false
        }
    }
}
