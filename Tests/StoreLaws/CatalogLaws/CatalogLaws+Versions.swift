import Objects

extension CatalogLaw {
    static let versions: [CatalogLaw] = [
        CatalogLaw("With versioning every write adds a version and loses none") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock, versioning: .enabled)
            var made: [ObjectVersion] = []
            for text in ["one", "two", "three"] { made.append(try await scene.put("key", text)) }
            try demandEqual(Set(made.map(\.versionID)).count, 3)
            try demand(!made.contains { $0.versionID == .null }, "a version is null")
            for (version, text) in zip(made, ["one", "two", "three"]) {
                let read = try found(try await scene.version("key", version.versionID))
                try demandEqual(try await scene.text(read.content, 0..<read.size), text)
                try demandEqual(read.isLatest, text == "three")
                try demandSame(read, version)
            }
            try demandEqual(try await all(scene), made.reversed().map { "\($0.versionID)" })
            try demandEqual(try await catalog.statistics().objects, 1)
            try demandEqual(try await catalog.statistics().logicalBytes, 11)
            try demand(try await scene.version("key", .null) == nil, "a null version is found")
            try demand(
                try await scene.version("key", VersionID("nope")) == nil, "an unknown version is found")
            try await scene.verify()
        },
        CatalogLaw("A deletion hides the key under a marker, and removing the marker shows it again") {
            catalog, clock in
            let scene = try await CatalogScene(catalog, clock, versioning: .enabled)
            let version = try await scene.put("key", "one")
            clock.advance(by: 5)
            let deleted = try await scene.delete("key")
            try demand(deleted.existed && deleted.isDeleteMarker, "\(deleted)")
            let id = try found(deleted.versionID)
            try await demand(.deleteMarker(id)) { try await scene.current("key") }
            let page = try await catalog.listObjects(ListQuery(bucket: scene.bucket, limit: 5))
            try demandEqual(page.entries.count, 0)
            let marker = try found(try await scene.version("key", id))
            try demand(marker.isDeleteMarker && marker.isLatest, "the marker is not the latest")
            try demandEqual([marker.size, marker.modified], [0, clock.now])
            try demandEqual(marker.author, scene.author)
            try demandEqual(try await scene.version("key", version.versionID)?.isLatest, false)
            try demandEqual(try await catalog.statistics().objects, 0)
            let removed = try await scene.delete("key", id)
            try demandEqual(removed, ObjectDeleted(existed: true, versionID: id, isDeleteMarker: true))
            try demandSame(try found(try await scene.current("key")), version)
            try demandEqual(try await scene.version("key", version.versionID)?.isLatest, true)
        },
        CatalogLaw("Markers pile up, also on a key that never was") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock, versioning: .enabled)
            let first = try await scene.delete("key")
            let second = try await scene.delete("key")
            try demandEqual([first.existed, second.existed], [false, false])
            try demandEqual(try await all(scene), [second, first].compactMap { $0.versionID?.string })
            try await demand(.deleteMarker(found(second.versionID))) { try await scene.current("key") }
            _ = try await scene.delete("key", second.versionID)
            try await demand(.deleteMarker(found(first.versionID))) { try await scene.current("key") }
            _ = try await scene.delete("key", first.versionID)
            try demand(try await scene.current("key") == nil, "the key is still there")
            try await catalog.deleteBucket(scene.bucket)
        },
        CatalogLaw("Removing the newest version makes the one before it current") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock, versioning: .enabled)
            let one = try await scene.put("key", "one")
            let two = try await scene.put("key", "two")
            let marker = try await scene.delete("key")
            let three = try await scene.put("key", "three")
            _ = try await scene.delete("key", three.versionID)
            try await demand(.deleteMarker(found(marker.versionID))) { try await scene.current("key") }
            _ = try await scene.delete("key", one.versionID)
            try await demand(.deleteMarker(found(marker.versionID))) { try await scene.current("key") }
            _ = try await scene.delete("key", marker.versionID)
            try demandSame(try found(try await scene.current("key")), two)
            try await scene.verify()
            _ = try await scene.delete("key", two.versionID)
            try demand(try await scene.current("key") == nil, "the key is still there")
            try await scene.sweep()
            try await scene.demandNothingStored()
        },
        CatalogLaw("Enabling versioning keeps what was there as the null version") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            let old = try await scene.put("key", "old")
            _ = try await catalog.setVersioning(scene.bucket, .enabled)
            let new = try await scene.put("key", "new")
            try demandEqual(new.file, old.file)
            let null = try found(try await scene.version("key", .null))
            try demandSame(null, old)
            try demandEqual(null.isLatest, false)
            _ = try await scene.delete("key", new.versionID)
            try demandEqual(try await scene.current("key")?.versionID, .null)
            try await scene.verify()
        },
        CatalogLaw("Suspended, a write replaces the null version and no other") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            try await scene.put("key", "null one")
            _ = try await catalog.setVersioning(scene.bucket, .enabled)
            let kept = try await scene.put("key", "kept")
            _ = try await catalog.setVersioning(scene.bucket, .suspended)
            let two = try await scene.put("key", "null two")
            try demandEqual(two.versionID, .null)
            try demandEqual(try await all(scene), ["null", kept.versionID.string])
            let three = try await scene.put("key", "null three")
            try demandEqual(try await all(scene), ["null", kept.versionID.string])
            try demandSame(try found(try await scene.version("key", .null)), three)
            try demandEqual(try await catalog.statistics().logicalBytes, 14)
            try await scene.verify()
        },
        CatalogLaw("Suspended, a deletion replaces the null version by a null marker") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock, versioning: .enabled)
            let kept = try await scene.put("key", "kept")
            _ = try await catalog.setVersioning(scene.bucket, .suspended)
            try await scene.put("key", "null one")
            let deleted = try await scene.delete("key")
            try demandEqual(deleted, ObjectDeleted(existed: true, versionID: .null, isDeleteMarker: true))
            try demandEqual(try await all(scene), ["null", kept.versionID.string])
            try await demand(.deleteMarker(.null)) { try await scene.current("key") }
            _ = try await scene.delete("key")
            try demandEqual(try await all(scene), ["null", kept.versionID.string])
            try await scene.put("key", "null two")
            try demandEqual(try await all(scene), ["null", kept.versionID.string])
            _ = try await scene.delete("key", .null)
            try demandSame(try found(try await scene.current("key")), kept)
            try await scene.verify()
        },
        CatalogLaw("A null version under newer ones is still the only one") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock, versioning: .suspended)
            try await scene.put("key", "null")
            _ = try await catalog.setVersioning(scene.bucket, .enabled)
            let one = try await scene.put("key", "one")
            _ = try await scene.delete("key")
            _ = try await catalog.setVersioning(scene.bucket, .suspended)
            _ = try await scene.delete("key")
            let listed = try await all(scene)
            try demandEqual(listed.count { $0 == "null" }, 1)
            try demandEqual(listed.first, "null")
            try demandEqual(listed.last, one.versionID.string)
            try await scene.verify()
        },
    ]

    /// The ids of all versions, as they are listed.
    static func all(_ scene: CatalogScene) async throws -> [String] {
        let page = try await scene.catalog.listVersions(
            ListQuery(bucket: scene.bucket, limit: 1000), afterVersion: nil)
        return page.entries.map { entry in
            if case .item(let version) = entry { version.versionID.string } else { "prefix" }
        }
    }
}
