import Blobs
import Digests
import GRDB
package import Objects

extension SQLiteCatalog {
    // MARK: Files

    package func file(_ id: FileID, of project: ProjectID) async throws -> LibraryFile? {
        try await reads.page { db in
            try FileRows.file(id, in: FileRows.buckets(of: project, db), db)
        }
    }

    package func files(_ query: FileQuery) async throws -> LibraryPage<LibraryFile> {
        try await reads.page { try FileSearch(query, $0).page() }
    }

    package func folders(
        below folder: [UInt8], of project: ProjectID, bucket: BucketName?, limit: Int
    ) async throws -> [[UInt8]] {
        let buckets = try await reads.one { try FileRows.buckets(of: project, named: bucket, $0) }
        let prefix = folder.isEmpty ? [] : folder + [0x2F]
        var names: Set<[UInt8]> = []
        for bucket in buckets {
            var after: [UInt8]?
            // Files stand between folders; their pages are passed over.
            for _ in 0..<Self.maximumFolderPages where names.count < limit {
                let page = try await folderPage(bucket.id, prefix, after: after)
                for folder in page.folders { names.insert(Array(folder.dropFirst(prefix.count).dropLast())) }
                guard let next = page.next else { break }
                after = next
            }
        }
        return Array(names.sorted { $0.lexicographicallyPrecedes($1) }.prefix(limit))
    }

    private static let maximumFolderPages = 200

    private func folderPage(
        _ bucket: BucketID, _ prefix: [UInt8], after: [UInt8]?
    ) async throws -> (folders: [[UInt8]], next: [UInt8]?) {
        let page = try await listObjects(
            ListQuery(bucket: bucket, prefix: prefix, delimiter: [0x2F], after: after, limit: 1000))
        let folders = page.entries.compactMap { entry -> [UInt8]? in
            if case .prefix(let folder) = entry { folder } else { nil }
        }
        return (folders, page.isTruncated ? page.entries.last?.marker : nil)
    }

    // MARK: Media objects

    package func media(_ id: MediaID, of project: ProjectID) async throws -> MediaObject? {
        try await reads.page { try MediaRows.media(id, of: project, $0) }
    }

    package func mediaObjects(
        of project: ProjectID, offset: Int, limit: Int
    ) async throws -> LibraryPage<MediaObject> {
        try await reads.page { db in
            let buckets = try FileRows.buckets(of: project, db)
            // Originals of every bucket, by the index of files; and those that have a row.
            let sources =
                buckets.map {
                    "SELECT file AS id FROM object WHERE bucket = \($0.id.rawValue) AND media = file"
                }
                + ["SELECT id FROM media WHERE project = ?1"]
            let union = sources.joined(separator: " UNION ")
            let ids = try db.all(
                "\(union) ORDER BY id DESC LIMIT ?2 OFFSET ?3",
                [project.string, max(limit, 0), max(offset, 0)]
            ) { MediaID($0.integer(0)) }
            let total = try MediaRows.count(of: project, in: buckets, db)
            return LibraryPage(
                items: try ids.compactMap { try MediaRows.media($0, of: project, db) }, total: total)
        }
    }

    package func createMedia(_ details: MediaDetails, of project: ProjectID) async throws -> MediaObject {
        try await write { try $0.createMedia(details, of: project) }
    }

    package func changeMedia(
        _ id: MediaID, of project: ProjectID,
        _ change: @escaping @Sendable (inout MediaDetails) throws(StoreError) -> Void
    ) async throws -> MediaObject {
        try await write { try $0.changeMedia(id, of: project, change) }
    }

    package func deleteMedia(_ id: MediaID, of project: ProjectID) async throws -> Bool {
        try await write { try $0.deleteMedia(id, of: project) }
    }

    // MARK: Facts

    package func facts(of content: ContentRef) async throws -> FactsState {
        try await reads.one { db in
            try db.first("SELECT state, facts FROM facts WHERE content = ?", [content.rawValue]) {
                try FileRows.state($0, 0, 1)
            } ?? .unwanted
        }
    }

    package func dueFacts(now: Int64, limit: Int) async throws -> [FactsJob] {
        try await reads.one { db in
            try db.all(
                """
                SELECT content, bucket, key, size, attempts FROM facts
                WHERE state = 0 AND due <= ? ORDER BY due, content LIMIT ?
                """, [now, max(limit, 0)]
            ) { row in
                FactsJob(
                    content: ContentRef(row.integer(0)), bucket: BucketID(row.integer(1)),
                    key: ObjectKey(stored: row.bytes(2)), size: row.integer(3),
                    attempts: Int(row.integer(4)))
            }
        }
    }

    package func facts(identity: [UInt8]) async throws -> MediaFacts? {
        try await reads.one { db in
            try db.first("SELECT facts FROM facts WHERE identity = ? AND state = 1 LIMIT 1", [identity]) {
                try MediaFacts(decoding: $0.bytes(0))
            }
        }
    }

