import GRDB
package import Objects

extension SQLiteCatalog {
    package func createWebhook(_ webhook: Webhook) async throws {
        try await write { try $0.createWebhook(webhook) }
    }

    package func webhook(_ project: ProjectID, _ name: String) async throws -> Webhook? {
        try await reads.one {
            try $0.first(
                "\(EventRows.webhook) WHERE project = ? AND name = ?", [project.string, name],
                EventRows.webhook)
        }
    }

    package func webhooks(of project: ProjectID) async throws -> [Webhook] {
        try await reads.one {
            try $0.all(
                "\(EventRows.webhook) WHERE project = ? ORDER BY name", [project.string], EventRows.webhook)
        }
    }

    package func changeWebhook(_ webhook: Webhook) async throws {
        try await write { try $0.changeWebhook(webhook) }
    }

    package func deleteWebhook(_ project: ProjectID, _ name: String) async throws {
        try await write(rows: 1000) { try $0.deleteWebhook(project, name) }
    }

    package func post(
        _ events: [(webhook: String, event: ObjectEvent)], to project: ProjectID, now: Int64
    ) async throws {
        try await write(rows: events.count) { try $0.post(events, to: project) }
    }

    package func dueEvents(now: Int64, limit: Int) async throws -> [OutboxEntry] {
        try await reads.one {
            try $0.all(
                """
                \(EventRows.entry) WHERE o.is_dead = 0 AND o.due <= ? AND NOT EXISTS (
                    SELECT 1 FROM outbox e WHERE e.project = o.project AND e.webhook = o.webhook
                        AND e.bucket = o.bucket AND e.key = o.key AND e.id < o.id AND e.is_dead = 0)
                ORDER BY o.due, o.id LIMIT ?
                """, [now, max(limit, 0)], EventRows.entry)
        }
    }

    package func apply(_ outcomes: [Int64: DeliveryOutcome]) async throws {
        if outcomes.isEmpty { return }
        try await write(rows: 2 * outcomes.count) { try $0.apply(outcomes) }
    }

    package func deadEvents(of project: ProjectID, limit: Int) async throws -> [OutboxEntry] {
        try await reads.one {
            try $0.all(
                "\(EventRows.entry) WHERE o.project = ? AND o.is_dead = 1 ORDER BY o.id LIMIT ?",
                [project.string, max(limit, 0)], EventRows.entry)
        }
    }

    package func revive(_ project: ProjectID, _ webhook: String, now: Int64) async throws -> Int {
        try await write(rows: DeliveryOutcome.maximumDead) { try $0.revive(project, webhook, now: now) }
    }

    package func outboxCounts() async throws -> (waiting: Int64, dead: Int64) {
        try await reads.one { db in
            let dead = try db.integer("SELECT count(*) FROM outbox WHERE is_dead = 1", []) ?? 0
            let waiting = try db.integer("SELECT count(*) FROM outbox WHERE is_dead = 0", []) ?? 0
            return (waiting, dead)
        }
    }
}
