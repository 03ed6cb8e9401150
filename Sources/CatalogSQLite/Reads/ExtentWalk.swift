import Blobs
import GRDB
import NIOCore
import Objects

/// Collects the extents of a range of a content, through the contents it is made of.
struct ExtentWalk {
    private let db: Database
    private let limit: Int
    private(set) var extents: [Extent] = []
    /// Bytes of the range that `extents` cover.
    private(set) var covered: Int64 = 0

    init(limit: Int, db: Database) {
        self.limit = max(limit, 1)
        self.db = db
    }

    private var isFull: Bool { extents.count >= limit }

    /// Appends extents of `range` until there are `limit`. Throws `corrupt` when the content does not hold it.
    mutating func walk(_ content: ContentRef, _ range: Range<Int64>, depth: Int = 0) throws {
        if range.isEmpty || isFull { return }
        guard content != .empty else { throw StoreError.corrupt("a range reaches beyond the empty content") }
        if content.isInline { return try inline(content, range) }
        let row = try db.first("SELECT length, is_list FROM content WHERE id = ?", [content.rawValue]) {
            (length: $0.integer(0), isList: $0.flag(1))
        }
        guard let row, range.upperBound <= row.length, depth <= NewContent.maximumDepth else {
            throw StoreError.corrupt(
                "content \(content.rawValue) does not hold the bytes to \(range.upperBound)")
        }
        let before = covered
        if row.isList {
            // Gathered first: the statement is used again further down.
            let slices = try SliceRows.slices(of: content, range: range, limit: limit - extents.count, db)
            for slice in slices where !isFull {
                try walk(slice.content, slice.offset..<slice.offset + slice.length, depth: depth + 1)
            }
        } else {
            try pages(content, range)
        }
        guard isFull || covered - before == range.upperBound - range.lowerBound else {
            throw StoreError.corrupt("content \(content.rawValue) has a gap")
        }
    }

    private mutating func inline(_ content: ContentRef, _ range: Range<Int64>) throws {
        let body = try db.first("SELECT body FROM inline_content WHERE id = ?", [-content.rawValue]) {
            $0.buffer(0)
        }
        guard let body = body ?? nil, range.upperBound <= Int64(body.readableBytes),
            let slice = body.getSlice(
                at: body.readerIndex + Int(range.lowerBound), length: range.count)
        else {
            throw StoreError.corrupt("inline content \(-content.rawValue) is not there")
        }
        extents.append(.bytes(slice))
        covered += Int64(range.count)
    }

    private mutating func pages(_ content: ContentRef, _ range: Range<Int64>) throws {
        let first =
            try db.integer(
                "SELECT max(first_offset) FROM content_page WHERE content = ? AND first_offset <= ?",
                [content.rawValue, range.lowerBound]) ?? 0
        var expected = first
        try db.each(
            """
            SELECT first_offset, extents FROM content_page
            WHERE content = ? AND first_offset >= ? AND first_offset < ? ORDER BY first_offset
            """, [content.rawValue, first, range.upperBound]
        ) { row in
            var position = row.integer(0)
            guard position == expected else {
                throw StoreError.corrupt("content \(content.rawValue) has a gap at \(position)")
            }
            for place in try ExtentCoding.decode(row.bytes(1)) {
                let end = position + Int64(place.length)
                let lower = max(position, range.lowerBound)
                let upper = min(end, range.upperBound)
                if lower < upper {
                    extents.append(
                        .place(
                            Place(
                                segment: place.segment, offset: place.offset + lower - position,
                                length: Int(upper - lower))))
                    covered += upper - lower
                }
                position = end
                if isFull || position >= range.upperBound { return .stop }
            }
            expected = position
            return .more
        }
    }
}
