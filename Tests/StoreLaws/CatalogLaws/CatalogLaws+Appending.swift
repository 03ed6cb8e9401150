import Digests
import NIOCore
import Objects

extension CatalogLaw {
    static let appending: [CatalogLaw] = [
        CatalogLaw(
            "An append makes a version of the bytes that were there and the new ones, and nothing else"
        ) {
            catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            try await demand(.invalidWriteOffset(size: 0)) { try await append(scene, "log", "one", at: 3) }
            let first = try await append(scene, "log", "one", at: 0)
            try demandEqual(first.etag, CatalogScene.etag("one"))
            try demandEqual(first.partCount, 0)
            for offset: Int64 in [0, 2, 4] {
                try await demand(.invalidWriteOffset(size: 3)) {
                    try await append(scene, "log", "two", at: offset)
                }
            }
            var text = "one"
            for number in 2...12 {
                clock.advance(by: 5)
                let version = try await append(scene, "log", "-\(number)", at: Int64(text.utf8.count))
                text += "-\(number)"
                try demandEqual(version.size, Int64(text.utf8.count))
                try demandEqual(version.partCount, number)
                try demandEqual(version.file, first.file)
                try demandEqual(version.etag.string.hasSuffix("-\(number)"), true)
                let current = try found(try await scene.current("log"))
                try demandEqual(current.etag, version.etag)
                try demandEqual(try await scene.text(current.content, 0..<current.size), text)
                try demandEqual(
                    try await catalog.objectParts(of: current.content, size: current.size)?.map(\.size),
                    [3] + (2...number).map { $0 < 10 ? 2 : 3 })
            }
            try await scene.verify()
            _ = try await scene.delete("log")
            try await scene.sweep()
            try await scene.demandNothingStored()
        },
        CatalogLaw("An append changes nothing for who holds an older version or has copied from it") {
            catalog, clock in
            for versioning in [Bucket.Versioning.off, .enabled] {
                let scene = try await CatalogScene(
                    catalog, clock, name: "\(versioning)", versioning: versioning)
                try await append(scene, "log", "one", at: 0)
                let two = try await append(scene, "log", "two", at: 3)
                var copy = try scene.commit("copy", .existing(two.content), size: two.size)
                copy.partCount = two.partCount
                // Appended to after it was looked up, and once more when the copy has a reference of its own.
                let three = try await append(scene, "log", "three", at: 6)
                let copied = try await catalog.commitObject(copy)
                let four = try await append(scene, "log", "four", at: 11)
                let forked = try await append(scene, "copy", "TWO", at: 6)
                for (version, text) in [
                    (copied, "onetwo"), (three, "onetwothree"), (four, "onetwothreefour"),
                    (forked, "onetwoTWO"),
                ] {
                    try demandEqual(try await scene.text(version.content, 0..<version.size), text)
                    try demandEqual(
                        try await catalog.objectParts(of: version.content, size: version.size)?.map(\.size)
                            .reduce(0, +), version.size)
                }
                if versioning == .enabled {
                    let older = try found(try await scene.version("log", two.versionID))
                    try demandEqual(try await scene.text(older.content, 0..<older.size), "onetwo")
                }
                try await scene.verify()
            }
        },
        CatalogLaw("An object in parts and one of many pieces can be appended to, however often it forks") {
            catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            let upload = try scene.upload("log")
            try await catalog.createUpload(upload)
            let parts = [
                try await scene.putPart(upload, 1, "first"), try await scene.putPart(upload, 2, "second"),
            ]
            var version = try await scene.complete(upload, parts)
            var text = "firstsecond"
            for round in 0..<2 * NewContent.maximumDepth {
                // A copy keeps the list from growing in place.
                _ = try await catalog.commitObject(
                    scene.commit("copy \(round)", .existing(version.content), size: version.size))
                version = try await append(scene, "log", "+\(round)", at: version.size)
                text += "+\(round)"
                try demandEqual(try await scene.text(version.content, 0..<version.size), text)
            }
            try demandEqual(version.partCount, 2 + 2 * NewContent.maximumDepth)
            let piece = try scene.piece(["a", "b"])
            let ref = try await catalog.publishContent(.piece(piece, scope: .instance))
            let slices = [
                ContentSlice(content: ref, offset: 0, length: 20),
                ContentSlice(content: ref, offset: 5, length: 5),
            ]
            var long = try scene.commit("log", .slices(slices), size: 25)
            long.appendsAt = version.size
            let longer = try await catalog.commitObject(long)
            try demandEqual(longer.size, version.size + 25)
            try demandEqual(
                try await catalog.objectParts(of: longer.content, size: longer.size)?.last?.size, 25)
            try await scene.verify()
        },
        CatalogLaw("A checksum of the whole is kept when it can be, and what describes the object stays") {
            catalog, clock in
            let scene = try await CatalogScene(catalog, clock, versioning: .enabled)
            func checksum(_ algorithm: ChecksumAlgorithm, _ text: String) -> ObjectChecksum {
                var context = ChecksumContext(algorithm)
                context.update(Array(text.utf8))
                return ObjectChecksum(algorithm: algorithm, value: context.finalize())
            }
            for (algorithm, kept) in [
                (ChecksumAlgorithm.crc32, true), (.crc64nvme, true), (.sha256, false),
            ] {
                var first = try scene.commit("key", CatalogScene.inline("one"), size: 3)
                first.checksum = checksum(algorithm, "one")
                first.attributes = ObjectAttributes(
                    owner: ProjectID("x"), acl: [1], tags: [ObjectAttributes.Tag("a", "b")],
                    hasLegalHold: true)
                first.metadata.user = [ObjectMetadata.Field("kept", "yes")]
                let before = try await catalog.commitObject(first)
                var second = try scene.commit("key", CatalogScene.inline("two"), size: 3)
                second.appendsAt = 3
                second.checksum = checksum(algorithm, "two")
                let version = try await catalog.commitObject(second)
                try demandEqual(version.checksum, kept ? checksum(algorithm, "onetwo") : nil)
                try demandEqual(version.metadata, before.metadata)
                var attributes = first.attributes
                attributes.hasLegalHold = false
                try demandEqual(version.attributes, attributes)
            }
            var none = try scene.commit("key", .empty, size: 0)
            none.appendsAt = 6
            let before = try found(try await scene.current("key"))
            try demandEqual(try await catalog.commitObject(none).etag, before.etag)
        },
        CatalogLaw("Bytes that are appended are encrypted as those before them are, each run with its salt") {
            catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            func encrypted(_ method: ObjectEncryption.Method, _ salt: UInt8) -> ObjectEncryption {
                ObjectEncryption(method, runs: [.init(length: .max, salt: [salt])])
            }
            var commit = try scene.commit("key", CatalogScene.inline("one"), size: 3)
            commit.encryption = encrypted(.managed, 1)
            _ = try await catalog.commitObject(commit)
            commit.appendsAt = 3
            for other in [nil, encrypted(.named(name: "k", version: 0), 2)] {
                commit.encryption = other
                try await demand(.encryptionMismatch) { try await catalog.commitObject(commit) }
            }
            commit.encryption = encrypted(.managed, 2)
            _ = try await catalog.commitObject(commit)
            commit.appendsAt = 6
            commit.encryption = encrypted(.managed, 3)
            try demandEqual(
                try await catalog.commitObject(commit).encryption,
                ObjectEncryption(
                    .managed, runs: (UInt8(1)...3).map { ObjectEncryption.Run(length: 3, salt: [$0]) }))
        },
        CatalogLaw("Of appends that race at one offset exactly one is made") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            var size: Int64 = 0
            for _ in 0..<5 {
                let made = LawShared(0)
                let offset = size
                await withTaskGroup(of: Void.self) { group in
                    for number in 0..<4 {
                        group.addTask {
                            guard (try? await append(scene, "log", "\(number)", at: offset)) != nil else {
                                return
                            }
                            made.change { $0 += 1 }
                        }
                    }
                }
                try demandEqual(made.value, 1)
                size += 1
            }
            try demandEqual(try await scene.current("log")?.size, size)
        },
    ]

    static let renaming: [CatalogLaw] = [
        CatalogLaw("A rename gives the same version another key, and what was there is gone") {
            catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            let one = try await scene.put("one", "text of one")
            try await scene.put("two", "text of two")
            clock.advance(by: 9)
            let renamed = try await rename(scene, "one", "two")
            try demandEqual(renamed.file, one.file)
            try demandEqual(renamed.modified, one.modified)
            try demandEqual(renamed.etag, one.etag)
            try demandEqual(try await scene.current("one") == nil, true)
            let current = try found(try await scene.current("two"))
            try demandEqual(try await scene.text(current.content, 0..<current.size), "text of one")
            try await demand(.noSuchKey) { try await rename(scene, "one", "two") }
            try demandEqual(try await rename(scene, "two", "two").etag, one.etag)
            try await scene.verify()
            _ = try await scene.delete("two")
            try await scene.sweep()
            try await scene.demandNothingStored()
        },
        CatalogLaw("A rename is judged by what both keys hold") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            let one = try await scene.put("one")
            let two = try await scene.put("two")
            for conditions in [
                WritePreconditions(ifNoneMatch: .any), WritePreconditions(ifMatch: .etags(["other"])),
            ] {
                try await demand(.preconditionFailed) {
                    try await rename(scene, "one", "two") { $0.preconditions = conditions }
                }
            }
            try await demand(.overwriteForbidden) {
                try await rename(scene, "one", "two") {
                    $0.preconditions = WritePreconditions(forbidsOverwrite: true)
                }
            }
            try await scene.put("one", "newer")
            try await demand(.preconditionFailed) {
                try await rename(scene, "one", "two") { $0.seenSource = VersionSighting(one) }
            }
            try await scene.put("two", "newer")
            try await demand(.preconditionFailed) {
                try await rename(scene, "one", "two") { $0.seenDestination = VersionSighting(two) }
            }
            try await rename(scene, "one", "three") {
                $0.preconditions = WritePreconditions(ifNoneMatch: .any)
            }
        },
        CatalogLaw("A repeated token is the same rename for a day, and never another one") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            try await scene.put("one")
            let renamed = try await rename(scene, "one", "two") { $0.token = "t" }
            try demandEqual(
                try await rename(scene, "one", "two") { $0.token = "t" }.sequence, renamed.sequence)
            try await demand(.renameTokenMismatch) {
                try await rename(scene, "two", "one") { $0.token = "t" }
            }
            try await demand(.noSuchKey) { try await rename(scene, "one", "two") { $0.token = "u" } }
            clock.advance(by: ObjectRename.tokenLifetime)
            try await demand(.noSuchKey) { try await rename(scene, "one", "two") { $0.token = "t" } }
            try await rename(scene, "two", "one") { $0.token = "t" }
        },
        CatalogLaw("Where versions are kept a rename makes one and leaves a marker") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock, versioning: .enabled)
            let one = try await scene.put("one", "text")
            try await scene.put("two", "other")
            let renamed = try await rename(scene, "one", "two")
            try demandEqual(renamed.etag, one.etag)
            try demandEqual(try await scene.version("one", one.versionID)?.etag, one.etag)
            do {
                _ = try await scene.current("one")
                throw Broken(description: "there is no marker")
            } catch StoreError.deleteMarker {}
            let all = try await catalog.listVersions(
                ListQuery(bucket: scene.bucket, limit: 9), afterVersion: nil)
            try demandEqual(all.entries.count, 4)
            try await scene.verify()
        },
    ]

    @discardableResult
    private static func append(
        _ scene: CatalogScene, _ key: String, _ text: String, at offset: Int64
    ) async throws -> ObjectVersion {
        var commit = try scene.commit(key, CatalogScene.inline(text), size: Int64(text.utf8.count), tag: text)
        commit.appendsAt = offset
        return try await scene.catalog.commitObject(commit)
    }

    @discardableResult
    private static func rename(
        _ scene: CatalogScene, _ source: String, _ destination: String,
        _ change: (inout ObjectRename) -> Void = { _ in }
    ) async throws -> ObjectVersion {
        var rename = ObjectRename(
            bucket: scene.bucket, source: try CatalogScene.key(source),
            destination: try CatalogScene.key(destination), author: scene.author, now: scene.clock.now)
        change(&rename)
        return try await scene.catalog.renameObject(rename)
    }
}
