import Blobs
import Objects

extension CatalogLaw {
    static let sweeping: [CatalogLaw] = [
        CatalogLaw("All bytes of what was deleted are queued for freeing, once") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            let names = (0..<2100).map { "chunk \($0)" }
            let kept = try scene.piece(["kept"] + names.prefix(5).map { $0 + " kept" })
            var places: [Place] = []
            for (index, group) in [names[..<1500], names[1500...]].enumerated() {
                let piece = try scene.piece(["kept"] + group)
                places += piece.chunks.map(\.place)
                try await scene.put("key \(index)", piece)
            }
            try await scene.put("kept", kept)
            for index in 0..<2 { _ = try await scene.delete("key \(index)") }
            let freed = try await scene.sweep(limit: 333)
            let alive = try await catalog.chunks(after: nil, limit: 9999).map(\.place)
            try demandEqual(Set(freed.map(\.place)).count, freed.count)
            let whole = Set(freed.filter(\.isWholeSegment).map(\.place.segment))
            for place in places where !alive.contains(place) {
                let isFreed = whole.contains(place.segment) || freed.contains { $0.place == place }
                try demand(isFreed, "\(place) is lost")
            }
            for place in alive {
                try demand(!whole.contains(place.segment), "\(place) is freed with its segment")
                try demand(!freed.contains { $0.place == place && !$0.isWholeSegment }, "\(place) is freed")
            }
            try demandEqual(alive.count, 6)
            try await scene.verify()
            _ = try await scene.delete("kept")
            try await scene.sweep()
            try await scene.demandNothingStored()
        },
        CatalogLaw("Nothing goes that a hold may reach, until it is released") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            let chunks = try await scene.put("chunks", scene.piece(["a", "b"]))
            let inline = try await scene.put("inline", "text")
            let hold = LawHold(catalog)
            for key in ["chunks", "inline"] { _ = try await scene.delete(key) }
            for _ in 0..<3 { try demandEqual(try await scene.sweep(), []) }
            try demandEqual(try await scene.places(chunks.content, 0..<20).count, 2)
            try demandEqual(try await scene.text(inline.content, 0..<4), "text")
            let later = LawHold(catalog)
            hold.release()
            let freed = try await scene.sweep()
            try demandEqual(freed.count, 0)
            // The chunks fell to zero while the later hold was there; the contents before it began.
            try demandEqual(try await catalog.statistics().inlineContents, 0)
            try demandEqual(try await catalog.statistics().chunks, 2)
            later.release()
            try await scene.sweep()
            try await scene.demandNothingStored()
        },
        CatalogLaw("A chunk at zero is not freed while a hold from before is there") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            let piece = try scene.piece(["a"])
            try await scene.put("key", piece)
            _ = try await scene.delete("key")
            try await catalog.advanceEpoch()
            let hold = LawHold(catalog)
            // The content was let go before the hold, its chunk is now.
            while try await catalog.unwindContents(grace: 0, now: clock.now, limit: 9) > 0 {}
            for _ in 0..<3 {
                try await catalog.advanceEpoch()
                try demandEqual(try await catalog.reclaimChunks(grace: 0, now: clock.now, limit: 9), 0)
            }
            let hit = Piece(
                chunks: [Chunk(digest: piece.chunks[0].digest, place: piece.chunks[0].place, isFresh: false)],
                length: 10, segment: nil)
            let version = try await scene.put("again", hit)
            hold.release()
            try demandEqual(try await scene.places(version.content, 0..<10), [piece.chunks[0].place])
            try demandEqual(try await scene.sweep(), [])
            try await scene.verify()
        },
        CatalogLaw("Nothing goes before its grace is over") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            try await scene.put("chunks", scene.piece(["a"]))
            try await scene.put("inline", "text")
            clock.advance(by: 1000)
            for key in ["chunks", "inline"] { _ = try await scene.delete(key) }
            clock.advance(by: 99)
            try await scene.sweep(grace: 100)
            try demandEqual(try await catalog.statistics().awaitingSweep, 2)
            clock.advance(by: 1)
            try await scene.sweep(grace: 100)
            var totals = try await catalog.statistics()
            try demandEqual([totals.inlineContents, totals.chunks, totals.awaitingSweep], [0, 1, 1])
            clock.advance(by: 100)
            try demandEqual(try await scene.sweep(grace: 100).count, 1)
            totals = try await catalog.statistics()
            try demandEqual([totals.chunks, totals.awaitingSweep], [0, 0])
        },
        CatalogLaw("Without an epoch between, what was just let go stays") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            try await scene.put("inline", "text")
            let hold = LawHold(catalog)
            _ = try await scene.delete("inline")
            while try await catalog.unwindContents(grace: 0, now: clock.now, limit: 9) > 0 {}
            try demandEqual(try await catalog.statistics().inlineContents, 1)
            hold.release()
        },
        CatalogLaw("A content that is referred to again is not unwound") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            let chunks = try await scene.put("chunks", scene.piece(["a"]))
            let inline = try await scene.put("inline", "text")
            let hold = LawHold(catalog)
            for key in ["chunks", "inline"] { _ = try await scene.delete(key) }
            try await catalog.advanceEpoch()
            _ = try await catalog.commitObject(scene.commit("a", .existing(chunks.content), size: 10))
            try await scene.put("b", "text")
            hold.release()
            try demandEqual(try await scene.sweep(), [])
            try demandEqual(try await scene.places(chunks.content, 0..<10).count, 1)
            try demandEqual(try await scene.current("b")?.content, inline.content)
            try await scene.verify()
        },
        CatalogLaw("Published contents that nobody refers to are swept, but not from under their request") {
            catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            let hold = LawHold(catalog)
            let inline = try await catalog.publishContent(CatalogScene.inline("text"))
            let chunks = try await catalog.publishContent(.piece(scene.piece(["a"]), scope: .instance))
            let list = try await catalog.publishContent(
                .slices([
                    ContentSlice(content: chunks, offset: 0, length: 10),
                    ContentSlice(content: inline, offset: 0, length: 4),
                ]))
            try await scene.sweep()
            try demandEqual(try await scene.extents(list, 0..<14).count, 2)
            try await scene.verify()
            hold.release()
            try await scene.sweep()
            try await scene.demandNothingStored()
        },
        CatalogLaw("What is published again while it waits for the sweeper is in reach again") {
            catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            let inline = try await scene.put("inline", "text").content
            let chunks = try await scene.put("chunks", scene.piece(["a"])).content
            for key in ["inline", "chunks"] { _ = try await scene.delete(key) }
            try await catalog.advanceEpoch()
            let hold = LawHold(catalog)
            try demandEqual(try await catalog.publishContent(CatalogScene.inline("text")), inline)
            try demandEqual(try await catalog.publishContent(.existing(chunks)), chunks)
            try await scene.sweep()
            let slices = [
                ContentSlice(content: inline, offset: 0, length: 4),
                ContentSlice(content: chunks, offset: 0, length: 10),
            ]
            let version = try await catalog.commitObject(scene.commit("key", .slices(slices), size: 14))
            hold.release()
            try await scene.sweep()
            try demandEqual(try await scene.extents(version.content, 0..<14).count, 2)
            try await scene.verify()
        },
        CatalogLaw("Unwinding in the smallest steps comes to the same end") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            let source = try await scene.put("source", scene.piece((0..<25).map { "chunk \($0)" }))
            let slices = (0..<7).map { ContentSlice(content: source.content, offset: Int64($0), length: 9) }
            _ = try await catalog.commitObject(scene.commit("list", .slices(slices), size: 63))
            for key in ["source", "list"] { _ = try await scene.delete(key) }
            var steps = 0
            for _ in 0..<4 {
                try await catalog.advanceEpoch()
                while try await catalog.unwindContents(grace: 0, now: clock.now, limit: 1) > 0 {
                    steps += 1
                    try await scene.verify()
                    try demand(steps < 200, "unwinding does not end")
                }
            }
            try await catalog.advanceEpoch()
            while try await catalog.reclaimChunks(grace: 0, now: clock.now, limit: 1) > 0 {
                try await scene.verify()
            }
            let reclaims = try await catalog.reclaims(limit: 99)
            try demandEqual(reclaims.map(\.isWholeSegment), [true])
            try await catalog.forgetReclaims(reclaims.map(\.id))
            try await scene.demandNothingStored()
        },
        CatalogLaw("What is queued for freeing stays until it is forgotten") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            try await scene.put("a", scene.piece(["a", "b", "c"]))
            try await scene.put("b", scene.piece(["a", "b", "c"]))
            let queued = try await catalog.reclaims(limit: 99)
            try demandEqual(queued.count, 3)
            try demandEqual(try await catalog.reclaims(limit: 2), Array(queued.prefix(2)))
            try await catalog.forgetReclaims([queued[1].id])
            try demandEqual(try await catalog.reclaims(limit: 99), [queued[0], queued[2]])
            try await catalog.forgetReclaims([queued[1].id, 999_999])
            try await catalog.forgetReclaims([])
            try demandEqual(try await catalog.statistics().awaitingSweep, 2)
        },
    ]
}
