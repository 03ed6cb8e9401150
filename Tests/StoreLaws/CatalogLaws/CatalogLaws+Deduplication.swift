import Blobs
import Digests
import Objects

extension CatalogLaw {
    static let deduplication: [CatalogLaw] = [
        CatalogLaw("A chunk that is known is kept once, and the second copy is queued for freeing") {
            catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            let first = try scene.piece(["a", "b"])
            try await scene.put("one", first)
            let second = try scene.piece(["b", "c"])
            let version = try await scene.put("two", second)
            try demandEqual(
                try await scene.places(version.content, 0..<20),
                [first.chunks[1].place, second.chunks[1].place])
            let queued = try await catalog.reclaims(limit: 9)
            try demandEqual(queued.map(\.place), [second.chunks[0].place])
            try demandEqual(queued.map(\.isWholeSegment), [false])
            try demandEqual(try await catalog.statistics().chunks, 3)
            try await scene.verify()
        },
        CatalogLaw("A hit refers to what the lookup found, and needs it to be there") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            let first = try scene.piece(["a"])
            let digest = first.chunks[0].digest
            try demandEqual(try catalog.liveChunk(digest, length: 10, scope: .instance), nil)
            try await scene.put("one", first)
            let place = try found(try catalog.liveChunk(digest, length: 10, scope: .instance))
            try demandEqual(place, first.chunks[0].place)
            try demandEqual(try catalog.liveChunk(digest, length: 11, scope: .instance), nil)
            let hit = Piece(
                chunks: [Chunk(digest: digest, place: place, isFresh: false)], length: 10, segment: nil)
            let version = try await scene.put("two", hit)
            try demandEqual(try await scene.places(version.content, 0..<10), [place])
            var unknown = hit
            unknown.chunks[0].digest = .hash([9])
            do {
                try await scene.put("three", unknown)
            } catch StoreError.internalFault {
                try demand(try await scene.current("three") == nil, "an object without bytes is there")
                try await scene.verify()
                return
            }
            throw Broken(description: "a chunk that nobody has was referred to")
        },
        CatalogLaw("A chunk that one content holds twice is there until that content goes") {
            catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            var piece = try scene.piece(["a", "b"])
            piece.chunks += [
                Chunk(digest: piece.chunks[0].digest, place: piece.chunks[0].place, isFresh: false),
                Chunk(digest: piece.chunks[0].digest, place: piece.chunks[0].place, isFresh: false),
            ]
            piece.length = 40
            let version = try await scene.put("key", piece)
            try demandEqual(
                try await scene.places(version.content, 0..<40), piece.chunks.map(\.place))
            try await scene.verify()
            try await scene.put("other", Piece(chunks: [piece.chunks[2]], length: 10, segment: nil))
            _ = try await scene.delete("key")
            try await scene.sweep()
            try demandEqual(try await catalog.statistics().chunks, 1)
            _ = try await scene.delete("other")
            try await scene.sweep()
            try await scene.demandNothingStored()
        },
        CatalogLaw("Scopes share nothing") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            let one = try scene.piece(["a"])
            try await scene.put("one", one, scope: DedupScope(1))
            try demandEqual(try catalog.liveChunk(one.chunks[0].digest, length: 10, scope: .instance), nil)
            try demandEqual(
                try catalog.liveChunk(one.chunks[0].digest, length: 10, scope: DedupScope(2)), nil)
            let two = try scene.piece(["a"])
            let version = try await scene.put("two", two, scope: DedupScope(2))
            try demandEqual(try await scene.places(version.content, 0..<10), [two.chunks[0].place])
            for (key, scope) in [
                ("a", DedupScope(1)), ("b", DedupScope(2)), ("c", .instance), ("d", .instance),
            ] {
                _ = try await catalog.commitObject(
                    scene.commit(key, CatalogScene.inline("same", scope: scope), size: 4))
            }
            let totals = try await catalog.statistics()
            try demandEqual([totals.chunks, totals.inlineContents, totals.awaitingSweep], [2, 3, 0])
            try await scene.verify()
        },
        CatalogLaw("A chunk at count zero is a miss, until a commit revives it where it lies") {
            catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            let first = try scene.piece(["a", "b"])
            try await scene.put("key", first)
            _ = try await scene.delete("key")
            let hold = LawHold(catalog)
            try await catalog.advanceEpoch()
            while try await catalog.unwindContents(grace: 0, now: clock.now, limit: 9) > 0 {}
            try demand(
                try catalog.liveChunk(first.chunks[0].digest, length: 10, scope: .instance) != nil,
                "a content that the hold protects was unwound")
            hold.release()
            try await unwindUnheld(scene)
            for chunk in first.chunks {
                try demandEqual(try catalog.liveChunk(chunk.digest, length: 10, scope: .instance), nil)
            }
            let again = try scene.piece(["a"])
            let version = try await scene.put("key", again)
            let place = try found(try await scene.places(version.content, 0..<10).first)
            try demandEqual(
                try catalog.liveChunk(again.chunks[0].digest, length: 10, scope: .instance), place)
            let freed = try await scene.sweep().map(\.place)
            let loser = place == again.chunks[0].place ? first.chunks[0].place : again.chunks[0].place
            try demandEqual(Set(freed), [loser, first.chunks[1].place])
            try await scene.verify()
        },
        CatalogLaw("A hit whose chunk fell to zero meanwhile revives it") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            let first = try scene.piece(["a"])
            try await scene.put("key", first)
            let place = try found(
                try catalog.liveChunk(first.chunks[0].digest, length: 10, scope: .instance))
            _ = try await scene.delete("key")
            try await unwindUnheld(scene)
            let hit = Piece(
                chunks: [Chunk(digest: first.chunks[0].digest, place: place, isFresh: false)], length: 10,
                segment: nil)
            let version = try await scene.put("key", hit)
            try demandEqual(try await scene.places(version.content, 0..<10), [place])
            try demandEqual(try await scene.sweep(), [])
            try demandEqual(try await scene.places(version.content, 0..<10), [place])
            try await scene.verify()
        },
    ]

    /// Unwinds everything, as when no request runs.
    static func unwindUnheld(_ scene: CatalogScene) async throws {
        for _ in 0...NewContent.maximumDepth {
            try await scene.catalog.advanceEpoch()
            while try await scene.catalog.unwindContents(grace: 0, now: scene.clock.now, limit: 100) > 0 {}
        }
    }
}