    package func identity(of content: ContentRef) async throws -> [UInt8]? {
        try await reads.page { db in
            if content.isInline {
                return try db.first(
                    "SELECT digest FROM inline_content WHERE id = ?", [-content.rawValue]
                ) { $0.bytes(0) }
            }
            var hash = SHA256()
            var chunks = 0
            try db.each(
                "SELECT extents FROM content_page WHERE content = ? ORDER BY first_offset", [content.rawValue]
            ) { row in
                for place in try ExtentCoding.decode(row.bytes(0)) {
                    let digest = try db.first(
                        "SELECT digest FROM chunk WHERE segment = ? AND position = ?",
                        [place.segment.rawValue, place.offset]
                    ) { $0.bytes(0) }
                    guard let digest else {
                        throw StoreError.corrupt("a content names a chunk that is not there")
                    }
                    hash.update(digest)
                    chunks += 1
                }
                return .more
            }
            return chunks == 0 ? nil : hash.finalize().bytes
        }
    }

    package func applyFacts(_ outcome: FactsOutcome, to job: FactsJob) async throws {
        try await write { try $0.applyFacts(outcome, to: job) }
    }

    // MARK: Tasks

    package func createTask(
        _ kind: LibraryTask.Kind, input: [UInt8], of project: ProjectID, author: KeyID?,
        webhookURL: String?
    ) async throws -> LibraryTask {
        try await write {
            try $0.createTask(kind, input: input, of: project, author: author, webhookURL: webhookURL)
        }
    }

    package func task(_ id: TaskID, of project: ProjectID) async throws -> LibraryTask? {
        try await reads.one { db in
            try db.first(
                "\(TaskRows.select) WHERE id = ? AND project = ?", [id.rawValue, project.string],
                TaskRows.task)
                ?? db.first(
                    "\(TaskRows.probes) AND f.content = ?", [project.string, id.rawValue],
                    { try TaskRows.probe($0, of: project) })
        }
    }

    package func tasks(
        of project: ProjectID, kind: LibraryTask.Kind?, offset: Int, limit: Int
    ) async throws -> LibraryPage<LibraryTask> {
        try await reads.page { db in
            let (offset, limit) = (max(offset, 0), max(limit, 0))
            // Of both kinds as many as may be on the page, then the page of what they are together.
            var tasks: [LibraryTask] = []
            var total: Int64 = 0
            if kind != .probe {
                tasks += try db.all(
                    "\(TaskRows.select) WHERE project = ? ORDER BY id DESC LIMIT ?",
                    [project.string, offset + limit], TaskRows.task)
                total += try db.integer("SELECT count(*) FROM task WHERE project = ?", [project.string]) ?? 0
            }
            if kind != .ingest {
                tasks += try db.all(
                    "\(TaskRows.probes) ORDER BY f.created DESC, f.content LIMIT ?",
                    [project.string, offset + limit]
                ) { try TaskRows.probe($0, of: project) }
                total += try db.integer("SELECT count(*) FROM (\(TaskRows.probes))", [project.string]) ?? 0
            }
            tasks.sort { ($0.created, $0.id.rawValue) > ($1.created, $1.id.rawValue) }
            return LibraryPage(items: Array(tasks.dropFirst(offset).prefix(limit)), total: Int(total))
        }
    }

    package func changeTask(_ task: LibraryTask) async throws {
        try await write { try $0.changeTask(task) }
    }

    package func openTasks(limit: Int) async throws -> [LibraryTask] {
        try await reads.one { db in
            try db.all(
                """
                SELECT id, project, kind, record FROM (
                    SELECT *, row_number() OVER (PARTITION BY project ORDER BY id) AS turn
                    FROM task WHERE is_open = 1)
                ORDER BY turn, id LIMIT ?
                """, [max(limit, 0)], TaskRows.task)
        }
    }

    // MARK: Usage

    package func usage(of project: ProjectID) async throws -> ProjectUsage {
        try await reads.page { db in
            var usage = ProjectUsage()
            for bucket in try FileRows.buckets(of: project, db) {
                let id: StatementValues = [bucket.id.rawValue]
                usage.files += try db.integer("SELECT count(*) FROM object WHERE bucket = ?", id) ?? 0
                usage.logical +=
                    try (db.integer("SELECT sum(size) FROM object WHERE bucket = ?", id) ?? 0)
                    + (db.integer("SELECT sum(size) FROM version WHERE bucket = ?", id) ?? 0)
            }
            usage.stored =
                usage.logical <= Self.largestCounted
                ? try Self.storedBytes(of: project, db) : try Self.share(of: usage.logical, db)
            return usage
        }
    }

    package func recordUsage(_ usage: ProjectUsage, of project: ProjectID, day: Int64) async throws {
        try await write { try $0.recordUsage(usage, of: project, day: day) }
    }

    package func usageDays(of project: ProjectID, limit: Int) async throws -> [UsageDay] {
        try await reads.one { db in
            try db.all(
                """
                SELECT day, files, logical, stored FROM usage_day WHERE project = ? ORDER BY day DESC LIMIT ?
                """, [project.string, max(limit, 0)]
            ) { row in
                UsageDay(
                    day: row.integer(0),
                    usage: ProjectUsage(
                        files: row.integer(1), logical: row.integer(2), stored: row.integer(3)))
            }.reversed()
        }
    }

