import GRDB
import Objects

/// Finds a page of files. Rows are read in the order asked where an index has it, and then only counted but for those of
/// the page; else what orders them is kept and sorted, without their keys.
struct FileSearch {
    private let query: FileQuery
    private let db: Database
    private let buckets: [Bucket]
    private let needle: [UInt8]?

    /// Buckets whose orders SQLite merges; it sorts the rows of more.
    private static let maximumMerged = 16

    init(_ query: FileQuery, _ db: Database) throws {
        var query = query
        query.offset = min(max(query.offset, 0), FileQuery.maximumRows)
        query.limit = min(max(query.limit, 0), FileQuery.maximumLimit)
        self.query = query
        self.db = db
        buckets = try FileRows.buckets(of: query.project, named: query.bucket, db)
        needle = query.search.map { $0.utf8.map(Self.lowered) }.flatMap { $0.isEmpty ? nil : $0 }
    }

    func page() throws -> LibraryPage<LibraryFile> {
        if buckets.isEmpty { return LibraryPage(items: [], total: 0) }
        let isFiltered = query.folder != nil || needle != nil || query.isWanted != nil
        if !isFiltered, query.sort != .size { return try passedOver() }
        // Types are in the rows themselves, folders in the order of keys.
        let isByKey = query.sort == .name || query.folder != nil || query.isWanted != nil
        let isInOrder = query.sort == .name || query.sort == .created && !isByKey
        var page = FilePage(query, isInOrder: isInOrder)
        if isByKey { try scanKeys { page.take($0) } } else { try scanNumbers { page.take($0) } }
        return try found(page.places, total: page.total)
    }

    /// Of everything, in the order of an index: what is before the page is passed over within SQLite.
    private func passedOver() throws -> LibraryPage<LibraryFile> {
        let column = query.sort == .created ? "file" : "key"
        let rows = source("SELECT \(column), file, bucket", "", ordered: query.isDescending ? "DESC" : "ASC")
        let places = try db.all("\(rows) LIMIT ? OFFSET ?", [query.limit, query.offset]) { row in
            FilePlace(number: 0, file: row.integer(1), bucket: row.integer(2))
        }
        return try found(places, total: try FileRows.count(in: buckets, db))
    }

    private func found(_ places: [FilePlace], total: Int) throws -> LibraryPage<LibraryFile> {
        let bucketsByID = Dictionary(uniqueKeysWithValues: buckets.map { ($0.id.rawValue, $0) })
        let items = try places.compactMap { place in
            try bucketsByID[place.bucket].flatMap { try FileRows.file(FileID(place.file), in: [$0], db) }
        }
        return LibraryPage(items: items, total: total)
    }

    /// Rows of all the buckets; `ordered` by the first column.
    private func source(_ columns: String, _ condition: String, ordered direction: String?) -> String {
        let ids = buckets.map { String($0.id.rawValue) }
        let isMerged = ids.count <= Self.maximumMerged
        let choices = isMerged ? ids.map { "= \($0)" } : ["IN (\(ids.joined(separator: ", ")))"]
        let arms = choices.map { "\(columns) FROM object WHERE bucket \($0)\(condition)" }
        return arms.joined(separator: " UNION ALL ") + (direction.map { " ORDER BY 1 \($0)" } ?? "")
    }

    // MARK: Looking at rows

    /// By the numbers of files, in their index alone: it has sizes and keys.
    private func scanNumbers(_ take: (FilePlace) -> Void) throws {
        let direction = query.sort == .created ? (query.isDescending ? "DESC" : "ASC") : nil
        let key = needle == nil ? "" : ", key"
        let rows = source("SELECT file, size, bucket\(key)", "", ordered: direction)
        var looked = 0
        try db.each(rows) { row in
            try count(&looked)
            if let needle {
                guard row.withBytes(3, { Self.contains($0, needle) }) else { return .more }
            }
            take(place(file: row.integer(0), size: row.integer(1), bucket: row.integer(2)))
            return .more
        }
    }

