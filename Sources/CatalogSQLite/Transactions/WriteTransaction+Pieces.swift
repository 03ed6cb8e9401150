import Blobs
import Digests
import GRDB
import Objects

extension WriteTransaction {
    /// A content of chunks. Each of its extents counts its chunk once.
    ///
    /// A chunk that is known keeps its old place, also when its count was zero: its bytes are there, because the
    /// row is deleted before they are freed, and no reader has to be waited for. The fresh copy, which nobody has
    /// seen, is queued for freeing.
    func storePiece(_ piece: Piece, scope: DedupScope, references: Int64) throws -> ContentRef {
        guard piece.chunks.count <= NewContent.maximumChunksPerContent else {
            throw StoreError.internalFault("a content has \(piece.chunks.count) chunks")
        }
        guard piece.chunks.allSatisfy({ $0.place.length > 0 }),
            piece.chunks.reduce(0, { $0 + Int64($1.place.length) }) == piece.length
        else { throw StoreError.internalFault("the chunks of a piece do not make its length") }
        let ref = try insertContent(length: piece.length, depth: 1, isList: false, references: references)
        var places: [Place] = []
        places.reserveCapacity(min(piece.chunks.count, ExtentCoding.maximumExtents))
        var firstOffset: Int64 = 0
        var offset: Int64 = 0
        for chunk in piece.chunks {
            places.append(try reference(chunk, scope: scope))
            offset += Int64(chunk.place.length)
            if places.count == ExtentCoding.maximumExtents {
                try insertPage(of: ref, at: firstOffset, places)
                places.removeAll(keepingCapacity: true)
                firstOffset = offset
            }
        }
        if !places.isEmpty { try insertPage(of: ref, at: firstOffset, places) }
        return ref
    }

    func insertPage(of ref: ContentRef, at offset: Int64, _ places: some Sequence<Place>) throws {
        try db.run(
            "INSERT INTO content_page (content, first_offset, extents) VALUES (?, ?, ?)",
            [ref.rawValue, offset, ExtentCoding.encode(places)])
    }

    /// Counts a chunk up and gives the place where its bytes are.
    private func reference(_ chunk: Chunk, scope: DedupScope) throws -> Place {
        let place = chunk.place
        let found =
            chunk.isFresh
            ? try db.first(
                """
                INSERT INTO chunk (segment, position, length, scope, digest, count, stamp_epoch, stamp_time)
                VALUES (?, ?, ?, ?, ?, 1, ?, ?)
                ON CONFLICT (scope, digest) DO UPDATE SET count = count + 1
                RETURNING segment, position, length
                """,
                [
                    place.segment.rawValue, place.offset, place.length, scope.rawValue,
                    chunk.digest.bytes,
                    epoch, now,
                ], PlaceRows.place)
            : try db.first(
                """
                UPDATE chunk SET count = count + 1 WHERE scope = ? AND digest = ?
                RETURNING segment, position, length
                """, [scope.rawValue, chunk.digest.bytes], PlaceRows.place)
        guard let found else {
            throw StoreError.internalFault("chunk \(chunk.digest.hex) went while its request held the epoch")
        }
        guard found.length == place.length else {
            throw StoreError.internalFault("chunk \(chunk.digest.hex) has two lengths")
        }
        if chunk.isFresh, found != place { try queueReclaim(place, isWhole: false) }
        return found
    }

    func queueReclaim(_ place: Place, isWhole: Bool) throws {
        try db.run(
            "INSERT INTO reclaim (segment, position, length, is_whole) VALUES (?, ?, ?, ?)",
            [place.segment.rawValue, place.offset, place.length, isWhole])
    }
}
