import Objects

extension CatalogLaw {
    static let listing: [CatalogLaw] = [
        CatalogLaw("Pages of any size, prefix and delimiter are those of a listing by hand") {
            catalog, clock in
            for seed in UInt64(1)...3 {
                try await compareListings(catalog, clock, seed: seed, versioning: .off)
            }
        },
        CatalogLaw("Pages of versions are those of a listing by hand") { catalog, clock in
            for seed in UInt64(11)...13 {
                try await compareListings(catalog, clock, seed: seed, versioning: .enabled)
            }
        },
        CatalogLaw("A listing of nothing is empty and ends") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            try await scene.put("key")
            for query in [
                ListQuery(bucket: scene.bucket, limit: 0),
                ListQuery(bucket: scene.bucket, prefix: Array("key".utf8), limit: 0),
                ListQuery(bucket: scene.bucket, prefix: Array("kez".utf8), limit: 5),
                ListQuery(bucket: scene.bucket, after: Array("key".utf8), limit: 5),
                ListQuery(bucket: BucketID(999_999), limit: 5),
            ] {
                let page = try await catalog.listObjects(query)
                try demandEqual([page.entries.isEmpty, page.isTruncated], [true, false])
                let versions = try await catalog.listVersions(query, afterVersion: nil)
                try demandEqual([versions.entries.isEmpty, versions.isTruncated], [true, false])
            }
        },
        CatalogLaw("A page that ends with the last key is not truncated") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            for key in ["a", "b/1", "b/2", "c"] { try await scene.put(key) }
            func page(_ limit: Int, _ delimiter: [UInt8]?) async throws -> ObjectPage {
                try await catalog.listObjects(
                    ListQuery(bucket: scene.bucket, delimiter: delimiter, limit: limit))
            }
            try demandEqual(try await page(4, nil).isTruncated, false)
            try demandEqual(try await page(3, nil).isTruncated, true)
            let slash = [UInt8(ascii: "/")]
            try demandEqual(try await page(3, slash).isTruncated, false)
            try demandEqual(try await page(2, slash).isTruncated, true)
            try demandEqual(
                try await page(3, slash).entries.map { String(decoding: $0.marker, as: UTF8.self) },
                ["a", "b/", "c"])
        },
        CatalogLaw("Versions that are deleted between two pages lose none of the rest") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock, versioning: .enabled)
            for key in ["a", "b"] {
                for _ in 0..<5 { try await scene.put(key) }
            }
            var query = ListQuery(bucket: scene.bucket, limit: 3)
            var marker: VersionID?
            var deleted = 0
            while true {
                let page = try await catalog.listVersions(query, afterVersion: marker)
                for case .item(let version) in page.entries {
                    try demand(
                        try await scene.delete(version.key.description, version.versionID).existed,
                        "a version was listed twice")
                    deleted += 1
                    query.after = version.key.bytes
                    marker = version.versionID
                }
                if !page.isTruncated { break }
            }
            try demandEqual(deleted, 10)
            try await catalog.deleteBucket(scene.bucket)
        },
        CatalogLaw("Old versions and delete markers are no part of a listing of objects") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock, versioning: .enabled)
            for key in ["a", "b", "c", "d/1", "d/2"] {
                try await scene.put(key, "old")
                try await scene.put(key, "new")
            }
            for key in ["b", "d/1", "d/2"] { _ = try await scene.delete(key) }
            let page = try await catalog.listObjects(
                ListQuery(bucket: scene.bucket, delimiter: [UInt8(ascii: "/")], limit: 9))
            try demandEqual(page.entries.map { String(decoding: $0.marker, as: UTF8.self) }, ["a", "c"])
            try demand(!page.isTruncated, "the page is truncated")
            let versions = try await catalog.listVersions(
                ListQuery(bucket: scene.bucket, delimiter: [UInt8(ascii: "/")], limit: 9), afterVersion: nil)
            try demandEqual(versions.entries.count, 8)
        },
    ]

    /// Pieces of keys that tempt an implementation to compare them as anything but bytes.
    static let keyParts = [
        "a", "b", "A", "/", "/", "//", "-", "\u{0}", "\u{7f}", "\u{80}", "\u{7ff}", "\u{ffff}", "\u{10ffff}",
        "e\u{301}", "\u{e9}", " ", "%", "_", "*", "\u{1}", ".", "..",
    ]

    static func randomKey(_ random: inout LawRandom, parts: Int = 4) -> String {
        (0..<1 + random.below(parts)).map { _ in random.pick(keyParts) ?? "a" }.joined()
    }

    /// Fills a bucket and the model with the same keys and compares many pages.
    private static func compareListings(
        _ catalog: any Catalog, _ clock: LawClock, seed: UInt64, versioning: Bucket.Versioning
    ) async throws {
        var random = LawRandom(seed: seed)
        let scene = try await CatalogScene(catalog, clock, name: "list-\(seed)", versioning: versioning)
        let model = CatalogModel()
        let mirror = try await CatalogScene(model, clock, name: "list-\(seed)", versioning: versioning)
        var keys: [String] = []
        for _ in 0..<120 {
            let key = random.chance(20) ? random.pick(keys) ?? "k" : randomKey(&random)
            keys.append(key)
            if versioning == .enabled, random.chance(20) {
                _ = try await scene.delete(key)
                _ = try await mirror.delete(key)
            } else {
                try await scene.put(key, key)
                try await mirror.put(key, key)
            }
        }
        for round in 0..<60 {
            var query = ListQuery(bucket: scene.bucket, limit: 1 + random.below(9))
            if random.chance(50) { query.prefix = Array(randomKey(&random, parts: 2).utf8) }
            if random.chance(15) { query.prefix = Array(query.prefix.dropLast()) }
            if random.chance(70) {
                query.delimiter = Array((random.pick(["/", "a", "//", "\u{10ffff}", "e"]) ?? "/").utf8)
            }
            if random.chance(40) { query.after = Array(randomKey(&random).utf8) }
            var mirrored = query
            mirrored.bucket = mirror.bucket
            let context = "seed \(seed), round \(round), \(query)"
            if versioning == .off {
                try await walkObjects(catalog, query, model, mirrored, context)
            } else {
                try await walkVersions(catalog, query, model, mirrored, context)
            }
        }
    }

    private static func walkObjects(
        _ catalog: any Catalog, _ query: ListQuery, _ model: CatalogModel, _ mirrored: ListQuery,
        _ context: String
    ) async throws {
        var (query, mirrored) = (query, mirrored)
        while true {
            let page = try await catalog.listObjects(query)
            let expected = try await model.listObjects(mirrored)
            try demand(page.entries.map(word) == expected.entries.map(word), "a page differs: \(context)")
            try demand(page.isTruncated == expected.isTruncated, "the end differs: \(context)")
            guard page.isTruncated, let last = page.entries.last else { return }
            query.after = last.marker
            mirrored.after = last.marker
        }
    }

    private static func walkVersions(
        _ catalog: any Catalog, _ query: ListQuery, _ model: CatalogModel, _ mirrored: ListQuery,
        _ context: String
    ) async throws {
        var (query, mirrored) = (query, mirrored)
        var (marker, otherMarker): (VersionID?, VersionID?) = (nil, nil)
        while true {
            let page = try await catalog.listVersions(query, afterVersion: marker)
            let expected = try await model.listVersions(mirrored, afterVersion: otherMarker)
            try demand(page.entries.map(word) == expected.entries.map(word), "a page differs: \(context)")
            try demand(page.isTruncated == expected.isTruncated, "the end differs: \(context)")
            guard page.isTruncated, let last = page.entries.last, let other = expected.entries.last else {
                return
            }
            query.after = last.marker
            mirrored.after = last.marker
            if case .item(let version) = last { marker = version.versionID } else { marker = nil }
            if case .item(let version) = other {
                otherMarker = version.versionID
            } else {
                otherMarker = nil
            }
        }
    }

    /// What two catalogs must agree on.
    static func word(_ entry: ObjectPage.Entry) -> [String] {
        switch entry {
        case .prefix(let prefix): ["prefix", "\(prefix)"]
        case .item(let object): ["\(object)", "\(object.key.bytes)"]
        }
    }

    /// The same for versions, whose ids they choose themselves.
    static func word(_ entry: VersionPage.Entry) -> [String] {
        switch entry {
        case .prefix(let prefix): ["prefix", "\(prefix)"]
        case .item(let version):
            [
                "\(version.key.bytes)", "\(version.size)", version.etag.string, "\(version.isLatest)",
                "\(version.isDeleteMarker)", "\(version.versionID == .null)", "\(version.modified)",
                "\(version.created)", "\(version.metadata)", "\(version.partCount)",
            ]
        }
    }
}
