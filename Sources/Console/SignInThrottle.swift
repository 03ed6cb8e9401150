import Synchronization

/// Counts failed sign-ins by address, so that a secret cannot be guessed by trying.
final class SignInThrottle: Sendable {
    /// Failures of one address within `window` before it has to wait.
    static let failureLimit = 10
    /// Milliseconds: five minutes.
    static let window: Int64 = 5 * 60 * 1000
    /// Addresses remembered.
    static let addressLimit = 4096

    private struct Failures {
        var count: Int
        var since: Int64
    }

    private let failures = Mutex<[String: Failures]>([:])

    /// Seconds until an address may try again; nil when it may now.
    func wait(_ address: String, now: Int64) -> Int64? {
        failures.withLock { failures in
            guard let known = failures[address], known.count >= Self.failureLimit else { return nil }
            let left = known.since + Self.window - now
            guard (1...Self.window).contains(left) else {
                failures[address] = nil
                return nil
            }
            return (left + 999) / 1000
        }
    }

    func failed(_ address: String, now: Int64) {
        failures.withLock { failures in
            if failures.count >= Self.addressLimit, failures[address] == nil {
                failures = failures.filter { (0..<Self.window).contains(now - $0.value.since) }
                if failures.count >= Self.addressLimit { failures.removeAll(keepingCapacity: true) }
            }
            var known = failures[address] ?? Failures(count: 0, since: now)
            if !(0..<Self.window).contains(now - known.since) { known = Failures(count: 0, since: now) }
            known.count += 1
            failures[address] = known
        }
    }

    func succeeded(_ address: String) { failures.withLock { $0[address] = nil } }
}
