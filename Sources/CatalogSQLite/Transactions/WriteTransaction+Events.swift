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
            try keep(.bucket(event), for: webhook, of: bucket.project)
        }
    }

    func post(_ events: [(webhook: String, event: ObjectEvent)], to project: ProjectID) throws {
        for (webhook, event) in events { try keep(.bucket(event), for: webhook, of: project) }
    }

    /// The same for those who listen to the project's library.
    func announce(
        _ event: @autoclosure () -> LibraryEvent, _ topic: LibraryEvent.Topic, to project: ProjectID
    ) throws {
        let listeners = listeners.of(project)
        if listeners.isEmpty { return }
        for webhook in listeners where webhook.listens(to: topic) {
            try keep(.library(event()), for: webhook.name, of: project)
        }
    }

    /// Of a file that is the current version of its key, or was.
    func announce(_ topic: LibraryEvent.Topic, _ version: ObjectVersion, in bucket: Bucket) throws {
        try announce(
            LibraryEvent(
                topic, project: bucket.project, subject: version.file.rawValue, media: version.media.rawValue,
                bucket: bucket.name, key: version.key.bytes, type: version.metadata.contentType,
                size: version.size, time: now),
            topic, to: bucket.project)
    }

    func keep(_ event: OutboxEvent, for webhook: String, of project: ProjectID) throws {
        // Events of a library are in order for each file, whatever its key.
        let (bucket, line) =
            switch event {
            case .bucket(let event): (event.bucket.string, event.key)
            case .library(let event): ("", event.line)
            }
        try db.run(
            """
            INSERT INTO outbox (project, webhook, bucket, key, event, attempts, created, due, is_dead)
            VALUES (?, ?, ?, ?, ?, 0, ?, ?, 0)
            """,
            [
                project.string, webhook, bucket, line, OutboxCoding.encode(event), now, now,
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
            """
            INSERT INTO webhook (project, name, url, sealed_secret, created, topics, is_paused)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """,
            [
                webhook.project.string, webhook.name, webhook.url, webhook.sealedSecret, webhook.created,
                webhook.topics.joined(separator: " "), webhook.isPaused,
            ])
        try renewListeners()
    }

    func changeWebhook(_ webhook: Webhook) throws {
        guard
            try db.change(
                """
                UPDATE webhook SET url = ?, sealed_secret = ?, topics = ?, is_paused = ?
                WHERE project = ? AND name = ?
                """,
                [
                    webhook.url, webhook.sealedSecret, webhook.topics.joined(separator: " "),
                    webhook.isPaused, webhook.project.string, webhook.name,
                ]) == 1
        else { throw StoreError.noSuchWebhook }
        try renewListeners()
    }

    /// Those who are told from the next group of commits on.
    private func renewListeners() throws {
        let (listeners, all) = (self.listeners, try Listeners.all(db))
        afterCommit { listeners.replace(all) }
    }

    func deleteWebhook(_ project: ProjectID, _ name: String) throws {
        guard
            try db.change(
                "DELETE FROM webhook WHERE project = ? AND name = ?", [project.string, name]) == 1
        else { throw StoreError.noSuchWebhook }
        try db.run("DELETE FROM outbox WHERE project = ? AND webhook = ?", [project.string, name])
        try db.run("DELETE FROM delivery WHERE project = ? AND webhook = ?", [project.string, name])
        try renewListeners()
    }
}
