import GRDB
import Objects

extension WriteTransaction {
    // MARK: Facts

    /// Has the content of a version looked at, unless that was done: facts belong to contents, so that one look serves all
    /// objects that have it. A content that has grown since is looked at again.
    func wantFacts(of version: ObjectVersion) throws {
        // A customer's key is not at hand later.
        if case .customer? = version.encryption?.method { return }
        guard version.content != .empty,
            MediaCandidates.include(type: version.metadata.contentType, key: version.key)
        else { return }
        try db.run(
            """
            INSERT INTO facts (content, state, bucket, key, size, attempts, due, created, updated)
            VALUES (?1, 0, ?2, ?3, ?4, 0, ?5, ?5, ?5)
            ON CONFLICT (content) DO UPDATE SET
                state = 0, bucket = excluded.bucket, key = excluded.key, size = excluded.size, attempts = 0,
                due = excluded.due, updated = excluded.updated, identity = NULL, facts = NULL
            WHERE size <> excluded.size
            """,
            [version.content.rawValue, version.bucket.rawValue, version.key.bytes, version.size, now])
    }

    /// The object through which a content is to be looked at has another key now.
    func moveFacts(of version: ObjectVersion) throws {
        try db.run(
            "UPDATE facts SET key = ? WHERE content = ? AND bucket = ? AND state = 0",
            [version.key.bytes, version.content.rawValue, version.bucket.rawValue])
    }

    func forgetFacts(of content: ContentRef) throws {
        try db.run("DELETE FROM facts WHERE content = ?", [content.rawValue])
    }

    func applyFacts(_ outcome: FactsOutcome, to job: FactsJob) throws {
        // A content that has grown meanwhile waits for another look.
        let name: StatementValues = [job.content.rawValue, job.size]
        switch outcome {
        case .again(let moment):
            try db.run(
                "UPDATE facts SET attempts = attempts + 1, due = ? WHERE content = ? AND size = ? AND state = 0",
                [moment, job.content.rawValue, job.size])
            return
        case .gone:
            try db.run("DELETE FROM facts WHERE content = ? AND size = ? AND state = 0", name)
            return
        case .failed:
            let changed = try db.change(
                "UPDATE facts SET state = 2, updated = ? WHERE content = ? AND size = ? AND state = 0",
                [now, job.content.rawValue, job.size])
            guard changed == 1 else { return }
        case .known(let facts, let identity):
            let changed = try db.change(
                """
                UPDATE facts SET state = 1, facts = ?, identity = ?, updated = ?
                WHERE content = ? AND size = ? AND state = 0
                """, [facts.encoded, identity, now, job.content.rawValue, job.size])
            guard changed == 1 else { return }
        }
        guard let bucket = try? self.bucket(job.bucket),
            let version = try? VersionRows.current(job.bucket, job.key, db), version.content == job.content
        else { return }
        try announce(.fileUpdated, version, in: bucket)
    }

    // MARK: Media objects

    /// Gives a media object that is there a row of its own, so that it stays when its original goes. Throws `noSuchMedia`.
    func keepMedia(_ id: MediaID, of project: ProjectID) throws {
        let isKept =
            try db.integer(
                "SELECT 1 FROM media WHERE id = ? AND project = ?", [id.rawValue, project.string]) != nil
        if isKept { return }
        guard let created = try MediaRows.original(id, of: project, db) else { throw StoreError.noSuchMedia }
        try insertMedia(id, .none, of: project, created: created)
    }

    private func insertMedia(
        _ id: MediaID, _ details: MediaDetails, of project: ProjectID, created: Int64
    ) throws {
        try db.run(
            "INSERT INTO media (id, project, details, created, updated) VALUES (?, ?, ?, ?, ?)",
            [id.rawValue, project.string, MediaRows.encode(details), created, now])
    }

    func createMedia(_ details: MediaDetails, of project: ProjectID) throws -> MediaObject {
        guard try hasProject(project) else { throw StoreError.noSuchProject }
        let id = MediaID(nextNumber())
        try insertMedia(id, details, of: project, created: now)
        try announce(
            LibraryEvent(
                .mediaCreated, project: project, subject: id.rawValue, media: id.rawValue, time: now),
            .mediaCreated, to: project)
        return MediaObject(id: id, details: details, files: [], created: now, updated: now)
    }

    func changeMedia(
        _ id: MediaID, of project: ProjectID, _ change: (inout MediaDetails) throws(StoreError) -> Void
    ) throws -> MediaObject {
        try keepMedia(id, of: project)
        guard var media = try MediaRows.media(id, of: project, db) else { throw StoreError.noSuchMedia }
        try change(&media.details)
        media.updated = now
        try db.run(
            "UPDATE media SET details = ?, updated = ? WHERE id = ?",
            [MediaRows.encode(media.details), now, id.rawValue])
        return media
    }

