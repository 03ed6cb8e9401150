import Digests
import NIOCore
package import Objects

/// Contents for tests that are about one implementation.
extension CatalogLaw {
    /// A project with a bucket and some small objects, named `key 0` and so on.
    package static func fill(_ catalog: any Catalog, _ clock: LawClock, objects: Int = 5) async throws {
        let scene = try await CatalogScene(catalog, clock)
        for index in 0..<objects { try await scene.put("key \(index)", "text \(index)") }
    }

    /// Puts an object into the bucket that `fill` made.
    package static func put(
        _ catalog: any Catalog, _ clock: LawClock, _ key: String, bytes: Int? = nil
    ) async throws {
        let text = bytes.map { String(repeating: "x", count: $0 - key.utf8.count) + key } ?? key
        _ = try await catalog.commitObject(
            ObjectCommit(
                bucket: try await bucket(catalog), key: try CatalogScene.key(key),
                content: CatalogScene.inline(text),
                size: Int64(text.utf8.count), etag: CatalogScene.etag(text),
                metadata: ObjectMetadata(contentType: "text/plain"), modified: clock.now))
    }

    package static func delete(_ catalog: any Catalog, _ clock: LawClock, _ key: String) async throws {
        let deletion = ObjectDeletion(
            bucket: try await bucket(catalog), key: try CatalogScene.key(key), now: clock.now)
        _ = try found(try await catalog.deleteObjects([deletion]).first).get()
    }

    private static func bucket(_ catalog: any Catalog) async throws -> BucketID {
        try found(try await catalog.bucket(found(BucketName("bucket-scene")))).id
    }

    /// Something of every kind: versions, markers, chunks, lists, copies, uploads of both kinds, and things that
    /// wait for the sweeper.
    package static func fillWithEverything(_ catalog: any Catalog, _ clock: LawClock) async throws {
        let new = try newProject("first")
        _ = try await catalog.createProject(new)
        let scene = try await CatalogScene(catalog, clock, versioning: .enabled)
        let source = try await scene.put("chunks", scene.piece((0..<20).map { "chunk \($0)" }))
        try await scene.put("again", scene.piece(["chunk 1", "chunk 2", "another"]))
        for text in ["old", "new", "newer"] { try await scene.put("inline", text) }
        var commit = try scene.commit(
            "list",
            .slices([
                ContentSlice(content: source.content, offset: 5, length: 100),
                ContentSlice(content: source.content, offset: 0, length: 7),
            ]), size: 107)
        commit.metadata = fullMetadata
        commit.checksum = ObjectChecksum(algorithm: .crc32, value: [1, 2, 3, 4])
        _ = try await catalog.commitObject(commit)
        _ = try await catalog.commitObject(scene.commit("copy", .existing(source.content), size: 200))
        _ = try await catalog.commitObject(scene.commit("empty", .empty, size: 0))
        try await scene.put("deleted", "under a marker")
        _ = try await scene.delete("deleted")
        let upload = try scene.upload("part/of")
        try await catalog.createUpload(upload)
        for number in [1, 2, 9] { try await scene.putPart(upload, number, "part \(number)") }
        let done = try scene.upload("done")
        try await catalog.createUpload(done)
        let parts = [
            try await scene.putPart(done, 1, "one part"), try await scene.putPart(done, 2, "and one"),
        ]
        _ = try await scene.complete(done, parts)
        let range = try await scene.newRangeUpload("range", total: 30, at: 0, "abcdef")
        try await scene.putRange(range.id, at: 6, "ghi")
        try await scene.putRange(range.id, at: 20, "uvw")
        _ = try await catalog.publishContent(.piece(scene.piece(["abandoned"]), scope: .instance))
    }

