import GRDB
import Objects

/// Rows of `object` and `facts` as files.
enum FileRows {
    private static let columns = VersionRows.columns.split(separator: ", ").map { "v.\($0)" }.joined(
        separator: ", ")
    private static let stateColumn = 16
    private static let factsColumn = 17

    /// Of one bucket; conditions on what `index` has, and order, follow. The index is named because SQLite, which knows
    /// nothing of how many rows a bucket has, would rather read them all by key.
    static func select(by index: String) -> String {
        """
        SELECT \(columns), f.state, f.facts FROM object v INDEXED BY \(index) \
        LEFT JOIN facts f ON f.content = v.content WHERE v.bucket = ?
        """
    }

    static let byNumber = select(by: "object_file")

    static func count(in buckets: [Bucket], _ db: Database) throws -> Int {
        try buckets.reduce(0) { sum, bucket in
            let count = try db.integer("SELECT count(*) FROM object WHERE bucket = ?", [bucket.id.rawValue])
            return sum + Int(count ?? 0)
        }
    }

    static func file(_ row: StatementRow, in bucket: Bucket) throws -> LibraryFile {
        LibraryFile(
            version: try VersionRows.version(row, bucket: bucket.id, isLatest: true), bucket: bucket.name,
            facts: try state(row, stateColumn, factsColumn))
    }

    static func state(_ row: StatementRow, _ state: Int, _ facts: Int) throws -> FactsState {
        switch row.optionalInteger(state) {
        case nil: return .unwanted
        case 0: return .waiting
        case 1: return .known(try MediaFacts(decoding: row.bytes(facts)))
        default: return .failed
        }
    }

    /// The buckets of a project; one of them where a name is given. Throws `noSuchBucket`.
    static func buckets(
        of project: ProjectID, named name: BucketName? = nil, _ db: Database
    ) throws -> [Bucket] {
        guard let name else {
            return try db.all(
                "\(AccountRows.bucket) WHERE project = ? ORDER BY name", [project.string], AccountRows.bucket)
        }
        let bucket = try db.first(
            "\(AccountRows.bucket) WHERE project = ? AND name = ?", [project.string, name.string],
            AccountRows.bucket)
        guard let bucket else { throw StoreError.noSuchBucket }
        return [bucket]
    }

    static func file(_ id: FileID, in buckets: [Bucket], _ db: Database) throws -> LibraryFile? {
        for bucket in buckets {
            let found = try db.first(
                "\(byNumber) AND v.file = ? LIMIT 1", [bucket.id.rawValue, id.rawValue],
                { try file($0, in: bucket) })
            if let found { return found }
        }
        return nil
    }
}

/// Rows of `media`, and media objects that are nothing but their file.
enum MediaRows {
    static func encode(_ details: MediaDetails) -> [UInt8] {
        var writer = RecordWriter()
        writer.byte((details.title == nil ? 0 : 1) | (details.alt == nil ? 0 : 2))
        if let title = details.title { writer.text(title) }
        if let alt = details.alt { writer.text(alt) }
        writer.run(details.metadata)
        return writer.bytes
    }

    private static func decode(_ bytes: UnsafeRawBufferPointer) throws -> MediaDetails {
        var reader = RecordReader(bytes)
        let present = try reader.byte()
        var details = MediaDetails.none
        if present & 1 != 0 { details.title = try reader.text() }
        if present & 2 != 0 { details.alt = try reader.text() }
        details.metadata = Array(try reader.run())
        return details
    }

    private static let attached = FileRows.select(by: "object_attached")

    /// When the file was made whose number a media object has, and which belongs to it.
    static func original(_ id: MediaID, of project: ProjectID, _ db: Database) throws -> Int64? {
        for bucket in try FileRows.buckets(of: project, db) {
            let created = try db.integer(
                "SELECT created FROM object INDEXED BY object_file WHERE bucket = ?1 AND file = ?2 AND media = ?2",
                [bucket.id.rawValue, id.rawValue])
            if let created { return created }
        }
        return nil
    }

    /// How many there are: the originals, counted in indexes alone, and rows that have no file of their number.
    static func count(of project: ProjectID, in buckets: [Bucket], _ db: Database) throws -> Int {
        var count = Int64(try FileRows.count(in: buckets, db))
        for bucket in buckets {
            count -=
                try db.integer(
                    "SELECT count(*) FROM object WHERE bucket = ? AND media <> file", [bucket.id.rawValue])
                ?? 0
        }
        let ids = buckets.map { String($0.id.rawValue) }.joined(separator: ", ")
        count +=
            try db.integer(
                """
                SELECT count(*) FROM media m WHERE project = ? AND NOT EXISTS (\
                SELECT 1 FROM object o INDEXED BY object_file WHERE o.bucket IN (\(ids)) AND o.file = m.id AND o.media = m.id)
                """, [project.string]) ?? 0
        return Int(count)
    }

