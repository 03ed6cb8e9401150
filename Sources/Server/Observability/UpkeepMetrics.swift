import Objects
import Synchronization

/// What upkeep has done since the start.
final class UpkeepMetrics: Sendable {
    private let expired = Atomic<Int>(0)
    private let swept = Atomic<Int>(0)
    private let sweptBytes = Atomic<Int>(0)
    private let failures = Atomic<Int>(0)
    private let lifecycle = Atomic<Int>(0)
    private let delivered = Atomic<Int>(0)
    private let undelivered = Atomic<Int>(0)
    private let dead = Atomic<Int>(0)

    func note(_ sweep: SweepResult) {
        swept.wrappingAdd(sweep.removed, ordering: .relaxed)
        sweptBytes.wrappingAdd(Int(clamping: sweep.bytes), ordering: .relaxed)
    }

    func note(expiredUploads: Int) {
        expired.wrappingAdd(expiredUploads, ordering: .relaxed)
    }

    func note(_ round: LifecycleResult) {
        lifecycle.wrappingAdd(
            round.expired + round.removed + round.moved + round.aborted, ordering: .relaxed)
    }

    func note(_ delivery: DeliveryOutcome) {
        switch delivery {
        case .delivered: delivered.wrappingAdd(1, ordering: .relaxed)
        case .again: undelivered.wrappingAdd(1, ordering: .relaxed)
        case .dead: dead.wrappingAdd(1, ordering: .relaxed)
        }
    }

    func noteFailure() {
        failures.wrappingAdd(1, ordering: .relaxed)
    }

    func write(to text: inout MetricsText) {
        let rows: [(String, String, Int)] = [
            (
                "coffer_uploads_expired_total", "Uploads dropped after their lifetime.",
                expired.load(ordering: .relaxed)
            ),
            ("coffer_swept_total", "Places freed by the sweeper.", swept.load(ordering: .relaxed)),
            ("coffer_swept_bytes_total", "Bytes freed by the sweeper.", sweptBytes.load(ordering: .relaxed)),
            (
                "coffer_lifecycle_total", "Versions and uploads changed by lifecycle rules.",
                lifecycle.load(ordering: .relaxed)
            ),
            (
                "coffer_events_delivered_total", "Events that webhooks took.",
                delivered.load(ordering: .relaxed)
            ),
            (
                "coffer_event_failures_total", "Deliveries that failed and are tried again.",
                undelivered.load(ordering: .relaxed)
            ),
            ("coffer_events_dead_total", "Events that were given up.", dead.load(ordering: .relaxed)),
            (
                "coffer_upkeep_failures_total", "Turns of upkeep that failed.",
                failures.load(ordering: .relaxed)
            ),
        ]
        for (name, help, value) in rows { text.metric(name, "counter", help, Double(value)) }
    }
}
