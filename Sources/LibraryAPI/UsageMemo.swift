import Objects
import Synchronization

/// What projects keep, as it was read a moment ago: reading it looks at every version.
final class UsageMemo: Sendable {
    /// Milliseconds.
    private static let lifetime: Int64 = 10_000
    /// Projects that are remembered.
    private static let capacity = 1000

    private let known = Mutex<[ProjectID: (usage: ProjectUsage, time: Int64)]>([:])

    func usage(
        of project: ProjectID, now: Int64, read: () async throws -> ProjectUsage
    ) async throws -> ProjectUsage {
        if let known = known.withLock({ $0[project] }), now - known.time < Self.lifetime {
            return known.usage
        }
        let usage = try await read()
        known.withLock { known in
            if known.count >= Self.capacity { known.removeAll(keepingCapacity: true) }
            known[project] = (usage, now)
        }
        return usage
    }
}
