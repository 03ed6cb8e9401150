import Objects

extension CatalogLaw {
    static let deletions: [CatalogLaw] = [
        CatalogLaw("Without versioning a deletion removes the object, and an absent one succeeds") {
            catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            try await scene.put("key", "one")
            try demandEqual(try await scene.delete("key"), ObjectDeleted(existed: true))
            try demand(try await scene.current("key") == nil, "a deleted object is there")
            try demandEqual(try await scene.delete("key"), ObjectDeleted(existed: false))
            try await scene.put("key", "one")
            try demandEqual(
                try await scene.delete("key", VersionID("other")),
                ObjectDeleted(existed: false, versionID: VersionID("other")))
            try demandEqual(
                try await scene.delete("key", .null), ObjectDeleted(existed: true, versionID: .null))
            try demand(try await scene.current("key") == nil, "the null version is there")
        },
        CatalogLaw("Of many deletions one that fails does not stop the others") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            for key in ["a", "b", "c"] { try await scene.put(key, key) }
            var deletions = try ["a", "b", "b", "absent", "c"].map {
                ObjectDeletion(bucket: scene.bucket, key: try CatalogScene.key($0), now: clock.now)
            }
            deletions[0].preconditions.ifMatch = .etags(["nope"])
            deletions[4].bucket = BucketID(999_999)
            let results = try await catalog.deleteObjects(deletions)
            try demandEqual(
                results,
                [
                    .failure(.preconditionFailed), .success(ObjectDeleted(existed: true)),
                    .success(ObjectDeleted(existed: false)), .success(ObjectDeleted(existed: false)),
                    .failure(.noSuchBucket),
                ])
            var left: [String] = []
            for key in ["a", "b", "c"] where try await scene.current(key) != nil { left.append(key) }
            try demandEqual(left, ["a", "c"])
        },
        CatalogLaw("A deletion under a condition is judged against what it removes") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock, versioning: .enabled)
            let one = try await scene.put("key", "one")
            let two = try await scene.put("key", "two")
            func delete(_ tag: String, _ version: VersionID?) async throws -> Result<
                ObjectDeleted, StoreError
            > {
                var deletion = ObjectDeletion(
                    bucket: scene.bucket, key: try CatalogScene.key("key"), versionID: version, now: clock.now
                )
                deletion.preconditions.ifMatch = .etags([CatalogScene.etag(tag).string])
                return try found(try await catalog.deleteObjects([deletion]).first)
            }
            try demandEqual(try await delete("two", one.versionID), .failure(.preconditionFailed))
            try demandEqual(try await delete("one", two.versionID), .failure(.preconditionFailed))
            try demandEqual(try await delete("one", nil), .failure(.preconditionFailed))
            try demandEqual(try await delete("one", one.versionID).get().existed, true)
            try demandEqual(try await delete("two", nil).get().isDeleteMarker, true)
            try demandEqual(try await delete("two", nil), .failure(.noSuchKey))
        },
        CatalogLaw("A thousand deletions are one call") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            let keys = (0..<1000).map { "key \($0)" }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for key in keys { group.addTask { try await scene.put(key, key) } }
                try await group.waitForAll()
            }
            let deletions = try keys.map {
                ObjectDeletion(bucket: scene.bucket, key: try CatalogScene.key($0), now: clock.now)
            }
            let results = try await catalog.deleteObjects(deletions)
            try demandEqual(results, Array(repeating: .success(ObjectDeleted(existed: true)), count: 1000))
            try await scene.sweep()
            try await scene.demandNothingStored()
        },
        CatalogLaw("No deletions are none") { catalog, _ in
            try demandEqual(try await catalog.deleteObjects([]), [])
        },
    ]
}
