import GRDB
import Objects

/// Looks for violated invariants in one snapshot, and sets wrong counts right when the snapshot is a write.
struct Verifier {
    let db: Database
    /// Problems that are named; more are not looked for.
    let limit: Int
    /// The stamp for counts that are set right; nil: they are only named.
    let repair: (epoch: Int64, now: Int64)?
    private(set) var problems: [String] = []

    init(db: Database, limit: Int, repair: (epoch: Int64, now: Int64)?) {
        self.db = db
        self.limit = max(limit, 1)
        self.repair = repair
    }

    var isFull: Bool { problems.count >= limit }

    mutating func found(_ problem: String) {
        if !isFull { problems.append(problem) }
    }

    mutating func verify() throws {
        try checkDatabase()
        try checkCounts(of: "content", sign: "")
        try checkCounts(of: "inline_content", sign: "-")
        try checkLists()
        try checkVersions()
        try checkUploads()
        try checkReclaims()
        try ChunkRecount(db: db).run(&self)
    }

    private mutating func checkDatabase() throws {
        for line in try String.fetchAll(db, sql: "PRAGMA integrity_check(\(limit))") where line != "ok" {
            found("database: \(line)")
        }
        for row in try Row.fetchAll(db, sql: "PRAGMA foreign_key_check") {
            found(
                "a row of \(row[0] as String? ?? "?") refers to \(row[2] as String? ?? "?") that is not there"
            )
        }
    }

    /// Names each row that `sql` finds; the first columns go into the sentence.
    mutating func each(_ sql: String, _ sentence: (StatementRow) throws -> String) throws {
        if isFull { return }
        let left = limit - problems.count
        for problem in try db.all("\(sql) LIMIT \(left)", [], sentence) { found(problem) }
    }

    /// Everything that refers to contents, once a row; of the sign that the table's ids have in references.
    private static func references(sign: String) -> String {
        [
            ("object", "content"), ("version", "content"), ("upload_part", "content"),
            ("content_slice", "child"),
        ]
        .map {
            "SELECT \(sign)\($1) AS id, 0 AS row, 0 AS counted, 1 AS named FROM \($0) WHERE \(sign)\($1) > 0"
        }
        .joined(separator: " UNION ALL ")
    }

    /// Rows and references in one sorted pass: a join with the grouped references would be quadratic.
    private mutating func checkCounts(of table: String, sign: String) throws {
        let wrong = """
            SELECT id, max(row), sum(counted), sum(named) FROM (
                SELECT id, 1 AS row, count AS counted, 0 AS named FROM \(table)
                UNION ALL SELECT * FROM (\(Self.references(sign: sign))))
            GROUP BY id HAVING max(row) = 0 OR sum(counted) <> sum(named)
            """
        try each(wrong) { row in
            row.flag(1)
                ? "\(table) \(row.integer(0)) counts \(row.integer(2)) references, there are \(row.integer(3))"
                : "\(row.integer(3)) references to \(table) \(row.integer(0)), which is not there"
        }
        guard let repair else { return }
        for (id, count) in try db.all(wrong, [], { ($0.integer(0), $0.integer(3)) }) {
            try db.run(
                "UPDATE \(table) SET count = ?, stamp_epoch = ?, stamp_time = ? WHERE id = ?",
                [count, repair.epoch, repair.now, id])
        }
    }

    private mutating func checkLists() throws {
        try each(
            """
            SELECT s.content, s.position FROM (
                SELECT content, position,
                    lag(position + length, 1, 0) OVER (PARTITION BY content ORDER BY position) AS expected
                FROM content_slice) s
            JOIN content c ON c.id = s.content WHERE c.is_dying = 0 AND s.position <> s.expected
            """
        ) { "content \($0.integer(0)) has a gap or an overlap at \($0.integer(1))" }
        try each(
            """
            SELECT c.id, c.length FROM content c WHERE c.is_list = 1 AND c.is_dying = 0
                AND c.length <> ifnull((SELECT sum(length) FROM content_slice WHERE content = c.id), 0)
            """
        ) { "content \($0.integer(0)) has \($0.integer(1)) bytes, its slices have not" }
        try each(
            """
            SELECT s.content, s.position FROM content_slice s JOIN content p ON p.id = s.content
            LEFT JOIN content c ON c.id = s.child LEFT JOIN inline_content i ON i.id = -s.child
            WHERE s.child_offset + s.length > ifnull(c.length, length(i.body)) OR c.depth >= p.depth
                OR c.is_dying = 1 OR p.is_list = 0
            """
        ) { "the slice of content \($0.integer(0)) at \($0.integer(1)) does not fit" }
        try each(
            "SELECT c.id FROM content c JOIN content_page p ON p.content = c.id WHERE c.is_list = 1"
        ) { "content \($0.integer(0)) is a list and has pages" }
    }