    package func changeProject(
        _ id: ProjectID, _ change: @escaping @Sendable (inout ProjectSettings) -> Void
    ) async throws -> Project {
        try await write { try $0.changeProject(id, change) }
    }

    package func openUploads(
        of project: ProjectID, limit: Int
    ) async throws -> [(upload: Upload, bucket: BucketName, received: Int64)] {
        try await reads.page { db in
            var open: [(upload: Upload, bucket: BucketName, received: Int64)] = []
            for bucket in try FileRows.buckets(of: project, db) {
                open += try db.all(
                    "\(UploadRows.select) WHERE u.bucket = ? AND u.state = 0 ORDER BY u.row DESC LIMIT ?",
                    [bucket.id.rawValue, max(limit, 0)]
                ) { row in
                    let counted = try UploadRows.counted(row)
                    return (counted.upload, bucket.name, counted.received)
                }
            }
            return Array(open.sorted { $0.upload.created > $1.upload.created }.prefix(max(limit, 0)))
        }
    }

    package func openUploadCount(of project: ProjectID) async throws -> Int64 {
        try await reads.one { db in
            try db.integer(
                """
                SELECT count(*) FROM bucket b JOIN upload u ON u.bucket = b.id
                WHERE b.project = ? AND u.state = 0
                """, [project.string]) ?? 0
        }
    }

    package func keptBytes(of project: ProjectID) async throws -> Int64 {
        try await reads.page { db in
            var bytes: Int64 = 0
            for bucket in try FileRows.buckets(of: project, db) {
                let id: StatementValues = [bucket.id.rawValue]
                for sql in [
                    "SELECT sum(size) FROM object WHERE bucket = ?",
                    "SELECT sum(size) FROM version WHERE bucket = ?",
                    """
                    SELECT sum(p.length) FROM upload u JOIN upload_part p ON p.upload = u.row
                    WHERE u.bucket = ? AND u.state = 0
                    """,
                ] {
                    bytes += try db.integer(sql, id) ?? 0
                }
            }
            return bytes
        }
    }

    package func record(_ deliveries: [DeliveryRecord]) async throws {
        if deliveries.isEmpty { return }
        try await write(rows: 2 * deliveries.count) { try $0.record(deliveries) }
    }

    package func deliveries(
        of project: ProjectID, webhook: String, limit: Int
    ) async throws -> [DeliveryRecord] {
        try await reads.one { db in
            try db.all(
                """
                SELECT event, topic, attempt, time, milliseconds, status, error FROM delivery
                WHERE project = ? AND webhook = ? ORDER BY id DESC LIMIT ?
                """, [project.string, webhook, max(limit, 0)]
            ) { row in
                DeliveryRecord(
                    project: project, webhook: webhook, event: row.integer(0), topic: row.text(1),
                    attempt: Int(row.integer(2)), time: row.integer(3), milliseconds: Int(row.integer(4)),
                    status: row.optionalInteger(5).map { Int($0) }, error: row.optionalText(6))
            }
        }
    }

    /// Bytes of a project whose chunks are counted one by one: some two million of them, which are kept in memory meanwhile.
    private static let largestCounted: Int64 = 512 << 30

    /// What so many bytes take if they share as much as those of the whole store do.
    private static func share(of logical: Int64, _ db: Database) throws -> Int64 {
        let all =
            try (db.integer("SELECT sum(size) FROM object") ?? 0)
            + (db.integer("SELECT sum(size) FROM version") ?? 0)
        let stored =
            try (db.integer("SELECT sum(length) FROM chunk") ?? 0)
            + (db.integer("SELECT sum(length(body)) FROM inline_content") ?? 0)
        return all > 0 ? Int64(Double(logical) * min(Double(stored) / Double(all), 1)) : logical
    }

    /// What the contents of a project take, each once: those in the catalog by their bodies, those made of chunks by the
    /// chunks that they are the first to have.
    private static func storedBytes(of project: ProjectID, _ db: Database) throws -> Int64 {
        let contents = """
            WITH RECURSIVE named(content) AS (
                SELECT o.content FROM bucket b JOIN object o ON o.bucket = b.id WHERE b.project = ?1
                UNION SELECT v.content FROM bucket b JOIN version v ON v.bucket = b.id WHERE b.project = ?1
                UNION SELECT s.child FROM named n JOIN content_slice s ON s.content = n.content)
            """
        let inline =
            try db.integer(
                """
                \(contents) SELECT sum(length(i.body)) FROM named n JOIN inline_content i ON i.id = -n.content
                """, [project.string]) ?? 0
        var places: Set<Int64> = []
        var bytes: Int64 = 0
        try db.each(
            "\(contents) SELECT p.extents FROM named n JOIN content_page p ON p.content = n.content",
            [project.string]
        ) { row in
            for place in try ExtentCoding.decode(row.bytes(0)) {
                // A segment holds less than 2^32 bytes: one number names the place.
                if places.insert(place.segment.rawValue << 32 | Int64(place.offset)).inserted {
                    bytes += Int64(place.length)
                }
            }
            return .more
        }
        return inline + bytes
    }
}
