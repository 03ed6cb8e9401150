import Synchronization

/// Values by key within a bound of bytes, in shards of their own lock, evicted by the clock algorithm: an entry
/// goes when it was not asked for since the hand last passed.
///
/// It is kept by one writer. Around each commit the writer calls `begin` for every key the commit changes, before
/// the commit can be seen, and `finish` after. In between, and for every fill that was read before, the key is
/// unknown: so no reader ever sees an older state here than another has seen in the database.
final class ClockCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    /// A class, so that a reader holds the shard's lock for one reference and copies the value outside of it.
    private final class Entry: Sendable {
        let key: Key
        let value: Value
        let weight: Int
        let isUsed = Atomic(false)

        init(key: Key, value: Value, weight: Int) {
            self.key = key
            self.value = value
            self.weight = weight
        }
    }

    private struct Shard {
        var slots: [Key: Int] = [:]
        var entries: [Entry?] = []
        var free: [Int] = []
        var hand = 0
        var bytes = 0
        /// The last commit that changed a key of this shard.
        var changed: UInt64 = 0
    }

    private final class Box: Sendable {
        let shard = Mutex(Shard())
    }

    private let shards: [Box]
    private let shardBytes: Int
    private let weigh: @Sendable (Key, Value) -> Int

    /// - Parameter weigh: bytes that an entry takes, about.
    init(bytes: Int, shards count: Int = 64, weigh: @escaping @Sendable (Key, Value) -> Int) {
        precondition(count > 0 && count & (count - 1) == 0, "the number of shards is a power of two")
        shards = (0..<count).map { _ in Box() }
        shardBytes = bytes / count
        self.weigh = weigh
    }

    func peek(_ key: Key) -> Value? {
        let entry = box(key).shard.withLock { shard in shard.slots[key].flatMap { shard.entries[$0] } }
        guard let entry else { return nil }
        entry.isUsed.store(true, ordering: .relaxed)
        return entry.value
    }

    /// The commit `number`, which is about to be made, changes this key.
    func begin(_ key: Key, commit number: UInt64) {
        box(key).shard.withLock { shard in
            shard.changed = max(shard.changed, number)
            Self.remove(key, &shard)
        }
    }

    /// The commit is made: this is what the key holds now.
    func finish(_ key: Key, _ value: Value) {
        insert(key, value) { _ in true }
    }

    /// What a reader found in the database; dropped when a commit later than `number` may have changed it.
    func fill(_ key: Key, _ value: Value, readAt number: UInt64) {
        insert(key, value) { $0 <= number }
    }

    var bytes: Int { shards.reduce(0) { $0 + $1.shard.withLock { $0.bytes } } }

    private func insert(_ key: Key, _ value: Value, if isCurrent: (UInt64) -> Bool) {
        let weight = weigh(key, value)
        guard weight <= shardBytes else { return }
        box(key).shard.withLock { shard in
            guard isCurrent(shard.changed) else { return }
            Self.remove(key, &shard)
            while shard.bytes + weight > shardBytes { Self.evict(&shard) }
            let entry = Entry(key: key, value: value, weight: weight)
            if let slot = shard.free.popLast() {
                shard.entries[slot] = entry
                shard.slots[key] = slot
            } else {
                shard.slots[key] = shard.entries.count
                shard.entries.append(entry)
            }
            shard.bytes += weight
        }
    }

    private static func remove(_ key: Key, _ shard: inout Shard) {
        guard let slot = shard.slots.removeValue(forKey: key), let entry = shard.entries[slot] else { return }
        shard.bytes -= entry.weight
        shard.entries[slot] = nil
        shard.free.append(slot)
    }

    /// Moves the hand to the next entry that nobody asked for; at most two rounds. Called with bytes in use only.
    private static func evict(_ shard: inout Shard) {
        for _ in 0..<2 * shard.entries.count {
            let slot = shard.hand
            shard.hand = (slot + 1) % shard.entries.count
            guard let entry = shard.entries[slot] else { continue }
            if !entry.isUsed.exchange(false, ordering: .relaxed) {
                remove(entry.key, &shard)
                return
            }
        }
    }

    private func box(_ key: Key) -> Box {
        var hasher = Hasher()
        hasher.combine(key)
        return shards[hasher.finalize() & (shards.count - 1)]
    }
}
