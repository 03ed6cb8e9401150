import Blobs
import Objects
import Synchronization

/// Whether the server can do its work.
final class Health: Sendable {
    enum State: String, Sendable { case starting, ready, stopping }

    private let state = Mutex(State.starting)
    private let parts = Mutex<Parts?>(nil)

    func watch(_ parts: Parts) {
        self.parts.withLock { $0 = parts }
    }

    func become(_ next: State) {
        state.withLock { $0 = next }
    }

    /// What stands in the way, in words; nil when requests can be served.
    ///
    /// A full disk is none: what is there can still be read and deleted.
    func trouble() async -> String? {
        let now = state.withLock { $0 }
        guard now == .ready, let parts = parts.withLock({ $0 }) else { return now.rawValue }
        do {
            _ = try await parts.store.accounts.projects(after: nil, limit: 1)
        } catch {
            return "the catalog does not answer"
        }
        do {
            try await parts.pool.run { [data = parts.data] in try data.probe() }
            return nil
        } catch is DiskPool.Full {
            return "too much waits for the disk"
        } catch {
            return "the data directory cannot be written"
        }
    }
}
