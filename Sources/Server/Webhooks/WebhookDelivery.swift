import AsyncHTTPClient
import Auth
import Logging
import NIOCore
import NIOHTTP1
import Objects
import ServiceLifecycle

/// Sends what is in the outbox to its webhooks until the server stops.
///
/// At least once: what was sent and not noted before a crash is sent again, under the same id. Events of one key come one
/// after the other; others side by side.
struct WebhookDelivery: Service {
    /// Deliveries under way at once.
    private static let width = 16
    /// Events of one round.
    private static let page = 256
    private static let pause = Duration.milliseconds(500)
    /// How long a receiver may take for its answer.
    private static let patience = TimeAmount.seconds(15)
    /// Bytes of an answer that are read, so that the connection can be used again.
    private static let maximumAnswer = 64 << 10

    let parts: Parts
    let client: HTTPClient
    let region: String
    let metrics: UpkeepMetrics
    let logger: Logger

    func run() async {
        await cancelWhenGracefulShutdown {
            repeat {
                do {
                    while try await round() {}
                } catch is CancellationError {
                    return
                } catch {
                    metrics.noteFailure()
                    logger.warning("the outbox cannot be read", metadata: ["error": "\(error)"])
                }
            } while await rests(Self.pause)
        }
    }

    /// Whether there may be more to do at once.
    private func round() async throws -> Bool {
        try Task.checkCancellation()
        let due = try await parts.store.events.dueEvents(now: parts.store.now, limit: Self.page)
        if due.isEmpty { return false }
        var outcomes: [Int64: DeliveryOutcome] = [:]
        await withTaskGroup(of: (Int64, DeliveryOutcome).self) { group in
            var waiting = due[...]
            for entry in waiting.prefix(Self.width) { group.addTask { (entry.id, await outcome(of: entry)) } }
            waiting = waiting.dropFirst(Self.width)
            for await (id, outcome) in group {
                outcomes[id] = outcome
                guard !Task.isCancelled, let entry = waiting.popFirst() else { continue }
                group.addTask { (entry.id, await self.outcome(of: entry)) }
            }
        }
        try await parts.store.events.apply(outcomes)
        for outcome in outcomes.values { metrics.note(outcome) }
        return true
    }

    private func outcome(of entry: OutboxEntry) async -> DeliveryOutcome {
        do {
            guard let webhook = try await parts.store.events.webhook(entry.project, entry.webhook) else {
                return .delivered
            }
            try await send(entry, to: webhook)
            return .delivered
        } catch {
            let outcome = DeliveryOutcome.afterFailure(of: entry, now: parts.store.now)
            logger.log(
                level: outcome == .dead ? .warning : .info, "a webhook did not take an event",
                metadata: [
                    "webhook": "\(entry.webhook)", "event": "\(entry.id)",
                    "attempts": "\(entry.attempts + 1)",
                    "error": "\(error)",
                ])
            return outcome
        }
    }

    private struct Refused: Error, CustomStringConvertible {
        var status: UInt
        var description: String { "it answered \(status)" }
    }

    private func send(_ entry: OutboxEntry, to webhook: Webhook) async throws {
        let body = EventDocument(event: entry.event, region: region).bytes
        let id = "evt_\(entry.id)"
        let timestamp = parts.store.now / 1000
        var request = HTTPClientRequest(url: webhook.url)
        request.method = .POST
        request.headers.add(name: "content-type", value: "application/json")
        request.headers.add(name: "user-agent", value: "Coffer/\(Version.text)")
        request.headers.add(name: "webhook-id", value: id)
        request.headers.add(name: "webhook-timestamp", value: String(timestamp))
        request.headers.add(
            name: "webhook-signature",
            value: try parts.keys.webhooks.signature(webhook, id: id, timestamp: timestamp, body: body))
        request.body = .bytes(ByteBuffer(bytes: body))
        let response = try await client.execute(request, timeout: Self.patience, logger: logger)
        _ = try? await response.body.collect(upTo: Self.maximumAnswer)
        guard (200..<300).contains(response.status.code) else { throw Refused(status: response.status.code) }
    }
}

extension DeliveryOutcome {
    /// Milliseconds after which an event is given up.
    static let lifetime: Int64 = 24 * 3_600_000
    private static let firstPause: Int64 = 5000
    private static let longestPause: Int64 = 3_600_000

    /// The pause doubles from five seconds to an hour, with a part of it left to chance, so that a receiver that comes back
    /// is not met by all at once.
    static func afterFailure(of entry: OutboxEntry, now: Int64) -> DeliveryOutcome {
        if now - entry.created >= lifetime { return .dead }
        let doubled = firstPause << Int64(min(entry.attempts, 10))
        let pause = min(doubled, longestPause)
        return .again(at: now + pause + Int64.random(in: 0...pause / 4))
    }
}
