import Blobs
import Digests
import NIOCore
import Objects

extension CatalogLaw {
    static let objects: [CatalogLaw] = [
        CatalogLaw("An object is read as it was written, by every way of reading") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            var commit = try scene.commit("key", CatalogScene.inline("hello"), size: 5, tag: "hello")
            commit.metadata = fullMetadata
            commit.checksum = ObjectChecksum(algorithm: .crc32c, value: [1, 2, 3, 255])
            commit.partCount = 3
            let made = try await catalog.commitObject(commit)
            try demandEqual(made.versionID, .null)
            try demandEqual(made.created, commit.modified)
            try demand(made.isLatest && !made.isDeleteMarker, "a new version is not the latest")
            var seen = [
                try found(try await scene.current("key")), try found(try await scene.version("key", .null)),
            ]
            let page = try await catalog.listObjects(ListQuery(bucket: scene.bucket, limit: 9))
            guard case .item(let listed)? = page.entries.first else {
                throw Broken(description: "nothing is listed")
            }
            try demandEqual(listed, ListedObject(made))
            let versions = try await catalog.listVersions(
                ListQuery(bucket: scene.bucket, limit: 9), afterVersion: nil)
            if case .item(let version)? = versions.entries.first { seen.append(version) }
            try demandEqual(seen.count, 3)
            for version in seen {
                try demandSame(version, made)
                try demandEqual(version.metadata, commit.metadata)
                try demandEqual(version.checksum, commit.checksum)
                try demandEqual([version.size, Int64(version.partCount)], [5, 3])
                try demandEqual(version.author, scene.author)
                if let body = version.inlineBody { try demandEqual(String(buffer: body), "hello") }
            }
            try demandEqual(try await scene.text(made.content, 0..<5), "hello")
        },
        CatalogLaw("What is optional stays away, what is empty stays empty") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            var commit = try scene.commit("key", .empty, size: 0)
            commit.author = nil
            commit.metadata = ObjectMetadata(contentType: "", user: [.init("", "")])
            commit.metadata.cacheControl = ""
            commit.etag = ETag("not an md5-12")
            let made = try await catalog.commitObject(commit)
            let version = try found(try await scene.current("key"))
            try demandEqual(version.content, .empty)
            try demandEqual(version.metadata, commit.metadata)
            try demandEqual(version.etag, commit.etag)
            try demandEqual([version.author == nil, version.checksum == nil], [true, true])
            try demandSame(version, made)
            try demandEqual(try await scene.extents(version.content, 0..<0).count, 0)
            let inline = try await catalog.commitObject(scene.commit("key", CatalogScene.inline(""), size: 0))
            try demandEqual(inline.content, .empty)
        },
        CatalogLaw("Keys are bytes: canonically equivalent ones differ") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            let keys = [
                "caf\u{e9}", "cafe\u{301}", "\u{212b}", "\u{c5}", "a", "a\u{0}", "A", " a", "a/", "../a",
            ]
            for key in keys { try await scene.put(key, "of \(Array(key.utf8))") }
            for key in keys {
                let version = try found(try await scene.current(key))
                try demandEqual(version.key.bytes, Array(key.utf8))
                try demandEqual(
                    try await scene.text(version.content, 0..<version.size), "of \(Array(key.utf8))")
            }
            let longest = String(repeating: "k", count: ObjectKey.maximumLength)
            try await scene.put(longest)
            try demand(try await scene.current(longest) != nil, "the longest key is not found")
        },
        CatalogLaw("Overwriting keeps the file and its birthday, and makes another version") {
            catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            let first = try await scene.put("key", "one")
            clock.advance(by: 10)
            let second = try await scene.put("key", "two")
            try demandEqual(
                [second.file.rawValue, second.media.rawValue], [first.file.rawValue, first.media.rawValue])
            try demandEqual([second.created, second.modified], [first.created, first.modified + 10])
            try demand(second.sequence > first.sequence, "the sequence does not grow")
            let other = try await scene.put("other", "one")
            try demand(other.file != first.file, "two keys have one file")
            _ = try await scene.delete("key")
            let third = try await scene.put("key", "three")
            try demand(third.file != first.file && third.sequence > second.sequence, "a dead file came back")
            try demandEqual(third.created, clock.now)
            try demandEqual(try await catalog.statistics().objects, 2)
        },
        CatalogLaw("Preconditions are judged against the current version") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            let any = WritePreconditions.Match.any
            let right = WritePreconditions.Match.etags(["nope", CatalogScene.etag("one").string])
            let wrong = WritePreconditions.Match.etags([CatalogScene.etag("two").string])
            try await demand(.noSuchKey) { try await scene.put("key", "one", .init(ifMatch: any)) }
            try await demand(.noSuchKey) { try await scene.put("key", "one", .init(ifMatch: right)) }
            try demand(try await scene.current("key") == nil, "a refused write is there")
            try await scene.put("key", "one", .init(ifNoneMatch: any, forbidsOverwrite: true))
            try await demand(.preconditionFailed) { try await scene.put("key", "2", .init(ifNoneMatch: any)) }
            try await demand(.preconditionFailed) {
                try await scene.put("key", "2", .init(ifNoneMatch: right))
            }
            try await demand(.preconditionFailed) { try await scene.put("key", "2", .init(ifMatch: wrong)) }
            try await demand(.overwriteForbidden) {
                try await scene.put("key", "2", .init(forbidsOverwrite: true))
            }
            let held = try found(try await scene.current("key"))
            try demandEqual(try await scene.text(held.content, 0..<held.size), "one")
            try await scene.put("key", "one", .init(ifNoneMatch: wrong))
            try await scene.put("key", "two", .init(ifMatch: right))
            try await scene.put("key", "one", .init(ifMatch: any))
        },
        CatalogLaw("A delete marker is no current version to a precondition") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock, versioning: .enabled)
            let first = try await scene.put("key", "one")
            _ = try await scene.delete("key")
            try await demand(.noSuchKey) { try await scene.put("key", "two", .init(ifMatch: .any)) }
            let again = try await scene.put("key", "two", .init(ifNoneMatch: .any, forbidsOverwrite: true))
            try demand(again.file != first.file, "a deleted file came back")
        },
        CatalogLaw("A refused write leaves nothing behind") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            try await scene.put("key", "one")
            let before = try await catalog.statistics()
            let piece = try scene.piece(["a", "b"])
            try await demand(.preconditionFailed) {
                try await catalog.commitObject(
                    scene.commit(
                        "key", .piece(piece, scope: .instance), size: 20,
                        WritePreconditions(ifNoneMatch: .any)))
            }
            try demandEqual(try await catalog.statistics(), before)
            try demandEqual(
                try catalog.liveChunk(piece.chunks[0].digest, length: 10, scope: .instance), nil)
            try await scene.verify()
        },
        CatalogLaw("What a peek knows of a key is what is true") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            let key = try CatalogScene.key("key")
            func agree(line: Int = #line) async throws {
                for _ in 0..<3 {
                    let read = try await catalog.current(scene.bucket, key)
                    guard case .known(let peeked) = catalog.peekCurrent(scene.bucket, key) else { continue }
                    try demandEqual(peeked?.sequence, read?.sequence, line: line)
                    try demandEqual(peeked?.inlineBody, read?.inlineBody, line: line)
                }
            }
            try await agree()
            try await scene.put("key", "one")
            try await agree()
            try await scene.put("key", scene.piece(["a"]))
            try await agree()
            try await scene.put("key", "two")
            let copied = try found(try await scene.current("key"))
            _ = try await catalog.commitObject(scene.commit("key", .existing(copied.content), size: 3))
            try await agree()
            _ = try await scene.delete("key")
            try await agree()
            _ = try await catalog.setVersioning(scene.bucket, .enabled)
            let first = try await scene.put("key", "three")
            let second = try await scene.put("key", "four")
            _ = try await scene.delete("key", second.versionID)
            try await agree()
            _ = try await scene.delete("key")
            if case .known = catalog.peekCurrent(scene.bucket, key) {
                throw Broken(description: "a peek tells of a key under a delete marker")
            }
            try await demand(.deleteMarker(newestID(catalog, scene))) { try await scene.current("key") }
            _ = try await scene.delete("key", newestID(catalog, scene))
            try await agree()
            try demandEqual(try await scene.current("key")?.versionID, first.versionID)
        },
        CatalogLaw("A bucket that was deleted takes no object") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            try await catalog.deleteBucket(scene.bucket)
            try await demand(.noSuchBucket) { try await scene.put("key") }
            let page = try await catalog.listObjects(ListQuery(bucket: scene.bucket, limit: 5))
            try demandEqual(page.entries.count, 0)
            try await demand(.noSuchBucket) { try await scene.delete("key") }
        },
    ]

    /// Metadata with every field, and bytes that a separator would stumble over.
    static var fullMetadata: ObjectMetadata {
        var metadata = ObjectMetadata(
            contentType: "text/plain; charset=utf-8",
            user: [
                .init("b", "1"), .init("a", "\u{0}\r\n\u{1F600}"),
                .init("b", String(repeating: "x", count: 2000)),
            ])
        metadata.cacheControl = "max-age=1"
        metadata.contentDisposition = "attachment; filename=\"a\""
        metadata.contentEncoding = "gzip"
        metadata.contentLanguage = "de"
        metadata.expires = "never"
        metadata.websiteRedirect = "/other"
        metadata.storageClass = "GLACIER"
        return metadata
    }

    /// Everything but the bytes and the flag of being the latest.
    static func demandSame(_ one: ObjectVersion, _ other: ObjectVersion, line: Int = #line) throws {
        try demandEqual(one.key, other.key, line: line)
        try demandEqual(
            [one.sequence, one.size, one.modified, one.created, one.file.rawValue, one.media.rawValue],
            [
                other.sequence, other.size, other.modified, other.created, other.file.rawValue,
                other.media.rawValue,
            ],
            line: line)
        try demandEqual(
            [one.versionID.string, one.etag.string], [other.versionID.string, other.etag.string], line: line)
        try demandEqual(one.content, other.content, line: line)
        try demandEqual(one.metadata, other.metadata, line: line)
        try demandEqual(one.isDeleteMarker, other.isDeleteMarker, line: line)
    }

    private static func newestID(_ catalog: any Catalog, _ scene: CatalogScene) async throws -> VersionID {
        let page = try await catalog.listVersions(
            ListQuery(bucket: scene.bucket, limit: 1), afterVersion: nil)
        guard case .item(let version)? = page.entries.first else {
            throw Broken(description: "there is no version")
        }
        return version.versionID
    }
}
