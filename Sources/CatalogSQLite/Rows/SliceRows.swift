import GRDB
import Objects

/// Slices of a content that is a list.
enum SliceRows {
    /// Those that hold `range` of the content, clipped to it; at most `limit`.
    static func slices(
        of content: ContentRef, range: Range<Int64>, limit: Int, _ db: Database
    ) throws -> [ContentSlice] {
        var slices: [ContentSlice] = []
        try each(of: content, range: range, db) { _, slice in
            slices.append(slice)
            return slices.count < limit ? .more : .stop
        }
        return slices
    }

    /// The parts of the first `size` bytes: those of the upload that made the content, and one for each slice that
    /// was appended since; nil when the content has none.
    static func parts(of content: ContentRef, size: Int64, _ db: Database) throws -> [ObjectPart]? {
        let first = try db.first("SELECT parts FROM content WHERE id = ?", [content.rawValue]) {
            try $0.withOptionalBytes(0, PartsCoding.decode)
        }
        guard var parts = first ?? nil else { return nil }
        let end = parts.reduce(0) { $0 + $1.size }
        try each(of: content, range: end..<max(size, end), db) { _, slice in
            parts.append(ObjectPart(size: slice.length))
            return .more
        }
        return parts
    }

    /// Hands over position in the content, and slice, clipped to `range`.
    static func each(
        of content: ContentRef, range: Range<Int64>, _ db: Database,
        _ body: (Int64, ContentSlice) throws -> Step
    ) throws {
        if range.isEmpty { return }
        let first =
            try db.integer(
                "SELECT max(position) FROM content_slice WHERE content = ? AND position <= ?",
                [content.rawValue, range.lowerBound]) ?? 0
        var expected: Int64?
        try db.each(
            """
            SELECT position, child, child_offset, length FROM content_slice
            WHERE content = ? AND position >= ? AND position < ? ORDER BY position
            """, [content.rawValue, first, range.upperBound]
        ) { row in
            let position = row.integer(0)
            let end = position + row.integer(3)
            guard expected == nil || expected == position else {
                throw StoreError.corrupt("content \(content.rawValue) has a gap at \(position)")
            }
            expected = end
            let lower = max(position, range.lowerBound)
            let upper = min(end, range.upperBound)
            guard lower < upper else { return .more }
            let slice = ContentSlice(
                content: ContentRef(row.integer(1)), offset: row.integer(2) + lower - position,
                length: upper - lower)
            return try body(lower, slice)
        }
    }
}
