import Synchronization

/// Memory that all bodies together may hold back while they wait for the end, and so the signature, of a chunk.
package final class ChunkBudget: Sendable {
    /// Bytes. Sixteen full-sized chunks of 16 MiB, or four thousand of the 64 KiB that clients send.
    package static let defaultLimit = 256 * 1024 * 1024

    private let limit: Int
    private let held = Mutex(0)

    package init(limit: Int = ChunkBudget.defaultLimit) {
        self.limit = limit
    }

    /// Changes what one body holds; false, and nothing is changed, when there is no room for more.
    func change(from old: Int, to new: Int) -> Bool {
        held.withLock { held in
            let sum = held - old + new
            guard new <= old || sum <= limit else { return false }
            held = sum
            return true
        }
    }

    /// Bytes held now.
    package var bytesHeld: Int { held.withLock { $0 } }
}
