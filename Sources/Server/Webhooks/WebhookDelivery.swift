import AsyncHTTPClient
import Auth
import LibraryAPI
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
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
    /// Characters of a failure that the log of a webhook keeps.
    private static let maximumError = 300

    let parts: Parts
    let client: HTTPClient
    let group: MultiThreadedEventLoopGroup
    /// Whether tasks may be told of at addresses of the server's own network.
    let allowsPrivate: Bool
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
        var records: [DeliveryRecord] = []
        await withTaskGroup(of: Attempt.self) { group in
            var waiting = due[...]
            for entry in waiting.prefix(Self.width) { group.addTask { await attempt(entry) } }
            waiting = waiting.dropFirst(Self.width)
            for await attempt in group {
                outcomes[attempt.id] = attempt.outcome
                if let record = attempt.record { records.append(record) }
                guard !Task.isCancelled, let entry = waiting.popFirst() else { continue }
                group.addTask { await self.attempt(entry) }
            }
        }
        try await parts.store.events.apply(outcomes)
        try await parts.library.record(records)
        for outcome in outcomes.values { metrics.note(outcome) }
        return true
    }

    private struct Attempt: Sendable {
        var id: Int64
        var outcome: DeliveryOutcome
        /// For the webhook's log; nil for a task's URL, and when there is no such webhook any more.
        var record: DeliveryRecord?
    }

    private func attempt(_ entry: OutboxEntry) async -> Attempt {
        let begun = ContinuousClock.now
        var record = DeliveryRecord(
            project: entry.project, webhook: entry.webhook, event: entry.id, topic: entry.event.topic,
            attempt: entry.attempts + 1, time: parts.store.now, milliseconds: 0, status: nil, error: nil)
        let task = LibraryTask.id(ofWebhook: entry.webhook)
        do {
            if let task {
                try await tell(task, of: entry)
                return Attempt(id: entry.id, outcome: .delivered)
            }
            guard let webhook = try await parts.store.events.webhook(entry.project, entry.webhook) else {
                return Attempt(id: entry.id, outcome: .delivered)
            }
            record.status = Int(try await send(entry, to: webhook))
            record.milliseconds = Int((ContinuousClock.now - begun) / .milliseconds(1))
            return Attempt(id: entry.id, outcome: .delivered, record: record)
        } catch {
            record.milliseconds = Int((ContinuousClock.now - begun) / .milliseconds(1))
            record.status = (error as? Refused).map { Int($0.status) }
            record.error = String("\(error)".prefix(Self.maximumError))
            let outcome = DeliveryOutcome.afterFailure(of: entry, now: parts.store.now)
            logger.log(
                level: outcome == .dead ? .warning : .info, "a webhook did not take an event",
                metadata: [
                    "webhook": "\(entry.webhook)", "event": "\(entry.id)",
                    "attempts": "\(entry.attempts + 1)",
                    "error": "\(error)",
                ])
            return Attempt(id: entry.id, outcome: outcome, record: task == nil ? record : nil)
        }
    }

    private struct Refused: Error, CustomStringConvertible {
        var status: UInt
        var description: String { "it answered \(status)" }
    }

    /// Gives the status of the answer. Throws `Refused`, or why there was none.
    private func send(_ entry: OutboxEntry, to webhook: Webhook) async throws -> UInt {
        let id = "evt_\(entry.id)"
        let body =
            switch entry.event {
            case .bucket(let event): EventDocument(event: event, region: region).bytes
            case .library(let event):
                try await LibraryEventDocument(library: parts.library, addresses: parts.addresses)
                    .bytes(event, id: id)
            }
        let timestamp = parts.store.now / 1000
        let signature = try parts.keys.webhooks.signature(webhook, id: id, timestamp: timestamp, body: body)
        return try await post(body, to: webhook.url, id: id, timestamp, signature, by: client)
    }

    /// Posts a task that has ended to the URL that was given with it, which is judged as one that is fetched from. Whoever
    /// made the task has the secret that it is signed with: the key's.
    private func tell(_ number: TaskID, of entry: OutboxEntry) async throws {
        guard let task = try await parts.library.task(number, of: entry.project), let url = task.webhookURL
        else { return }
        guard let author = task.author, let credential = try await parts.keys.credential(id: author)
        else { throw IngestFailure.refused("the key that asked for the task is gone") }
        let place = try await JudgedPlace(url, allowsPrivate: allowsPrivate)
        let id = "evt_\(entry.id)"
        let body = try await LibraryEventDocument(library: parts.library, addresses: parts.addresses).bytes(
            task)
        let timestamp = parts.store.now / 1000
        let signature = WebhookSecrets.signature(
            secret: credential.secret, id: id, timestamp: timestamp, body: body)
        let client = place.client(group, quiet: Self.patience)
        do {
            _ = try await post(body, to: url, id: id, timestamp, signature, by: client)
        } catch {
            try? await client.shutdown()
            throw error
        }
        try? await client.shutdown()
    }

    private func post(
        _ body: [UInt8], to url: String, id: String, _ timestamp: Int64, _ signature: String,
        by client: HTTPClient
    ) async throws -> UInt {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers.add(name: "content-type", value: "application/json")
        request.headers.add(name: "user-agent", value: "Coffer/\(Version.text)")
        request.headers.add(name: "webhook-id", value: id)
        request.headers.add(name: "webhook-timestamp", value: String(timestamp))
        request.headers.add(name: "webhook-signature", value: signature)
        request.body = .bytes(ByteBuffer(bytes: body))
        let response = try await client.execute(request, timeout: Self.patience, logger: logger)
        _ = try? await response.body.collect(upTo: Self.maximumAnswer)
        guard (200..<300).contains(response.status.code) else { throw Refused(status: response.status.code) }
        return response.status.code
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
