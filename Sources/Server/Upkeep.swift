import Logging
import Objects
import ServiceLifecycle

/// Sweeps and reaps on an interval until the server stops.
struct Upkeep: Service {
    let admin: AdminContext
    let health: Health
    let data: DataDirectory
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            // A cancelled sleep is how the shutdown arrives; it is the end of the work, not a failure.
            while (try? await Task.sleep(for: .seconds(admin.configuration.sweepIntervalSeconds))) != nil {
                await turn()
            }
        }
    }

    private func turn() async {
        do {
            health.note(expiredUploads: try await admin.store.reapUploads())
            let grace = Int64(admin.configuration.sweepGraceSeconds) * 1000
            health.note(try await admin.sweeper.take { try await admin.store.sweep(grace: grace) })
            data.renewReserve()
        } catch StoreError.outOfSpace {
            data.releaseReserve()
            logger.error("the disk is full; the reserve is released so that deletes can commit")
        } catch {
            logger.warning("upkeep failed", metadata: ["error": "\(error)"])
        }
    }
}