    /// Throws unless the catalog holds what `fillWithEverything` left in it, perhaps long ago.
    package static func demandEverything(_ catalog: any Catalog, _ clock: LawClock) async throws {
        let scene = try await CatalogScene(reading: catalog, clock)
        let expected: [(String, Int64)] = [
            ("again", 30), ("chunks", 200), ("copy", 200), ("done", 15), ("empty", 0), ("inline", 5),
            ("list", 107),
        ]
        let listed = try await catalog.listObjects(ListQuery(bucket: scene.bucket, limit: 99))
        let page = try await catalog.listVersions(
            ListQuery(bucket: scene.bucket, limit: 99), afterVersion: nil)
        let objects: [ObjectVersion] = page.entries.compactMap {
            if case .item(let version) = $0, version.isLatest, !version.isDeleteMarker {
                version
            } else {
                nil
            }
        }
        try demandEqual(
            listed.entries.compactMap { if case .item(let object) = $0 { object } else { nil } },
            objects.map { ListedObject($0) })
        try demandEqual(objects.map(\.key.description), expected.map(\.0))
        try demandEqual(objects.map(\.size), expected.map(\.1))
        for version in objects {
            let length = try await scene.extents(version.content, 0..<version.size).reduce(0) {
                $0 + $1.length
            }
            try demandEqual(Int64(length), version.size)
        }
        try demandEqual(try await scene.text(objects[3].content, 0..<15), "one partand one")
        try demandEqual(objects[6].metadata, fullMetadata)
        try demandEqual(objects[6].checksum, ObjectChecksum(algorithm: .crc32, value: [1, 2, 3, 4]))
        try demandEqual(objects[3].partCount, 2)
        try demandEqual(objects[3].author, scene.author)
        try demandEqual(try await all(scene).count, 11)
        let uploads = try await catalog.multipartUploads(
            ListQuery(bucket: scene.bucket, limit: 9), afterUpload: nil)
        guard case .item(let upload)? = uploads.entries.first, uploads.entries.count == 1 else {
            throw Broken(description: "\(uploads.entries.count) uploads are open")
        }
        try demandEqual(
            try await catalog.parts(of: upload.id, after: 0, limit: 9).map(\.position), [1, 2, 9])
        let range = try found(
            try await catalog.rangeUploads(
                scene.bucket, CatalogScene.key("range"), author: scene.author, total: 30
            ).first)
        try demandEqual(
            try await catalog.parts(of: range.id, after: -1, limit: 9).map(\.position), [0, 6, 20])
        let new = try newProject("first")
        try demandEqual(try await catalog.project(named: "first"), new.project)
        try demandEqual(try await catalog.accessKey(KeyID("key-first")), new.key)
        try demandEqual(try await catalog.localhostDomain()?.host, "first.example")
        let totals = try await catalog.statistics()
        try demandEqual([totals.objects, totals.chunks, totals.uploads, totals.buckets], [7, 22, 2, 2])
    }

    /// Removes every version and upload of the bucket and sweeps, until nothing is stored.
    package static func emptyBucket(_ catalog: any Catalog, _ clock: LawClock) async throws {
        let scene = try await CatalogScene(reading: catalog, clock)
        let page = try await catalog.listVersions(
            ListQuery(bucket: scene.bucket, limit: 1000), afterVersion: nil)
        for case .item(let version) in page.entries {
            _ = try await scene.delete(version.key.description, version.versionID)
        }
        try await catalog.deleteBucket(scene.bucket)
        _ = try await catalog.reapUploads(now: .max, limit: 100)
        clock.advance(by: 1_000_000_000)
        try await scene.sweep()
        try await scene.demandNothingStored()
    }

    /// A range upload of single bytes from twenty tasks at once.
    package static func manyRanges(_ catalog: any Catalog, _ clock: LawClock, count: Int) async throws {
        let scene = try await CatalogScene(catalog, clock)
        let upload = try await scene.newRangeUpload("key", total: Int64(count), at: 0, "a")
        let versions = try await withThrowingTaskGroup(of: [ObjectVersion].self) { group in
            for lane in 0..<20 {
                group.addTask {
                    var versions: [ObjectVersion] = []
                    for index in stride(from: lane + 1, to: count, by: 20) {
                        let outcome = try await scene.putRange(upload.id, at: Int64(index), letter(index))
                        try demand(outcome.word != "changed", "a range of its own was changed")
                        if let version = outcome.version { versions.append(version) }
                    }
                    return versions
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        try demandEqual(versions.count, 1)
        try demandEqual(versions.first?.size, Int64(count))
        var text = ""
        var start: Int64 = 0
        while start < count {
            let page = try await catalog.extents(
                of: found(versions.first).content, range: start..<Int64(count), limit: 1000)
            for case .bytes(let buffer) in page.extents { text += String(buffer: buffer) }
            guard let next = page.next else { break }
            start = next
        }
        try demand(text == (0..<count).map(letter).joined(), "bytes are in another order")
        _ = try await scene.delete("key")
        try await scene.sweep()
        try await scene.demandNothingStored()
    }

    private static func letter(_ index: Int) -> String {
        String(decoding: [UInt8(ascii: "a") + UInt8(index % 26)], as: UTF8.self)
    }

    /// Every second byte of a range upload, until the catalog says stop.
    package static func scatteredRanges(_ catalog: any Catalog, _ clock: LawClock) async throws {
        let scene = try await CatalogScene(catalog, clock)
        let limit = NewContent.maximumSlices
        let upload = try await scene.newRangeUpload("key", total: Int64(4 * limit), at: 0, "a")
        let refused = try await withThrowingTaskGroup(of: Int.self) { group in
            for lane in 0..<20 {
                group.addTask {
                    var refused = 0
                    for index in stride(from: lane + 1, to: limit + 100, by: 20) {
                        do {
                            try await scene.putRange(upload.id, at: Int64(2 * index), letter(index))
                        } catch StoreError.tooManyParts {
                            refused += 1
                        }
                    }
                    return refused
                }
            }
            return try await group.reduce(0, +)
        }
        try demandEqual(refused, 100)
        try demandEqual(try await catalog.parts(of: upload.id, after: -1, limit: 2 * limit).count, limit)
        try await scene.verify()
        try await catalog.abortUpload(upload.id)
        try await scene.sweep()
        try await scene.demandNothingStored()
    }
}
