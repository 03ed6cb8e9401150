import GRDB
import Objects

/// Finds a page of files. By an index where there is one for the order asked and nothing is left out; else every row
/// that could be on the page is looked at, and of those only the first pages' worth is kept.
struct FileSearch {
    private let query: FileQuery
    private let db: Database
    private let buckets: [Bucket]
    private let needle: [UInt8]?

    init(_ query: FileQuery, _ db: Database) throws {
        var query = query
        query.offset = max(query.offset, 0)
        query.limit = min(max(query.limit, 0), FileQuery.maximumLimit)
        self.query = query
        self.db = db
        buckets = try FileRows.buckets(of: query.project, named: query.bucket, db)
        needle = query.search.map { $0.utf8.map(Self.lowered) }.flatMap { $0.isEmpty ? nil : $0 }
    }

    func page() throws -> LibraryPage<LibraryFile> {
        let isPlain = query.folder == nil && needle == nil && query.isWanted == nil
        if isPlain, buckets.count == 1, query.sort != .size { return try indexed(buckets[0]) }
        return try scanned()
    }

    // MARK: By an index

    private func indexed(_ bucket: Bucket) throws -> LibraryPage<LibraryFile> {
        let column = query.sort == .created ? "file" : "key"
        let direction = query.isDescending ? "DESC" : "ASC"
        let total = try db.integer("SELECT count(*) FROM object WHERE bucket = ?", [bucket.id.rawValue]) ?? 0
        // The keys first, in the index alone: what is passed over is not read.
        let keys = try db.all(
            "SELECT key FROM object WHERE bucket = ? ORDER BY \(column) \(direction) LIMIT ? OFFSET ?",
            [bucket.id.rawValue, query.limit, query.offset]
        ) { $0.bytes(0) }
        return LibraryPage(items: try keys.compactMap { try file(bucket, $0) }, total: Int(total))
    }

    private func file(_ bucket: Bucket, _ key: [UInt8]) throws -> LibraryFile? {
        try db.first("\(FileRows.select) AND v.key = ?", [bucket.id.rawValue, key]) {
            try FileRows.file($0, in: bucket)
        }
    }

    // MARK: By looking at all

    /// What orders rows, and how to find one again.
    private struct Candidate {
        var number: Int64
        var key: [UInt8]
        var bucket: Int
    }

    private func scanned() throws -> LibraryPage<LibraryFile> {
        let wanted = query.offset + query.limit
        var kept: [Candidate] = []
        var total = 0
        var looked = 0
        for index in buckets.indices {
            try scan(index, looked: &looked) { candidate in
                total += 1
                kept.append(candidate)
                // Sorted now and then, so that no more than twice the pages asked for is held.
                if kept.count >= 2 * max(wanted, 1000) {
                    kept.sort(by: precedes)
                    kept.removeLast(kept.count - wanted)
                }
            }
        }
        kept.sort(by: precedes)
        let items = try kept.dropFirst(query.offset).prefix(query.limit).compactMap {
            try file(buckets[$0.bucket], $0.key)
        }
        return LibraryPage(items: items, total: total)
    }

    private func precedes(_ one: Candidate, _ other: Candidate) -> Bool {
        let (first, second) = query.isDescending ? (other, one) : (one, other)
        if query.sort != .name, first.number != second.number { return first.number < second.number }
        if first.key != second.key { return first.key.lexicographicallyPrecedes(second.key) }
        return first.bucket < second.bucket
    }

    /// Rows of one bucket that the query wants; folders below the one asked for are stepped over.
    private func scan(_ index: Int, looked: inout Int, _ take: (Candidate) -> Void) throws {
        let prefix = query.folder.map { $0.isEmpty ? [] : $0 + [0x2F] } ?? []
        let isFlat = query.folder != nil && needle == nil
        let number = query.sort == .size ? "size" : "file"
        var start = prefix
        var goesOn = true
        while goesOn {
            goesOn = false
            try db.each(
                "SELECT key, \(number), metadata FROM object WHERE bucket = ? AND key >= ? ORDER BY key",
                [buckets[index].id.rawValue, start]
            ) { row in
                let key = row.bytes(0)
                guard key.starts(with: prefix) else { return .stop }
                looked += 1
                guard looked <= FileQuery.maximumRows else { throw StoreError.overloaded }
                if isFlat, let slash = key[prefix.count...].firstIndex(of: 0x2F) {
                    // Behind everything in that folder: the byte after the slash.
                    start = Array(key[..<slash]) + [0x30]
                    goesOn = true
                    return .stop
                }
                if try isWanted(key, row) {
                    take(Candidate(number: row.integer(1), key: key, bucket: index))
                }
                return .more
            }
        }
    }

    private func isWanted(_ key: [UInt8], _ row: StatementRow) throws -> Bool {
        if let needle, !Self.contains(key, needle) { return false }
        guard let isWanted = query.isWanted else { return true }
        return isWanted(try row.withBytes(2, MetadataCoding.contentType))
    }

    private static func contains(_ key: [UInt8], _ needle: [UInt8]) -> Bool {
        guard key.count >= needle.count else { return false }
        for start in 0...(key.count - needle.count) {
            var length = 0
            while length < needle.count, lowered(key[start + length]) == needle[length] { length += 1 }
            if length == needle.count { return true }
        }
        return false
    }

    private static func lowered(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }
}
