import NIOCore

/// Finds out whether a client sends, or takes, fewer bytes than the minimum rate asks.
///
/// Only the time counts in which the server waits for the client. A measurement lasts until `rateGrace` of waiting
/// is over; a client that has moved its share of bytes by then starts a new one.
struct RateWatch {
    private let grace: TimeAmount
    /// Bytes that a measurement must see; 0 turns the watch off.
    private let quota: Int64
    private var waitingSince: NIODeadline?
    private var waited = TimeAmount.zero
    private var moved: Int64 = 0

    init(limits: ServerLimits) {
        grace = TimeAmount(limits.rateGrace)
        let seconds = Double(grace.nanoseconds) / 1e9
        quota = limits.minBodyRate > 0 ? max(1, Int64(Double(limits.minBodyRate) * seconds)) : 0
    }

    /// When the watch wants to be asked; nil while nobody waits.
    var deadline: NIODeadline? {
        guard quota > 0, let waitingSince else { return nil }
        return waitingSince + (grace - waited)
    }

    var isWaiting: Bool { waitingSince != nil }

    /// The server waits for the client from now on; a no-op when it does already.
    mutating func wait(_ now: NIODeadline) {
        if waitingSince == nil { waitingSince = now }
    }

    /// The server has what it waited for.
    mutating func rest(_ now: NIODeadline) {
        guard let since = waitingSince else { return }
        waited = waited + (now - since)
        waitingSince = nil
    }

    mutating func moved(_ bytes: Int, _ now: NIODeadline) {
        moved += Int64(bytes)
        guard moved >= quota else { return }
        // The share of this measurement is done early; a fast client never comes near a deadline.
        moved = 0
        waited = .zero
        if waitingSince != nil { waitingSince = now }
    }

    /// Called at or after the deadline: true when the client is too slow, else a new measurement begins.
    mutating func isTooSlow(_ now: NIODeadline) -> Bool {
        guard quota > 0, let since = waitingSince, waited + (now - since) >= grace else { return false }
        if moved < quota { return true }
        moved = 0
        waited = .zero
        waitingSince = now
        return false
    }
}