    func deleteMedia(_ id: MediaID, of project: ProjectID) throws -> Bool {
        guard let media = try MediaRows.media(id, of: project, db) else { throw StoreError.noSuchMedia }
        guard media.files.isEmpty else { return false }
        try db.run("DELETE FROM media WHERE id = ? AND project = ?", [id.rawValue, project.string])
        return true
    }

    // MARK: Tasks

    func createTask(
        _ kind: LibraryTask.Kind, input: [UInt8], of project: ProjectID, author: KeyID?, webhookURL: String?
    ) throws -> LibraryTask {
        guard try hasProject(project) else { throw StoreError.noSuchProject }
        let open =
            try db.integer(
                "SELECT count(*) FROM task WHERE is_open = 1 AND project = ?", [project.string]) ?? 0
        guard open < LibraryTask.maximumOpen else { throw StoreError.overloaded }
        let task = LibraryTask(
            id: TaskID(nextNumber()), project: project, kind: kind, input: input, author: author,
            webhookURL: webhookURL, created: now, updated: now)
        try db.run(
            "INSERT INTO task (id, project, kind, is_open, record) VALUES (?, ?, ?, 1, ?)",
            [task.id.rawValue, project.string, kind.rawValue, TaskRows.encode(task)])
        return task
    }

    func changeTask(_ task: LibraryTask) throws {
        var task = task
        task.updated = now
        let changed = try db.change(
            "UPDATE task SET is_open = ?, record = ? WHERE id = ? AND project = ?",
            [!task.status.isFinished, TaskRows.encode(task), task.id.rawValue, task.project.string])
        guard changed == 1, task.status.isFinished else { return }
        try db.run(
            """
            DELETE FROM task WHERE id IN (
                SELECT id FROM task WHERE project = ? AND is_open = 0 ORDER BY id DESC LIMIT 8 OFFSET ?)
            """, [task.project.string, LibraryTask.maximumFinished])
        let topic: LibraryEvent.Topic = task.status == .completed ? .taskCompleted : .taskFailed
        let event = LibraryEvent(topic, project: task.project, subject: task.id.rawValue, time: now)
        try announce(event, topic, to: task.project)
        if task.webhookURL != nil { try keep(.library(event), for: task.webhookName, of: task.project) }
    }

    // MARK: Usage, projects, uploads, deliveries

    func recordUsage(_ usage: ProjectUsage, of project: ProjectID, day: Int64) throws {
        guard try hasProject(project) else { return }
        try db.run(
            """
            INSERT INTO usage_day (project, day, files, logical, stored) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (project, day) DO UPDATE SET
                files = excluded.files, logical = excluded.logical, stored = excluded.stored
            """, [project.string, day, usage.files, usage.logical, usage.stored])
        try db.run(
            "DELETE FROM usage_day WHERE project = ? AND day < ?",
            [project.string, day - Int64(UsageDay.maximumDays)])
    }

    func changeProject(_ id: ProjectID, _ change: (inout ProjectSettings) -> Void) throws -> Project {
        let found = try db.first(
            "\(AccountRows.project) WHERE id = ?", [id.string], AccountRows.project)
        guard let project = found else { throw StoreError.noSuchProject }
        var settings = ProjectSettings(project)
        change(&settings)
        let changed = settings.applied(to: project)
        try db.run(
            """
            UPDATE project SET display_name = ?, maximum_object_size = ?, maximum_storage = ?,
                maximum_uploads = ?, picture_sizes = ? WHERE id = ?
            """,
            [
                changed.displayName, changed.maximumObjectSize, changed.maximumStorage,
                changed.maximumUploads, changed.pictureSizes.joined(separator: " "), id.string,
            ])
        changes(.project(id, changed))
        return changed
    }

    /// Of one that was never finished.
    func announceExpiry(of upload: Upload) throws {
        guard upload.state == .open, let bucket = try? self.bucket(upload.bucket) else { return }
        try announce(
            LibraryEvent(
                .uploadExpired, project: bucket.project, subject: 0, bucket: bucket.name,
                key: upload.key.bytes, type: upload.metadata.contentType, upload: upload.id, time: now),
            .uploadExpired, to: bucket.project)
    }

    func record(_ deliveries: [DeliveryRecord]) throws {
        for delivery in deliveries {
            try db.run(
                """
                INSERT INTO delivery
                    (project, webhook, event, topic, attempt, time, milliseconds, status, error)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                [
                    delivery.project.string, delivery.webhook, delivery.event, delivery.topic,
                    delivery.attempt, delivery.time, delivery.milliseconds, delivery.status,
                    delivery.error,
                ])
            try db.run(
                """
                DELETE FROM delivery WHERE id IN (
                    SELECT id FROM delivery WHERE project = ? AND webhook = ?
                    ORDER BY id DESC LIMIT 8 OFFSET ?)
                """, [delivery.project.string, delivery.webhook, DeliveryRecord.maximumOfWebhook])
        }
    }
}
