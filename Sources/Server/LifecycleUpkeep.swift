import Logging
import Objects
import ServiceLifecycle

/// Applies the lifecycle rules of all buckets many times a day until the server stops.
struct LifecycleUpkeep: Service {
    /// So that what is due at midnight goes in its first hour.
    private static let roundsPerDay: Int64 = 24

    let store: ObjectStore
    let calendar: LifecycleCalendar
    let metrics: UpkeepMetrics
    let logger: Logger

    func run() async {
        await cancelWhenGracefulShutdown {
            let pause = Duration.milliseconds(calendar.day / Self.roundsPerDay)
            repeat { await turn() } while await rests(pause)
        }
    }

    private func turn() async {
        do {
            metrics.note(try await store.applyLifecycles(calendar))
        } catch is CancellationError {
            // The server stops; the next start goes on where this one left off.
        } catch {
            metrics.noteFailure()
            logger.warning("lifecycle rules failed", metadata: ["error": "\(error)"])
        }
    }
}
