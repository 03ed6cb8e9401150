import GRDB
import Objects

extension WriteTransaction {
    /// Puts what a change tells into the outbox, in the transaction of the change.
    func announce(
        _ origin: ChangeOrigin?, _ kind: ObjectEvent.Kind? = nil, of subject: @autoclosure () -> EventSubject,
        in bucket: Bucket
    ) throws {
        // Nearly always nobody listens, and then nothing of it is made.
        if origin == nil { return }
        for (webhook, event) in try bucket.events(origin, kind, of: subject(), time: now) {
            try keep(event, for: webhook, of: bucket.project)
        }
    }

    func post(_ events: [(webhook: String, event: ObjectEvent)], to project: ProjectID) throws {
        for (webhook, event) in events { try keep(event, for: webhook, of: project) }
    }

    private func keep(_ event: ObjectEvent, for webhook: String, of project: ProjectID) throws {
        try db.run(
            """
            INSERT INTO outbox (project, webhook, bucket, key, event, attempts, created, due, is_dead)
            VALUES (?, ?, ?, ?, ?, 0, ?, ?, 0)
            """,
            [
                project.string, webhook, event.bucket.string, event.key, EventCoding.encode(event), now, now,
            ])
    }

    func apply(_ outcomes: [Int64: DeliveryOutcome]) throws {
        for (id, outcome) in outcomes.sorted(by: { $0.key < $1.key }) {
            switch outcome {
            case .delivered: try db.run("DELETE FROM outbox WHERE id = ?", [id])
            case .again(let moment):
                try db.run("UPDATE outbox SET attempts = attempts + 1, due = ? WHERE id = ?", [moment, id])
            case .dead:
                try db.run("UPDATE outbox SET attempts = attempts + 1, is_dead = 1 WHERE id = ?", [id])
                try forgetOldest(afterDeathOf: id)
            }
        }
    }

    private func forgetOldest(afterDeathOf id: Int64) throws {
        guard let project = try db.first("SELECT project FROM outbox WHERE id = ?", [id], { $0.text(0) })
        else { return }
        try db.run(
            """
            DELETE FROM outbox WHERE id IN (
                SELECT id FROM outbox WHERE project = ? AND is_dead = 1 ORDER BY id DESC LIMIT 1 OFFSET ?)
            """, [project, DeliveryOutcome.maximumDead])
    }

    func revive(_ project: ProjectID, _ webhook: String, now: Int64) throws -> Int {
        try db.change(
            """
            UPDATE outbox SET is_dead = 0, attempts = 0, due = ?, created = ?
            WHERE project = ? AND webhook = ? AND is_dead = 1
            """, [now, now, project.string, webhook])
    }

    func createWebhook(_ webhook: Webhook) throws {
        guard try hasProject(webhook.project) else { throw StoreError.noSuchProject }
        let name: StatementValues = [webhook.project.string, webhook.name]
        guard
            try db.integer("SELECT 1 FROM webhook WHERE project = ? AND name = ?", name) == nil
        else { throw StoreError.webhookExists }
        let count =
            try db.integer("SELECT count(*) FROM webhook WHERE project = ?", [webhook.project.string]) ?? 0
        guard count < Webhook.maximumOfProject else {
            throw StoreError.invalidArgument("a project has \(Webhook.maximumOfProject) webhooks at most")
        }
        try db.run(
            "INSERT INTO webhook (project, name, url, sealed_secret, created) VALUES (?, ?, ?, ?, ?)",
            [
                webhook.project.string, webhook.name, webhook.url, webhook.sealedSecret, webhook.created,
            ])
    }

    func deleteWebhook(_ project: ProjectID, _ name: String) throws {
        guard
            try db.change(
                "DELETE FROM webhook WHERE project = ? AND name = ?", [project.string, name]) == 1
        else { throw StoreError.noSuchWebhook }
        try db.run("DELETE FROM outbox WHERE project = ? AND webhook = ?", [project.string, name])
    }
}
