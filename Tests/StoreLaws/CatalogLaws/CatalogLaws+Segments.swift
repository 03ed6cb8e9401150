import Blobs
import Digests
import Objects

extension CatalogLaw {
    static let segments: [CatalogLaw] = [
        CatalogLaw("A segment id is given out once") { catalog, _ in
            let ids = try await withThrowingTaskGroup(of: [SegmentID].self) { group in
                for _ in 0..<8 {
                    group.addTask { try (0..<200).map { _ in try catalog.takeSegmentID() } }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            try demandEqual(Set(ids).count, 1600)
        },
        CatalogLaw("The last chunk of a segment takes the whole of it along, the others their places") {
            catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            let piece = try scene.piece(["a", "b", "c"])
            try await scene.put("all", piece)
            try await scene.put(
                "some",
                Piece(
                    chunks: [
                        Chunk(digest: piece.chunks[1].digest, place: piece.chunks[1].place, isFresh: false)
                    ],
                    length: 10, segment: nil))
            _ = try await scene.delete("all")
            let first = try await scene.sweep()
            try demandEqual(Set(first.map(\.place)), [piece.chunks[0].place, piece.chunks[2].place])
            try demand(!first.contains(where: \.isWholeSegment), "a segment in use goes")
            _ = try await scene.delete("some")
            let second = try await scene.sweep()
            try demandEqual(second.map(\.isWholeSegment), [true])
            try demandEqual(second.map(\.place.segment), [try found(piece.segment)])
        },
        CatalogLaw("A segment without chunks is an orphan only when nobody can still commit it") {
            catalog, _ in
            let running = LawHold(catalog)
            let id = try catalog.takeSegmentID()
            try demandEqual(try await catalog.unreferencedSegments(among: [id]), [])
            try await catalog.advanceEpoch()
            try demandEqual(try await catalog.unreferencedSegments(among: [id]), [])
            let later = LawHold(catalog)
            let young = try catalog.takeSegmentID()
            try demandEqual(try await catalog.unreferencedSegments(among: [id, young]), [])
            running.release()
            try demandEqual(try await catalog.unreferencedSegments(among: [id, young]), [id])
            try await catalog.advanceEpoch()
            try demandEqual(try await catalog.unreferencedSegments(among: [id, young]), [id])
            later.release()
            try demandEqual(try await catalog.unreferencedSegments(among: [id, young]), [id, young])
        },
        CatalogLaw("A segment with a chunk, or one that is queued, is no orphan") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            let first = try scene.piece(["a"])
            try await scene.put("a", first)
            let second = try scene.piece(["a"])
            try await scene.put("b", second)
            try await catalog.advanceEpoch()
            let ids = [try found(first.segment), try found(second.segment)]
            try demandEqual(try await catalog.unreferencedSegments(among: ids), [])
            try await catalog.forgetReclaims(try await catalog.reclaims(limit: 9).map(\.id))
            try demandEqual(try await catalog.unreferencedSegments(among: ids), [ids[1]])
            for key in ["a", "b"] { _ = try await scene.delete(key) }
            try await unwindUnheld(scene)
            try demandEqual(try await catalog.unreferencedSegments(among: ids), [ids[1]])
            _ = try await scene.sweep()
            try demandEqual(try await catalog.unreferencedSegments(among: ids), ids)
        },
        CatalogLaw("A segment goes as a whole only when nobody can still commit to it") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            let holder = LawHold(catalog)
            let shared = try catalog.takeSegmentID()
            func piece(_ name: String, at offset: Int64) -> Piece {
                let place = Place(segment: shared, offset: offset, length: 10)
                return Piece(
                    chunks: [Chunk(digest: .hash(Array(name.utf8)), place: place, isFresh: true)], length: 10,
                    segment: shared)
            }
            // Two requests share the segment; the first one's chunk comes and goes while the second still runs.
            try await scene.put("first", piece("a", at: 0))
            _ = try await scene.delete("first")
            let freed = try await scene.sweep()
            try demand(!freed.contains(where: \.isWholeSegment), "a segment was freed under a request")
            let version = try await scene.put("second", piece("b", at: 10))
            holder.release()
            try demand(
                try await !scene.sweep().contains { $0.isWholeSegment || $0.place.offset == 10 },
                "a chunk was freed")
            try demandEqual(try await scene.places(version.content, 0..<10).map(\.offset), [10])
            try await scene.verify()
        },
    ]
}
