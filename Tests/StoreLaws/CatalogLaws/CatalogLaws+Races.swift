import Blobs
import Objects

extension CatalogLaw {
    static let races: [CatalogLaw] = [
        CatalogLaw("Of a hundred writes that demand an absent key exactly one wins") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            for round in 0..<3 {
                let outcomes = try await race(100) { index in
                    try await scene.put("key \(round)", "by \(index)", .init(ifNoneMatch: .any))
                }
                try demandEqual(outcomes.count { $0 == nil }, 1)
                try demandEqual(outcomes.count { $0 == .preconditionFailed }, 99)
            }
            try await scene.verify()
        },
        CatalogLaw("Of a hundred replacements of one version exactly one wins") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            let first = try await scene.put("key", "first")
            let outcomes = try await race(100) { index in
                try await scene.put("key", "by \(index)", .init(ifMatch: .etags([first.etag.string])))
            }
            try demandEqual(outcomes.count { $0 == nil }, 1)
            try demandEqual(outcomes.count { $0 == .preconditionFailed }, 99)
        },
        CatalogLaw("A request that fails does not fail its neighbours") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            try await scene.put("taken")
            let outcomes = try await race(300) { index in
                switch index % 3 {
                case 0: try await scene.put("key \(index)", "text \(index)")
                case 1: try await scene.put("taken", "new", .init(ifNoneMatch: .any))
                default:
                    try await catalog.commitObject(
                        scene.commit("bad \(index)", .existing(ContentRef(999_999)), size: 1))
                }
            }
            for (index, outcome) in outcomes.enumerated() {
                switch index % 3 {
                case 0:
                    try demandEqual(outcome, nil)
                    let version = try found(try await scene.current("key \(index)"))
                    try demandEqual(try await scene.text(version.content, 0..<version.size), "text \(index)")
                case 1: try demandEqual(outcome, .preconditionFailed)
                default:
                    try demand(outcome != nil, "a content that is not there was referred to")
                    try demand(try await scene.current("bad \(index)") == nil, "a failed write is there")
                }
            }
            try await scene.verify()
        },
        CatalogLaw("Writes at once all count, and their sequences differ") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock, versioning: .enabled)
            let sequences = LawShared<[Int64]>([])
            _ = try await race(200) { index in
                let version = try await scene.put("key \(index % 4)", "\(index)")
                sequences.change { $0.append(version.sequence) }
                return version
            }
            try demandEqual(Set(sequences.value).count, 200)
            try demandEqual(try await all(scene).count, 200)
            try await scene.verify()
        },
        CatalogLaw("A read that begins after a write returned sees it, and no reader goes back in time") {
            catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            let key = try CatalogScene.key("key")
            // The number of the newest write that has returned, and the sequences of all.
            let answered = LawShared<Int64>(try await scene.put("key", "0").sequence)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for round in 1...150 {
                        let version = try await scene.put("key", "\(round)")
                        answered.change { $0 = version.sequence }
                        await Task.yield()
                    }
                }
                for reader in 0..<4 {
                    group.addTask {
                        var newest: Int64 = 0
                        for _ in 0..<400 {
                            let floor = max(newest, answered.value)
                            let seen = try await sequence(catalog, scene, key, peeks: reader % 2 == 0)
                            try demand(seen >= floor, "a reader saw \(seen) after \(floor)")
                            newest = seen
                            await Task.yield()
                        }
                    }
                }
                // Keys beside it, so that groups of commits have more than one change.
                group.addTask {
                    for _ in 0..<150 {
                        try await scene.put("beside", "x")
                        await Task.yield()
                    }
                }
                try await group.waitForAll()
            }
        },
        CatalogLaw("A deletion that returned is seen, whatever was being read meanwhile") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            let key = try CatalogScene.key("key")
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<3 {
                    group.addTask {
                        for _ in 0..<400 {
                            _ = try await catalog.current(scene.bucket, key)
                            await Task.yield()
                        }
                    }
                }
                group.addTask {
                    for round in 0..<100 {
                        try await scene.put("key", "\(round)")
                        if case .known(nil) = catalog.peekCurrent(scene.bucket, key) {
                            throw Broken(description: "a peek misses what was written")
                        }
                        try demand(try await catalog.current(scene.bucket, key) != nil, "a write is not seen")
                        _ = try await scene.delete("key")
                        if case .known(_?) = catalog.peekCurrent(scene.bucket, key) {
                            throw Broken(description: "a peek tells of what was deleted")
                        }
                        try demand(
                            try await catalog.current(scene.bucket, key) == nil, "a deletion is not seen")
                    }
                }
                try await group.waitForAll()
            }
        },
        CatalogLaw("A write whose caller left is made whole or not at all") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            for round in 0..<20 {
                let task = Task {
                    try await scene.put("key \(round)", scene.piece(["\(round) a", "\(round) b"]))
                }
                task.cancel()
                let made = try? await task.value
                let current = try await scene.current("key \(round)")
                if made != nil { try demand(current != nil, "an answered write is not there") }
                if let current {
                    try demandEqual(try await scene.places(current.content, 0..<20).count, 2)
                }
            }
            try await scene.verify()
        },
        CatalogLaw("Deleting, copying, sweeping and reading at once loses no byte that is referred to") {
            catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            let freed = LawShared<[Reclaim]>([])
            try await withThrowingTaskGroup(of: Void.self) { group in
                for writer in 0..<3 {
                    group.addTask {
                        for round in 0..<60 {
                            let hold = catalog.holdEpoch()
                            let names = ["shared \(round % 3)", "own \(writer)"]
                            try await scene.put("key \(writer)", hits(scene, names))
                            withExtendedLifetime(hold) {}
                            _ = try await scene.delete("key \((writer + 1) % 3)")
                        }
                    }
                }
                group.addTask {
                    for _ in 0..<12 {
                        let now = try await scene.sweep(limit: 3)
                        freed.change { $0 += now }
                    }
                }
                try await group.waitForAll()
            }
            try await scene.verify()
            let places = Set(freed.value.filter { !$0.isWholeSegment }.map(\.place))
            let segments = Set(freed.value.filter(\.isWholeSegment).map(\.place.segment))
            for chunk in try await catalog.chunks(after: nil, limit: 9999) {
                try demand(!places.contains(chunk.place), "live bytes were freed")
                try demand(!segments.contains(chunk.place.segment), "a segment with live bytes was freed")
            }
        },
    ]

    /// A piece as a writer makes it: what lives is a hit, the rest is fresh.
    private static func hits(_ scene: CatalogScene, _ names: [String]) throws -> Piece {
        var piece = try scene.piece(names)
        for index in piece.chunks.indices {
            let digest = piece.chunks[index].digest
            if let place = try scene.catalog.liveChunk(digest, length: 10, scope: .instance) {
                piece.chunks[index] = Chunk(digest: digest, place: place, isFresh: false)
            }
        }
        return piece
    }

    /// Runs the body in that many tasks; gives each one's error.
    private static func race<T: Sendable>(
        _ count: Int, _ body: @escaping @Sendable (Int) async throws -> T
    ) async throws -> [StoreError?] {
        try await withThrowingTaskGroup(of: (Int, StoreError?).self) { group in
            for index in 0..<count {
                group.addTask {
                    do {
                        _ = try await body(index)
                        return (index, nil)
                    } catch let error as StoreError {
                        return (index, error)
                    }
                }
            }
            var outcomes = [StoreError?](repeating: nil, count: count)
            for try await (index, error) in group { outcomes[index] = error }
            return outcomes
        }
    }

    private static func sequence(
        _ catalog: any Catalog, _ scene: CatalogScene, _ key: ObjectKey, peeks: Bool
    ) async throws -> Int64 {
        if peeks, case .known(let version) = catalog.peekCurrent(scene.bucket, key) {
            return version?.sequence ?? 0
        }
        return try await catalog.current(scene.bucket, key)?.sequence ?? 0
    }
}