    private mutating func checkVersions() throws {
        for table in ["object", "version"] {
            try each(
                """
                SELECT b.name, v.key, v.size FROM \(table) v LEFT JOIN bucket b ON b.id = v.bucket
                LEFT JOIN content c ON c.id = v.content LEFT JOIN inline_content i ON i.id = -v.content
                WHERE v.content <> 0 AND ifnull(c.length, length(i.body)) IS NOT v.size
                    AND NOT ifnull(c.is_list AND c.parts IS NOT NULL AND c.length > v.size, 0)
                """
            ) { "\(try Self.name($0)) has \($0.integer(2)) bytes, its content has not" }
        }
        try each(
            """
            SELECT b.name, v.key FROM version v LEFT JOIN bucket b ON b.id = v.bucket
            JOIN object o ON o.bucket = v.bucket AND o.key = v.key
            WHERE v.sequence >= o.sequence OR v.version_id IS o.version_id
            """
        ) { "\(try Self.name($0)) has an older version that is not older" }
        try each(
            """
            SELECT b.name, v.key FROM version v LEFT JOIN bucket b ON b.id = v.bucket
            WHERE v.is_marker = 0 AND NOT EXISTS (SELECT 1 FROM object WHERE bucket = v.bucket AND key = v.key)
                AND NOT EXISTS (
                    SELECT 1 FROM version WHERE bucket = v.bucket AND key = v.key AND sequence > v.sequence)
            """
        ) { "\(try Self.name($0)) has versions and none is current" }
        try each(
            """
            SELECT b.name, v.key FROM version v LEFT JOIN bucket b ON b.id = v.bucket
            WHERE v.version_id IS NULL GROUP BY v.bucket, v.key HAVING count(*) > 1
            """
        ) { "\(try Self.name($0)) has two null versions" }
    }

    private mutating func checkUploads() throws {
        try each(
            """
            SELECT u.id FROM upload u WHERE u.received > u.total
                OR u.parts <> (SELECT count(*) FROM upload_part WHERE upload = u.row)
                OR u.received <> ifnull((SELECT sum(length) FROM upload_part WHERE upload = u.row), 0)
            """
        ) { "upload \($0.text(0)) counts its parts wrongly" }
        try each(
            """
            SELECT u.id, p.position FROM (
                SELECT upload, position,
                    lag(position + length, 1, 0) OVER (PARTITION BY upload ORDER BY position) AS expected
                FROM upload_part) p
            JOIN upload u ON u.row = p.upload WHERE u.total IS NOT NULL AND p.position < p.expected
            """
        ) { "the ranges of upload \($0.text(0)) overlap at \($0.integer(1))" }
        try each(
            """
            SELECT u.id, p.position FROM upload_part p JOIN upload u ON u.row = p.upload
            LEFT JOIN content c ON c.id = p.content LEFT JOIN inline_content i ON i.id = -p.content
            WHERE p.content <> 0 AND p.content_offset + p.length > ifnull(c.length, length(i.body))
            """
        ) { "part \($0.integer(1)) of upload \($0.text(0)) reaches beyond its content" }
        try each(
            """
            SELECT u.id FROM upload u LEFT JOIN bucket b ON b.id = u.bucket
            WHERE b.id IS NULL AND u.bucket NOT IN (SELECT id FROM dropped_bucket)
            """
        ) { "upload \($0.text(0)) has no bucket and would never be reaped" }
    }

    /// Bytes that are about to be freed are nobody's.
    private mutating func checkReclaims() throws {
        try each(
            """
            SELECT r.segment, r.position FROM reclaim r JOIN chunk c ON c.segment = r.segment
            WHERE r.is_whole = 1
                OR (c.position < r.position + r.length AND r.position < c.position + c.length)
            """
        ) { "bytes of a chunk in segment \($0.integer(0)) at \($0.integer(1)) are queued for freeing" }
    }

    static func name(_ row: StatementRow) throws -> String {
        "\(row.optionalText(0) ?? "?")/\(String(decoding: row.bytes(1), as: UTF8.self))"
    }
}
