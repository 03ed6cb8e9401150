import Blobs
import GRDB
import Objects

/// Finds the objects that need certain bytes: the ranges of contents that hold them, of contents that refer to
/// those, and so on up to the objects. Contents never change, so pages of the search need no common snapshot.
struct DamageSearch {
    let reads: ReadLane
    let limit: Int
    private var ranges: [ContentRef: [Range<Int64>]] = [:]

    private static let pageRows = 1000

    init(reads: ReadLane, limit: Int) {
        self.reads = reads
        self.limit = max(limit, 0)
    }

    mutating func names(needing places: Set<Place>, inline: Set<Int64>) async throws -> [String] {
        for id in inline { ranges[ContentRef(-id)] = [0..<Int64.max] }
        if !places.isEmpty { try await searchPages(places) }
        if ranges.isEmpty { return [] }
        for _ in 0..<NewContent.maximumDepth {
            if try await !searchSlices() { break }
        }
        let names = try await searchVersions("object") + searchVersions("version")
        return Array(names.prefix(limit))
    }

    private mutating func searchPages(_ places: Set<Place>) async throws {
        let starts = Set(places.map { Start(segment: $0.segment, offset: $0.offset) })
        var after: (Int64, Int64) = (0, -1)
        while true {
            let (content, offset) = after
            let rows = try await reads.one { db in
                try db.all(
                    """
                    SELECT content, first_offset, extents FROM content_page
                    WHERE (content, first_offset) > (?, ?) ORDER BY content, first_offset LIMIT \(Self.pageRows)
                    """, [content, offset]
                ) { ($0.integer(0), $0.integer(1), try ExtentCoding.decode($0.bytes(2))) }
            }
            guard let last = rows.last else { return }
            after = (last.0, last.1)
            for (content, first, extents) in rows {
                var position = first
                for place in extents {
                    let end = position + Int64(place.length)
                    if starts.contains(Start(segment: place.segment, offset: place.offset)) {
                        ranges[ContentRef(content), default: []].append(position..<end)
                    }
                    position = end
                }
            }
        }
    }

    private struct Start: Hashable {
        var segment: SegmentID
        var offset: Int64
    }

    /// One level up; whether anything new was found.
    private mutating func searchSlices() async throws -> Bool {
        var isNew = false
        var after: (Int64, Int64) = (0, -1)
        while true {
            let (content, position) = after
            let rows = try await reads.one { db in
                try db.all(
                    """
                    SELECT content, position, child, child_offset, length FROM content_slice
                    WHERE (content, position) > (?, ?) ORDER BY content, position LIMIT \(Self.pageRows)
                    """, [content, position]
                ) { row in (0..<5).map { row.integer($0) } }
            }
            guard let last = rows.last else { return isNew }
            after = (last[0], last[1])
            for row in rows {
                let slice = row[3]..<row[3] + row[4]
                for range in ranges[ContentRef(row[2])] ?? [] where range.overlaps(slice) {
                    let part = range.clamped(to: slice)
                    let found = part.lowerBound - row[3] + row[1]..<part.upperBound - row[3] + row[1]
                    guard ranges[ContentRef(row[0])]?.contains(found) != true else { continue }
                    ranges[ContentRef(row[0]), default: []].append(found)
                    isNew = true
                }
            }
        }
    }

    private func searchVersions(_ table: String) async throws -> [String] {
        let wanted = Set(ranges.keys.map(\.rawValue))
        let limit = self.limit
        return try await reads.one { db in
            var names: [String] = []
            if limit == 0 { return names }
            try db.each(
                "SELECT b.name, v.key, v.content FROM \(table) v JOIN bucket b ON b.id = v.bucket"
            ) { row in
                guard wanted.contains(row.integer(2)) else { return .more }
                names.append(try Verifier.name(row))
                return names.count < limit ? .more : .stop
            }
            return names
        }
    }
}