    static func media(_ id: MediaID, of project: ProjectID, _ db: Database) throws -> MediaObject? {
        let row = try db.first(
            "SELECT details, created, updated FROM media WHERE id = ? AND project = ?",
            [id.rawValue, project.string]
        ) { (details: try $0.withBytes(0, decode), created: $0.integer(1), updated: $0.integer(2)) }
        var files: [LibraryFile] = []
        for bucket in try FileRows.buckets(of: project, db) {
            let left = MediaObject.maximumFiles - files.count
            files += try db.all(
                "\(FileRows.byNumber) AND v.file = ? AND v.media = v.file LIMIT \(left)",
                [bucket.id.rawValue, id.rawValue]
            ) { try FileRows.file($0, in: bucket) }
            files += try db.all(
                "\(attached) AND v.media = ? AND v.media <> v.file ORDER BY v.file LIMIT \(left)",
                [bucket.id.rawValue, id.rawValue]
            ) { try FileRows.file($0, in: bucket) }
        }
        files = Array(files.prefix(MediaObject.maximumFiles))
        guard row != nil || files.contains(where: { $0.version.file.rawValue == id.rawValue }) else {
            return nil
        }
        let originals = files.partition { $0.version.file.rawValue != id.rawValue }
        files[originals...].sort { $0.version.file.rawValue < $1.version.file.rawValue }
        let made = files.map(\.version.created).min() ?? 0
        let changed = files.map(\.version.modified).max() ?? 0
        return MediaObject(
            id: id, details: row?.details ?? .none, files: files, created: row?.created ?? made,
            updated: max(row?.updated ?? 0, changed))
    }
}

/// Rows of `task`.
enum TaskRows {
    static let select = "SELECT id, project, kind, record FROM task"

    /// Looks into files of one project that still have what was looked into; conditions may follow. Numbers of contents are
    /// far below those of tasks.
    static let probes = """
        SELECT f.content, f.state, f.attempts, f.created, f.updated, v.file FROM bucket b \
        JOIN facts f ON f.bucket = b.id \
        JOIN object v ON v.bucket = f.bucket AND v.key = f.key AND v.content = f.content WHERE b.project = ?
        """

    static func probe(_ row: StatementRow, of project: ProjectID) throws -> LibraryTask {
        let file = FileID(row.integer(5))
        let state = row.integer(1)
        return LibraryTask(
            id: TaskID(row.integer(0)), project: project, kind: .probe,
            input: Array(#"{"file_id":"\#(file)"}"#.utf8),
            status: state == 0 ? .waiting : state == 1 ? .completed : .failed, progress: state == 1 ? 100 : 0,
            output: state == 1 ? file : nil,
            error: state == 2 ? "The file cannot be read as what it says it is." : nil,
            attempts: Int(row.integer(2)), created: row.integer(3), updated: row.integer(4))
    }

    static func encode(_ task: LibraryTask) -> [UInt8] {
        var writer = RecordWriter()
        writer.run(task.input)
        writer.text(task.status.rawValue)
        writer.number(min(max(task.progress, 0), 100))
        writer.number(task.attempts)
        writer.byte(task.output == nil ? 0 : 1)
        if let output = task.output { writer.signed(output.rawValue) }
        writer.text(task.error ?? "")
        writer.text(task.author?.string ?? "")
        writer.signed(task.created)
        writer.signed(task.updated)
        if let url = task.webhookURL { writer.text(url) }
        return writer.bytes
    }

    static func task(_ row: StatementRow) throws -> LibraryTask {
        try row.withBytes(3) { bytes in
            var reader = RecordReader(bytes)
            let input = Array(try reader.run())
            guard let kind = LibraryTask.Kind(rawValue: row.text(2)),
                let status = LibraryTask.Status(rawValue: try reader.text())
            else { throw StoreError.corrupt("a task has no known kind or status") }
            var task = LibraryTask(
                id: TaskID(row.integer(0)), project: ProjectID(row.text(1)), kind: kind, input: input,
                status: status, created: 0, updated: 0)
            task.progress = try reader.number()
            task.attempts = try reader.number()
            if try reader.byte() == 1 { task.output = FileID(try reader.signed()) }
            let error = try reader.text()
            task.error = error.isEmpty ? nil : error
            let author = try reader.text()
            task.author = author.isEmpty ? nil : KeyID(author)
            task.created = try reader.signed()
            task.updated = try reader.signed()
            if !reader.isAtEnd { task.webhookURL = try reader.text() }
            return task
        }
    }
}
