import Blobs
import Dispatch
import Objects
import StoreLaws
import Synchronization

/// Lets one of several actors go on at a time, from one step to the next, in an order that is chosen for it: the same
/// choices give the same run.
final class StepScheduler: StepWatcher {
    /// Who goes on, where there is a choice.
    enum Order: Sendable {
        /// Anybody; the same for the same seed. One who runs keeps running with `stay` chances in four.
        case random(seed: UInt64, stay: UInt64)
        /// These, then always the one that runs. Numbers count those that may go on, the one that runs first.
        case script([Int])
    }

    /// A choice that was made.
    struct Choice: Sendable {
        var count: Int
        var index: Int
        /// Whether the one that ran could have gone on, so that another choice interrupts it.
        var couldStay: Bool
    }

    fileprivate enum Waiting {
        case task(CheckedContinuation<Void, Never>)
        case thread(DispatchSemaphore)

        func goOn() {
            switch self {
            case .task(let continuation): continuation.resume()
            case .thread(let semaphore): semaphore.signal()
            }
        }
    }

    fileprivate struct State {
        var order = Order.script([])
        var random = SimulatedDiskRandom(seed: 0)
        var actors = 0
        var waiting: [Int: Waiting] = [:]
        /// Nil outside of a run: then nothing waits.
        var running: Int?
        var last: Int?
        var choices: [Choice] = []
    }

    private let state = Mutex(State())

    /// Runs `body` for each actor to its end and gives the choices that were made.
    func run(
        actors: Int, _ order: Order, _ body: @Sendable @escaping (Int) async -> Void
    ) async -> [Choice] {
        state.withLock { state in
            state = State()
            state.order = order
            state.actors = actors
            if case .random(let seed, _) = order { state.random = SimulatedDiskRandom(seed: seed) }
        }
        await withTaskGroup { group in
            for number in 0..<actors {
                group.addTask {
                    await self.wait(as: number)
                    await body(number)
                    self.end()
                }
            }
        }
        return state.withLock { $0.choices }
    }

    /// A step of the one that runs.
    func pause() async {
        guard let running = state.withLock({ $0.running }) else { return }
        await wait(as: running)
    }

    func before(_ step: Step) async throws(StoreError) {
        await pause()
    }

    func beforeBlocking(_ step: Step) -> Int32? {
        let semaphore = DispatchSemaphore(value: 0)
        let next: (Bool, Waiting?) = state.withLock { state in
            guard let running = state.running, step.concernsOthers(state.order) else { return (false, nil) }
            state.waiting[running] = .thread(semaphore)
            return (true, state.next())
        }
        guard next.0 else { return nil }
        next.1?.goOn()
        semaphore.wait()
        return nil
    }

    private func wait(as number: Int) async {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            let next = state.withLock { state in
                state.waiting[number] = .task(continuation)
                return state.next()
            }
            next?.goOn()
        }
    }

    private func end() {
        let next = state.withLock { state in
            state.actors -= 1
            return state.next()
        }
        next?.goOn()
    }
}

extension StepScheduler.State {
    /// Chooses who goes on once all wait.
    fileprivate mutating func next() -> StepScheduler.Waiting? {
        running = nil
        guard actors > 0, waiting.count == actors else { return nil }
        var candidates = waiting.keys.sorted()
        var couldStay = false
        if let last, let index = candidates.firstIndex(of: last) {
            couldStay = true
            candidates.remove(at: index)
            candidates.insert(last, at: 0)
        }
        let index: Int
        switch order {
        case .script(let script):
            index = choices.count < script.count ? min(script[choices.count], candidates.count - 1) : 0
        case .random(_, let stay):
            let stays = couldStay && random.next() % 4 < stay
            index = stays ? 0 : Int(random.next() % UInt64(candidates.count))
        }
        choices.append(.init(count: candidates.count, index: index, couldStay: couldStay))
        let chosen = candidates[index]
        running = chosen
        last = chosen
        return waiting.removeValue(forKey: chosen)
    }
}

extension Step {
    /// Whether what others do before or after it can make a difference. In a random order, what is done to a
    /// body that nobody can see yet is a step as well. What depends on the number of folders is none: the same choices
    /// would not give the same run.
    fileprivate func concernsOthers(_ order: StepScheduler.Order) -> Bool {
        guard case .disk(let operation, let path) = self else { return true }
        switch operation {
        case .rename, .unlink, .punch, .open, .read: return true
        case .list: return path.hasSuffix("/segments")
        case .create, .write, .sync, .truncate:
            if case .random = order { return true }
            return false
        case .makeDirectory, .syncDirectory, .status: return false
        }
    }
}
