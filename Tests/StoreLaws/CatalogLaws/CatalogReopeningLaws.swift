import Blobs
import Objects

extension CatalogReopeningLaw {
    package static let all: [CatalogReopeningLaw] = [
        CatalogReopeningLaw("Everything that was answered is there after reopening") { reopen, clock in
            var catalog = try await reopen()
            let scene = try await CatalogScene(catalog, clock, versioning: .enabled)
            let piece = try scene.piece(["a", "b"])
            try await scene.put("chunks", piece)
            try await scene.put("inline", "old")
            try await scene.put("inline", "new")
            _ = try await scene.delete("gone")
            let upload = try scene.upload("part")
            try await catalog.createUpload(upload)
            let part = try await scene.putPart(upload, 4, "a part")
            let range = try await scene.newRangeUpload("range", total: 9, at: 3, "abc")
            let new = try CatalogLaw.newProject("other")
            _ = try await catalog.createProject(new)
            let before = try await State(scene)
            catalog = try await reopen()
            let again = CatalogScene(scene, catalog)
            try demandEqual(try await State(again), before)
            try demandEqual(try await catalog.parts(of: upload.id, after: 0, limit: 9), [part])
            try demandEqual(try await catalog.parts(of: range.id, after: -1, limit: 9).map(\.position), [3])
            try demandEqual(try await catalog.accessKey(KeyID("key-other")), new.key)
            try demandEqual(try await catalog.domain("other.example")?.servesLocalhost, false)
            try demandEqual(
                try catalog.liveChunk(piece.chunks[1].digest, length: 10, scope: .instance),
                piece.chunks[1].place)
            try await again.verify()
            let version = try await again.put("inline", "newest")
            try demand(!before.sequences.contains(version.sequence), "a sequence was used twice")
            try demand(version.sequence > before.sequences.max() ?? 0, "the sequence went back")
        },
        CatalogReopeningLaw("What is queued for freeing is queued after reopening too") { reopen, clock in
            var catalog = try await reopen()
            let scene = try await CatalogScene(catalog, clock)
            try await scene.put("a", scene.piece(["a", "b"]))
            try await scene.put("b", scene.piece(["b"]))
            _ = try await scene.delete("a")
            for _ in 0..<2 {
                try await catalog.advanceEpoch()
                while try await catalog.unwindContents(grace: 0, now: clock.now, limit: 9) > 0 {}
            }
            try await catalog.advanceEpoch()
            _ = try await catalog.reclaimChunks(grace: 0, now: clock.now, limit: 9)
            let queued = try await catalog.reclaims(limit: 9)
            try demandEqual(queued.count, 2)
            try await catalog.forgetReclaims([queued[0].id])
            catalog = try await reopen()
            try demandEqual(try await catalog.reclaims(limit: 9), [queued[1]])
            try await CatalogScene(scene, catalog).verify()
        },
        CatalogReopeningLaw("A sweep that was cut by a crash goes on after reopening") { reopen, clock in
            var catalog = try await reopen()
            var scene = try await CatalogScene(catalog, clock)
            let source = try await scene.put("source", scene.piece((0..<9).map { "chunk \($0)" }))
            _ = try await catalog.commitObject(
                scene.commit(
                    "list", .slices([ContentSlice(content: source.content, offset: 1, length: 80)]), size: 80)
            )
            for key in ["source", "list"] { _ = try await scene.delete(key) }
            for _ in 0..<40 {
                try await catalog.advanceEpoch()
                _ = try await catalog.unwindContents(grace: 0, now: clock.now, limit: 1)
                _ = try await catalog.reclaimChunks(grace: 0, now: clock.now, limit: 1)
                catalog = try await reopen()
                scene = CatalogScene(scene, catalog)
                try await scene.verify()
            }
            try await scene.sweep()
            try await scene.demandNothingStored()
        },
        CatalogReopeningLaw("Segment ids go on growing, and those of before are orphans") { reopen, clock in
            var catalog = try await reopen()
            let scene = try await CatalogScene(catalog, clock)
            let held = catalog.holdEpoch()
            let lost = try catalog.takeSegmentID()
            let used = try scene.piece(["a"])
            try await scene.put("key", used)
            withExtendedLifetime(held) {}
            catalog = try await reopen()
            let next = try catalog.takeSegmentID()
            try demand(next > lost && next > (try found(used.segment)), "a segment id came back")
            let ids = [lost, try found(used.segment), next]
            try demandEqual(try await catalog.unreferencedSegments(among: ids), [lost])
        },
        CatalogReopeningLaw("What was let go before a restart is in nobody's reach after it") {
            reopen, clock in
            var catalog = try await reopen()
            var scene = try await CatalogScene(catalog, clock)
            try await scene.put("key", "text")
            let hold = catalog.holdEpoch()
            _ = try await scene.delete("key")
            try await scene.sweep()
            try demandEqual(try await catalog.statistics().inlineContents, 1)
            withExtendedLifetime(hold) {}
            catalog = try await reopen()
            scene = CatalogScene(scene, catalog)
            try await scene.sweep()
            try await scene.demandNothingStored()
        },
        CatalogReopeningLaw("Only the first project ever serves localhost, also after reopening") {
            reopen, _ in
            var catalog = try await reopen()
            let (bucket, _) = try await catalog.createProject(CatalogLaw.newProject("one"))
            try await catalog.deleteBucket(found(bucket).id)
            try await catalog.deleteProject(ProjectID("id-one"))
            catalog = try await reopen()
            let (again, domain) = try await catalog.createProject(CatalogLaw.newProject("two"))
            try demandEqual(domain?.servesLocalhost, false)
            try demand(again?.id != bucket?.id, "a bucket's id was used twice")
        },
    ]

    /// What a bucket holds, to be compared.
    private struct State: Equatable {
        var words: [[String]] = []
        var sequences: [Int64] = []
        var statistics = CatalogStatistics()

        init(_ scene: CatalogScene) async throws {
            statistics = try await scene.catalog.statistics()
            let page = try await scene.catalog.listVersions(
                ListQuery(bucket: scene.bucket, limit: 1000), afterVersion: nil)
            for entry in page.entries {
                words.append(CatalogLaw.word(entry))
                guard case .item(let version) = entry else { continue }
                sequences.append(version.sequence)
                words.append([version.versionID.string, "\(version.file)", "\(version.media)"])
                words.append(try await scene.extents(version.content, 0..<version.size).map { "\($0)" })
            }
        }
    }
}