    /// By key; folders below the one asked for are stepped over.
    private func scanKeys(_ take: (FilePlace) -> Void) throws {
        let prefix = query.folder.map { $0.isEmpty ? [] : $0 + [0x2F] } ?? []
        let isFlat = query.folder != nil && needle == nil
        let isBackward = query.sort == .name && query.isDescending
        let metadata = query.isWanted == nil ? "" : ", metadata"
        let rows = source(
            "SELECT key, file, size, bucket\(metadata)", " AND key >= ?1 AND key < ?2",
            ordered: isBackward ? "DESC" : "ASC")
        var start = prefix
        var end = KeyRange.successor(of: prefix) ?? Self.aboveAll
        var verdicts = Verdicts(query)
        var looked = 0
        var goesOn = true
        while goesOn {
            goesOn = false
            try db.each(rows, [start, end]) { row in
                try count(&looked)
                return try row.withBytes(0) { key in
                    if isFlat,
                        let folder = KeyRange.commonPrefix(key, prefix: prefix, delimiter: [0x2F])
                    {
                        if isBackward { end = folder } else { start = folder.dropLast() + [0x30] }
                        goesOn = true
                        return .stop
                    }
                    if let needle, !Self.contains(key, needle) { return .more }
                    if query.isWanted != nil {
                        guard verdicts.isWanted(try row.withBytes(4, MetadataCoding.contentType)) else {
                            return .more
                        }
                    }
                    take(place(file: row.integer(1), size: row.integer(2), bucket: row.integer(3)))
                    return .more
                }
            }
        }
    }

    /// Longer than any key.
    private static let aboveAll = [UInt8](repeating: 0xff, count: ObjectKey.maximumLength + 1)

    private func count(_ looked: inout Int) throws {
        looked += 1
        guard looked <= FileQuery.maximumRows else { throw StoreError.overloaded }
    }

    private func place(file: Int64, size: Int64, bucket: Int64) -> FilePlace {
        FilePlace(number: query.sort == .size ? size : 0, file: file, bucket: bucket)
    }

    private static func contains(_ key: UnsafeRawBufferPointer, _ needle: [UInt8]) -> Bool {
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

/// What the query thinks of types, of which a store has few.
private struct Verdicts {
    private let judge: (String) -> Bool
    private var known: [String: Bool] = [:]
    private static let maximumKnown = 1000

    init(_ query: FileQuery) { judge = query.isWanted ?? { _ in true } }

    mutating func isWanted(_ type: String) -> Bool {
        if let verdict = known[type] { return verdict }
        let verdict = judge(type)
        if known.count < Self.maximumKnown { known[type] = verdict }
        return verdict
    }
}

/// What orders a file among others, and how to find it again.
private struct FilePlace {
    var number: Int64
    var file: Int64
    var bucket: Int64

    func precedes(_ other: FilePlace) -> Bool {
        (number, file, bucket) < (other.number, other.file, other.bucket)
    }
}

/// A page that is picked out of files one after another.
private struct FilePage {
    private let query: FileQuery
    private let isInOrder: Bool
    private var kept: [FilePlace] = []
    private(set) var total = 0

    /// - Parameter isInOrder: whether files come in the order that is asked for.
    init(_ query: FileQuery, isInOrder: Bool) {
        self.query = query
        self.isInOrder = isInOrder
    }

    private var end: Int { query.offset + query.limit }

    mutating func take(_ place: FilePlace) {
        total += 1
        if isInOrder {
            if total > query.offset, total <= end { kept.append(place) }
            return
        }
        kept.append(place)
        // Sorted now and then, so that no more than twice the pages asked for is held.
        if kept.count >= 2 * max(end, 1000) {
            sort()
            kept.removeLast(kept.count - end)
        }
    }

    var places: [FilePlace] {
        mutating get {
            if isInOrder { return kept }
            sort()
            return Array(kept.dropFirst(query.offset).prefix(query.limit))
        }
    }

    private mutating func sort() {
        if query.isDescending { kept.sort { $1.precedes($0) } } else { kept.sort { $0.precedes($1) } }
    }
}
