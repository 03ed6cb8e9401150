import Blobs
import GRDB
import Objects

extension WriteTransaction {
    /// Rows that are at zero and out of reach, the oldest first. Stamps grow with time, so the first that is too
    /// young ends the search; a clock that was set back only makes the sweeper wait.
    private static func idle(_ columns: String, _ table: String) -> String {
        """
        SELECT stamp_time, \(columns) FROM \(table) WHERE count = 0 AND stamp_epoch < ?
        ORDER BY stamp_epoch, stamp_time LIMIT ?
        """
    }

    func advanceEpoch() throws {
        let next = try CounterRows.value("epoch", db) + 1
        try CounterRows.set("epoch", next, db)
        let clock = self.clock
        afterCommit { clock.advance(to: next) }
    }

    /// At most `limit` counts go down; how many did, and 0 when there is nothing left to do.
    func unwindContents(grace: Int64, now: Int64, limit: Int) throws -> Int {
        let most = max(limit, 1)
        var left = most
        let horizon = clock.horizon.epoch
        let inline = try db.all(Self.idle("id", "inline_content"), [horizon, left]) {
            ($0.integer(0), $0.integer(1))
        }
        .prefix { $0.0 <= now - grace }
        for (_, id) in inline {
            try db.run("DELETE FROM inline_content WHERE id = ?", [id])
            try forgetFacts(of: ContentRef(-id))
        }
        left -= inline.count
        while left > 0 {
            let content = try db.first(Self.idle("id, is_list", "content"), [horizon, 1]) {
                (stamp: $0.integer(0), id: $0.integer(1), isList: $0.flag(2))
            }
            guard let content, content.stamp <= now - grace else { break }
            // What has begun to go can never be referred to again.
            try db.run("UPDATE content SET is_dying = 1 WHERE id = ?", [content.id])
            let ref = ContentRef(content.id)
            left -= try content.isList ? unwindSlices(of: ref, limit: left) : unwindPage(of: ref, limit: left)
        }
        return most - left
    }

    /// Lets go of at most `limit` slices, and of the content when none is left. Gives how many went, at least one.
    private func unwindSlices(of ref: ContentRef, limit: Int) throws -> Int {
        let slices = try db.all(
            "SELECT position, child FROM content_slice WHERE content = ? ORDER BY position LIMIT ?",
            [ref.rawValue, limit]
        ) { ($0.integer(0), ContentRef($0.integer(1))) }
        for (position, child) in slices {
            try release(child)
            try db.run(
                "DELETE FROM content_slice WHERE content = ? AND position = ?", [ref.rawValue, position])
        }
        if slices.count < limit { try removeContent(ref) }
        return max(slices.count, 1)
    }

    private func removeContent(_ ref: ContentRef) throws {
        try db.run("DELETE FROM content WHERE id = ?", [ref.rawValue])
        try forgetFacts(of: ref)
    }

    /// The same for the chunks of the first page.
    private func unwindPage(of ref: ContentRef, limit: Int) throws -> Int {
        let page = try db.first(
            "SELECT first_offset, extents FROM content_page WHERE content = ? ORDER BY first_offset LIMIT 1",
            [ref.rawValue]
        ) { (offset: $0.integer(0), places: try ExtentCoding.decode($0.bytes(1))) }
        guard let page else {
            try removeContent(ref)
            return 1
        }
        let going = page.places.prefix(limit)
        for place in going {
            guard
                try db.change(
                    """
                    UPDATE chunk SET count = count - 1, stamp_epoch = ?, stamp_time = ?
                    WHERE segment = ? AND position = ?
                    """, [epoch, now, place.segment.rawValue, place.offset]) == 1
            else { throw StoreError.internalFault("a content names a chunk that is not there") }
        }
        try db.run(
            "DELETE FROM content_page WHERE content = ? AND first_offset = ?", [ref.rawValue, page.offset])
        let rest = page.places.dropFirst(going.count)
        if !rest.isEmpty {
            let offset = page.offset + going.reduce(0) { $0 + Int64($1.length) }
            try insertPage(of: ref, at: offset, rest)
        }
        return max(going.count, 1)
    }

    /// Deletes chunks at zero and queues their places; a segment with no chunk left goes as a whole.
    func reclaimChunks(grace: Int64, now: Int64, limit: Int) throws -> Int {
        let horizon = clock.horizon
        let idle = try db.all(
            Self.idle("segment, position, length", "chunk"), [horizon.epoch, max(limit, 1)]
        ) {
            (stamp: $0.integer(0), place: try PlaceRows.place($0, from: 1))
        }.prefix { $0.stamp <= now - grace }
        for (_, place) in idle {
            try db.run(
                "DELETE FROM chunk WHERE segment = ? AND position = ?",
                [place.segment.rawValue, place.offset])
            try queueReclaim(place, isWhole: false)
        }
        for segment in Set(idle.map(\.place.segment)) where segment.rawValue < horizon.segment {
            try queueWhole(segment)
        }
        return idle.count
    }

    /// Nobody who runs took the segment, so what is empty stays empty. The stamps say so already, for a chunk is
    /// never stamped before its segment is taken; it is asked again because a mistake here would lose bytes.
    private func queueWhole(_ segment: SegmentID) throws {
        let isUsed =
            try db.integer("SELECT 1 FROM chunk WHERE segment = ? LIMIT 1", [segment.rawValue]) != nil
        if isUsed { return }
        let bytes =
            try db.integer("SELECT sum(length) FROM reclaim WHERE segment = ?", [segment.rawValue]) ?? 0
        try db.run("DELETE FROM reclaim WHERE segment = ?", [segment.rawValue])
        try queueReclaim(Place(segment: segment, offset: 0, length: Int(bytes)), isWhole: true)
    }

    func forgetReclaims(_ ids: [Int64]) throws {
        for id in ids { try db.run("DELETE FROM reclaim WHERE id = ?", [id]) }
    }

    /// Removes one upload whose time is over; nil when there is none.
    func reapUpload(now: Int64) throws -> Upload? {
        let expired = try db.first(
            "\(UploadRows.select) WHERE u.expires <= ? ORDER BY u.expires LIMIT 1", [now], UploadRows.counted)
        guard let expired else { return nil }
        try removeUpload(expired.row)
        try announceExpiry(of: expired.upload)
        return expired.upload
    }

    /// Removes one upload of a deleted bucket; whether there may be more.
    func reapDropped() throws -> Bool {
        let bucket = try db.integer("SELECT id FROM dropped_bucket LIMIT 1")
        guard let bucket else { return false }
        if let row = try db.integer("SELECT row FROM upload WHERE bucket = ? LIMIT 1", [bucket]) {
            try removeUpload(row)
        } else {
            try db.run("DELETE FROM dropped_bucket WHERE id = ?", [bucket])
        }
        return true
    }
}
