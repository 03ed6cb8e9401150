import GRDB
import Objects

/// One page of all versions: merges the current ones and the older ones, newest first within a key.
struct VersionListing {
    private let query: ListQuery
    private let db: Database
    private var cursor: ListCursor
    private var entries: [VersionPage.Entry] = []
    private var isTruncated = false

    init(_ query: ListQuery, _ db: Database) {
        self.query = query
        self.db = db
        cursor = ListCursor(query)
    }

    mutating func page(afterVersion: VersionID?) throws -> VersionPage {
        if let afterVersion, let after = query.after, cursor.start == after, cursor.excludesStart {
            try finishKey(ObjectKey(stored: after), afterVersion)
        }
        var goesOn = !isTruncated
        while goesOn, let start = cursor.start { goesOn = try walk(from: start) }
        return VersionPage(entries: entries, isTruncated: isTruncated)
    }

    /// The versions of the marker's key that are older than the marker. When the marker's version has been deleted
    /// since, all that the key has left: clients delete the page they were given, then ask for the next.
    private mutating func finishKey(_ key: ObjectKey, _ id: VersionID) throws {
        let name: StatementValues = [
            query.bucket.rawValue, key.bytes, VersionRows.storedID(id),
        ]
        let sequence =
            try db.integer(
                "SELECT sequence FROM object WHERE bucket = ? AND key = ? AND version_id IS ?", name)
            ?? db.integer(
                "SELECT sequence FROM version WHERE bucket = ? AND key = ? AND version_id IS ?", name)
        guard let sequence else {
            cursor.includeStart()
            return
        }
        try db.each(
            """
            SELECT \(VersionRows.columns), is_marker FROM version
            WHERE bucket = ? AND key = ? AND sequence < ? ORDER BY sequence DESC
            """, [query.bucket.rawValue, key.bytes, sequence]
        ) { row in
            let version = try VersionRows.version(
                row, bucket: query.bucket, isLatest: false, isMarker: row.flag(VersionRows.markerColumn))
            // No key between the marker and the end of its key can be rolled up.
            guard case .entry = cursor.take(key.bytes) else {
                isTruncated = true
                return .stop
            }
            entries.append(.item(version))
            return .more
        }
    }

    /// Reads both tables from a key on; returns whether to go on behind a common prefix.
    private mutating func walk(from start: [UInt8]) throws -> Bool {
        let bounds = SQLiteCatalog.bounds(query.bucket, start, cursor.end)
        let current = try Head(
            SQLiteCatalog.listing(
                "SELECT \(VersionRows.columns), 0 FROM object", excludesStart: cursor.excludesStart,
                hasEnd: cursor.end != nil, order: "key"), bounds, query.bucket, db)
        let older = try Head(
            SQLiteCatalog.listing(
                "SELECT \(VersionRows.columns), is_marker FROM version", excludesStart: cursor.excludesStart,
                hasEnd: cursor.end != nil, order: "key, sequence DESC"), bounds, query.bucket, db)
        var previous: ObjectKey?
        while var version = try Head.next(current, older) {
            switch cursor.take(version.key.bytes) {
            case .entry:
                version.isLatest = version.key != previous
                previous = version.key
                entries.append(.item(version))
            case .seek:
                entries.append(.prefix(cursor.commonPrefix))
                return true
            case .full:
                isTruncated = true
                return false
            case .end:
                return false
            }
        }
        return false
    }

    /// The next row of one table.
    private final class Head {
        private let rows: RunningStatement
        private let bucket: BucketID
        private var version: ObjectVersion?

        init(_ sql: String, _ bounds: StatementValues, _ bucket: BucketID, _ db: Database) throws {
            rows = try RunningStatement(sql, bounds, db)
            self.bucket = bucket
            try advance()
        }

        private func advance() throws {
            version = try rows.next().map {
                try VersionRows.version(
                    $0, bucket: bucket, isLatest: false, isMarker: $0.flag(VersionRows.markerColumn))
            }
        }

        /// The smaller key first, and of one key the newer version.
        static func next(_ one: Head, _ other: Head) throws -> ObjectVersion? {
            let head: Head
            switch (one.version, other.version) {
            case (nil, nil): return nil
            case (_?, nil): head = one
            case (nil, _?): head = other
            case (let a?, let b?):
                head = a.key < b.key || (a.key == b.key && a.sequence > b.sequence) ? one : other
            }
            let version = head.version
            try head.advance()
            return version
        }
    }
}
