import Synchronization

/// Remembers values for a moment, and never more than `limit` of them.
final class ShortCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Entry {
        var value: Value
        var loaded: Int64
    }

    private let limit: Int
    /// Milliseconds.
    private let lifetime: Int64
    private let entries = Mutex<[Key: Entry]>([:])

    init(limit: Int, lifetime: Int64) {
        self.limit = limit
        self.lifetime = lifetime
    }

    /// A clock that was set back ends an entry too: nothing lives longer because time is wrong.
    func value(_ key: Key, now: Int64) -> Value? {
        entries.withLock { entries in
            guard let entry = entries[key] else { return nil }
            let age = now &- entry.loaded
            if age >= 0 && age < lifetime { return entry.value }
            entries[key] = nil
            return nil
        }
    }

    func keep(_ value: Value, for key: Key, loaded: Int64) {
        entries.withLock { entries in
            if entries.count >= limit {
                entries = entries.filter { (0..<lifetime).contains(loaded &- $0.value.loaded) }
                if entries.count >= limit { entries.removeAll(keepingCapacity: true) }
            }
            entries[key] = Entry(value: value, loaded: loaded)
        }
    }

    func removeAll() {
        entries.withLock { $0.removeAll() }
    }

    var count: Int { entries.withLock { $0.count } }
}
