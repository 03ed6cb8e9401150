import Blobs
import GRDB
import Objects

/// Counts how often pages of contents name each chunk, a window of chunks at a time so that memory is bounded.
struct ChunkRecount {
    let db: Database
    /// Chunks of one window, for each of which all pages are read once.
    var windowLength = 1 << 20

    private struct Window {
        var places: [Place] = []
        var counts: [Int64] = []
        var seen: [Int64] = []
        /// The first place of the next window; nil in the last.
        var end: Place?
    }

    func run(_ verifier: inout Verifier) throws {
        var start: Place?
        var isFirst = true
        repeat {
            var window = try load(from: start, &verifier)
            try count(start, &window, checksPages: isFirst, &verifier)
            try compare(window, &verifier)
            start = window.end
            isFirst = false
        } while start != nil
    }

    private func load(from start: Place?, _ verifier: inout Verifier) throws -> Window {
        var window = Window()
        var previous: Place?
        try db.each(
            """
            SELECT segment, position, length, count FROM chunk WHERE (segment, position) >= (?, ?)
            ORDER BY segment, position
            """, [start?.segment.rawValue ?? 0, start?.offset ?? 0]
        ) { row in
            let place = try PlaceRows.place(row)
            if let previous, previous.segment == place.segment,
                previous.offset + Int64(previous.length) > place.offset
            {
                verifier.found("two chunks overlap in segment \(place.segment.rawValue) at \(place.offset)")
            }
            previous = place
            if window.places.count == windowLength {
                window.end = place
                return .stop
            }
            window.places.append(place)
            window.counts.append(row.integer(3))
            return .more
        }
        window.seen = Array(repeating: 0, count: window.places.count)
        return window
    }

    /// Reads all pages; the first time it also checks that they make the contents.
    private func count(
        _ start: Place?, _ window: inout Window, checksPages: Bool, _ verifier: inout Verifier
    ) throws {
        try db.each(
            """
            SELECT c.id, c.length, c.is_dying, p.first_offset, p.extents,
                ifnull(lead(p.first_offset) OVER (PARTITION BY c.id ORDER BY p.first_offset), c.length)
            FROM content c LEFT JOIN content_page p ON p.content = c.id WHERE c.is_list = 0
            ORDER BY c.id, p.first_offset
            """
        ) { row in
            let places = try ExtentCoding.decode(row.bytes(4))
            if checksPages, !row.flag(2) {
                let bytes = places.reduce(0) { $0 + Int64($1.length) }
                if places.isEmpty || row.integer(3) + bytes != row.integer(5) {
                    verifier.found("the pages of content \(row.integer(0)) do not make its length")
                }
            }
            for place in places {
                if !Self.reaches(start, place) { continue }
                if let end = window.end, Self.reaches(end, place) { continue }
                guard let index = Self.find(place, in: window.places), window.places[index] == place else {
                    verifier.found(
                        "content \(row.integer(0)) names bytes of segment \(place.segment.rawValue) at "
                            + "\(place.offset) that are no chunk")
                    continue
                }
                window.seen[index] += 1
            }
            return .more
        }
    }

    private func compare(_ window: Window, _ verifier: inout Verifier) throws {
        for (index, place) in window.places.enumerated() where window.counts[index] != window.seen[index] {
            verifier.found(
                "the chunk in segment \(place.segment.rawValue) at \(place.offset) counts \(window.counts[index]) "
                    + "references, there are \(window.seen[index])")
            if let repair = verifier.repair {
                try db.run(
                    """
                    UPDATE chunk SET count = ?, stamp_epoch = ?, stamp_time = ?
                    WHERE segment = ? AND position = ?
                    """,
                    [window.seen[index], repair.epoch, repair.now, place.segment.rawValue, place.offset])
            }
        }
    }

    /// Whether `place` lies at `bound` or behind it; everything lies behind no bound.
    private static func reaches(_ bound: Place?, _ place: Place) -> Bool {
        guard let bound else { return true }
        return (bound.segment.rawValue, bound.offset) <= (place.segment.rawValue, place.offset)
    }

    private static func find(_ place: Place, in places: [Place]) -> Int? {
        var low = 0
        var high = places.count
        while low < high {
            let middle = (low + high) / 2
            let other = places[middle]
            if (other.segment.rawValue, other.offset) < (place.segment.rawValue, place.offset) {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low < places.count ? low : nil
    }
}
