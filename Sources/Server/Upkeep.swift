import Logging
import Objects
import ServiceLifecycle
import Synchronization

/// Sweeps and reaps on an interval until the server stops.
final class Upkeep: Service {
    let parts: Parts
    let metrics: UpkeepMetrics
    let logger: Logger

    init(parts: Parts, metrics: UpkeepMetrics, logger: Logger) {
        self.parts = parts
        self.metrics = metrics
        self.logger = logger
    }

    func run() async {
        await cancelWhenGracefulShutdown {
            let pause = Duration.seconds(self.parts.admin.configuration.sweepIntervalSeconds)
            while await rests(pause) { await self.turn() }
        }
    }

    /// Milliseconds between two looks at what projects keep.
    private static let usageInterval: Int64 = 3_600_000
    /// Projects of one page.
    private static let projects = 500
    private let usageRecorded = Atomic<Int64>(0)

    /// What each project keeps, once an hour: the last look of a day is what its owner sees of the day.
    private func recordUsage() async throws {
        let now = parts.store.now
        guard now - usageRecorded.load(ordering: .relaxed) >= Self.usageInterval else { return }
        usageRecorded.store(now, ordering: .relaxed)
        var after: String?
        while true {
            let page = try await parts.store.accounts.projects(after: after, limit: Self.projects)
            for project in page {
                let usage = try await parts.library.usage(of: project.id)
                try await parts.library.recordUsage(usage, of: project.id, day: now / 86_400_000)
            }
            guard let last = page.last, page.count == Self.projects else { return }
            after = last.name
        }
    }

    private func turn() async {
        do {
            metrics.note(expiredUploads: try await parts.store.reapUploads())
            let grace = Int64(parts.admin.configuration.sweepGraceSeconds) * 1000
            metrics.note(try await parts.admin.sweeper.take { try await parts.store.sweep(grace: grace) })
            try await parts.regainRoom()
            try await recordUsage()
        } catch is CancellationError {
            // The server stops; the next start goes on where this one left off.
        } catch StoreError.outOfSpace {
            metrics.noteFailure()
            parts.noteFullDisk()
            logger.error("the disk is full; the reserve is released so that deletes can commit")
        } catch {
            metrics.noteFailure()
            logger.warning("upkeep failed", metadata: ["error": "\(error)"])
        }
    }
}
