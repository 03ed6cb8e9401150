import Objects
import Synchronization

/// `coffer check`.
package struct CheckStore: AdminCommand {
    package static let name = "check"
    var deep: Bool
    var recount: Bool

    package init(deep: Bool, recount: Bool) {
        self.deep = deep
        self.recount = recount
    }

    package struct Answer: AdminAnswer {
        package var ok: Bool
        package var objects: Int64
        package var blobs: Int64
        package var problems: [String]
        package var isOK: Bool { ok }
        package var text: String {
            let totals = "\(objects) objects, \(blobs) blobs"
            return ok
                ? "\(totals): no problem found"
                : (problems + ["\(totals): \(problems.count) problems"]).joined(separator: "\n")
        }
    }

    package func run(in admin: AdminContext) async throws -> Answer {
        let report = try await admin.store.check(deep: deep, repairCounts: recount)
        return Answer(
            ok: report.isOK, objects: report.objects, blobs: report.blobs, problems: report.problems)
    }
}

/// `coffer sweep`.
package struct SweepStore: AdminCommand {
    package static let name = "sweep"
    /// Seconds; nil is the server's setting.
    var grace: Int?

    package init(grace: Int?) { self.grace = grace }

    package struct Answer: AdminAnswer {
        package var removed: Int
        package var bytes: Int64
        package var text: String { "freed \(bytes) bytes in \(removed) places" }
    }

    package func run(in admin: AdminContext) async throws -> Answer {
        let seconds = grace ?? admin.configuration.sweepGraceSeconds
        guard (0...31_536_000).contains(seconds) else { throw AdminError("grace is 0 to 31536000 seconds") }
        let result = try await admin.sweeper.take {
            try await admin.store.sweep(grace: Int64(seconds) * 1000)
        }
        return Answer(removed: result.removed, bytes: result.bytes)
    }
}

/// `coffer stats`.
package struct ShowStatistics: AdminCommand {
    package static let name = "stats"

    package init() {}

    package struct Answer: AdminAnswer {
        package var objects: Int64
        package var logicalBytes: Int64
        package var storedBytes: Int64
        package var blobs: Int64
        package var uploads: Int64
        package var text: String {
            """
            objects        \(objects)
            logical bytes  \(logicalBytes)
            stored bytes   \(storedBytes)
            blobs          \(blobs)
            open uploads   \(uploads)
            """
        }
    }

    package func run(in admin: AdminContext) async throws -> Answer {
        let totals = try await admin.store.statistics()
        return Answer(
            objects: totals.catalog.objects, logicalBytes: totals.catalog.logicalBytes,
            storedBytes: totals.segmentBytes + totals.catalog.inlineBytes,
            blobs: totals.catalog.chunks + totals.catalog.inlineContents, uploads: totals.catalog.uploads)
    }
}

/// Lets one sweep run at a time; a second asks in vain.
package final class SweepTurn: Sendable {
    private let isTaken = Atomic(false)

    package init() {}

    func take<T: Sendable>(_ sweep: () async throws -> T) async throws -> T {
        guard isTaken.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged else {
            throw AdminError("a sweep is running")
        }
        defer { isTaken.store(false, ordering: .releasing) }
        return try await sweep()
    }
}
