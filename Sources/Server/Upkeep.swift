import Logging
import Objects
import ServiceLifecycle

/// Sweeps and reaps on an interval until the server stops.
struct Upkeep: Service {
    let parts: Parts
    let metrics: UpkeepMetrics
    let logger: Logger

    func run() async {
        await cancelWhenGracefulShutdown {
            let pause = Duration.seconds(parts.admin.configuration.sweepIntervalSeconds)
            while await rests(pause) { await turn() }
        }
    }

    private func turn() async {
        do {
            metrics.note(expiredUploads: try await parts.store.reapUploads())
            let grace = Int64(parts.admin.configuration.sweepGraceSeconds) * 1000
            metrics.note(try await parts.admin.sweeper.take { try await parts.store.sweep(grace: grace) })
            try await parts.regainRoom()
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
