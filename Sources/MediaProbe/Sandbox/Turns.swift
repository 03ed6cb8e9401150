import Synchronization

/// Lets so many in at once and keeps so many waiting, in the order in which they came.
final class Turns: Sendable {
    private struct State {
        var free: Int
        /// In order of arrival; the keys count up.
        var waiting: [(ticket: UInt64, continuation: CheckedContinuation<Bool, Never>)] = []
        var nextTicket: UInt64 = 0
        /// Tickets whose task was cancelled before it had begun to wait.
        var withdrawn: Set<UInt64> = []
    }

    private let state: Mutex<State>
    private let capacity: Int

    init(atOnce: Int, waiting: Int) {
        state = Mutex(State(free: max(1, atOnce)))
        capacity = waiting
    }

    /// How many wait.
    var waitingCount: Int { state.withLock { $0.waiting.count } }

    /// Runs the body when it is its turn; throws `busy` if too many wait, `cancelled` if the task is.
    func withTurn<Value>(_ body: () async throws(ProbeError) -> Value) async throws(ProbeError) -> Value {
        try await take()
        defer { giveBack() }
        return try await body()
    }

    private func take() async throws(ProbeError) {
        enum Answer { case mine, full, ticket(UInt64) }
        let answer: Answer = state.withLock { state in
            if state.free > 0 {
                state.free -= 1
                return .mine
            }
            guard state.waiting.count < capacity else { return .full }
            state.nextTicket += 1
            return .ticket(state.nextTicket)
        }
        switch answer {
        case .mine: return
        case .full: throw .busy
        case .ticket(let ticket):
            guard await wait(with: ticket) else { throw .cancelled }
        }
    }

    private func wait(with ticket: UInt64) async -> Bool {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer: Bool? = state.withLock { state in
                    if state.withdrawn.remove(ticket) != nil { return false }
                    // Somebody may have left between the two locks.
                    if state.free > 0 {
                        state.free -= 1
                        return true
                    }
                    state.waiting.append((ticket, continuation))
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            let continuation: CheckedContinuation<Bool, Never>? = state.withLock { state in
                guard let index = state.waiting.firstIndex(where: { $0.ticket == ticket }) else {
                    state.withdrawn.insert(ticket)
                    return nil
                }
                return state.waiting.remove(at: index).continuation
            }
            continuation?.resume(returning: false)
        }
    }

    private func giveBack() {
        let next: CheckedContinuation<Bool, Never>? = state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.free += 1
                return nil
            }
            return state.waiting.removeFirst().continuation
        }
        next?.resume(returning: true)
    }
}
