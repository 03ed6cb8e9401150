import Objects

extension CatalogLaw {
    private static let full = ObjectAttributes(
        owner: ProjectID("somebody"), acl: [1, 2, 3],
        tags: [ObjectAttributes.Tag("a", "b"), ObjectAttributes.Tag("é", "")],
        retention: Retention(mode: .governance, until: 5_000_000), hasLegalHold: true)

    static let attributes: [CatalogLaw] = [
        CatalogLaw("A version keeps its attributes and its encryption, and an upload gives them to it") {
            catalog, clock in
            let scene = try await CatalogScene(catalog, clock, versioning: .enabled)
            var commit = try scene.commit("key", CatalogScene.inline("text"), size: 4)
            commit.attributes = full
            let encryption = ObjectEncryption(
                .named(name: "k", version: 2), runs: [.init(length: .max, salt: [1, 2])])
            commit.encryption = encryption
            let made = try await catalog.commitObject(commit)
            try demandEqual(made.attributes, full)
            try await scene.put("key", "newer")
            let older = try found(try await scene.version("key", made.versionID))
            try demandEqual(older.attributes, full)
            try demandEqual(older.encryption, encryption)
            try demandEqual(try await scene.current("key")?.attributes, ObjectAttributes.none)

            var upload = try scene.upload("whole")
            upload.attributes = full
            upload.encryption = ObjectEncryption(.managed)
            try await catalog.createUpload(upload)
            try demandEqual(try await catalog.upload(upload.id)?.attributes, full)
            let part = try await catalog.putPart(
                PartCommit(
                    upload: upload.id, number: 1, content: CatalogScene.inline("part"), size: 4,
                    etag: CatalogScene.etag("part"), salt: [7], modified: clock.now))
            let whole = try await scene.complete(upload, [part])
            try demandEqual(whole.attributes, full)
            try demandEqual(
                try await scene.current("whole")?.encryption,
                ObjectEncryption(.managed, runs: [.init(length: 4, salt: [7])]))
        },
        CatalogLaw("Attributes change in place, one version at a time") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock, versioning: .enabled)
            let older = try await scene.put("key", "one")
            let newest = try await scene.put("key", "two")
            let tags = [ObjectAttributes.Tag("colour", "blue")]
            let changed = try await catalog.changeAttributes(try change(scene, .tags(tags)))
            try demandEqual(changed.versionID, newest.versionID)
            _ = try await catalog.changeAttributes(try change(scene, .acl([5]), older.versionID))
            let read = try found(try await scene.current("key"))
            try demandEqual(read.attributes, ObjectAttributes(tags: tags))
            try demandEqual([read.sequence, read.modified], [newest.sequence, newest.modified])
            try demandEqual(
                try await scene.version("key", older.versionID)?.attributes, ObjectAttributes(acl: [5]))
            _ = try await catalog.changeAttributes(try change(scene, .tags([])))
            try demandEqual(try await scene.current("key")?.attributes, ObjectAttributes.none)

            try await demand(.noSuchVersion) {
                try await catalog.changeAttributes(try change(scene, .tags([]), VersionID("nope")))
            }
            let marker = try found(try await scene.delete("key").versionID)
            try await demand(.deleteMarker(marker)) {
                try await catalog.changeAttributes(try change(scene, .tags([])))
            }
            try await demand(.noSuchKey) {
                try await catalog.changeAttributes(
                    AttributesChange(
                        bucket: scene.bucket, key: try CatalogScene.key("other"), edit: .tags([]),
                        now: clock.now))
            }
        },
        CatalogLaw("What is locked is not deleted, and governance alone can be bypassed") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock, versioning: .enabled)
            let version = try await scene.put("key", "one")
            let end = clock.now + 1000
            func set(_ mode: Retention.Mode, _ until: Int64, bypass: Bool = false) async throws {
                _ = try await catalog.changeAttributes(
                    try change(
                        scene, .retention(Retention(mode: mode, until: until)), version.versionID,
                        bypass: bypass))
            }
            func delete(bypass: Bool) async throws -> ObjectDeleted {
                let deletion = ObjectDeletion(
                    bucket: scene.bucket, key: try CatalogScene.key("key"), versionID: version.versionID,
                    bypassesGovernance: bypass, now: clock.now)
                return try await found(catalog.deleteObjects([deletion]).first).get()
            }
            try await set(.governance, end)
            try await demand(.objectLocked) { try await delete(bypass: false) }
            try await demand(.objectLocked) { try await set(.governance, end - 1) }
            try await set(.governance, end + 1)
            try await set(.governance, end, bypass: true)
            try await demand(.objectLocked) { try await set(.compliance, end) }
            try await set(.compliance, end, bypass: true)
            try await demand(.objectLocked) { try await set(.compliance, end - 1, bypass: true) }
            try await demand(.objectLocked) { try await set(.governance, end + 1, bypass: true) }
            try await demand(.objectLocked) { try await delete(bypass: true) }

            // A marker may hide it all the same; the version stays.
            _ = try await scene.delete("key")
            try demand(try await scene.version("key", version.versionID) != nil, "the version is gone")
            clock.advance(by: 1001)
            _ = try await catalog.changeAttributes(
                try change(scene, .legalHold(true), version.versionID))
            try await demand(.objectLocked) { try await delete(bypass: true) }
            _ = try await catalog.changeAttributes(
                try change(scene, .legalHold(false), version.versionID))
            try demandEqual(try await delete(bypass: false).existed, true)
        },
        CatalogLaw("What was seen is changed only while it is what was seen") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            let key = try CatalogScene.key("key")
            let first = try await scene.put("key", "one")
            let seen = VersionSighting(first)
            func delete(_ seen: VersionSighting, _ id: VersionID? = nil) async throws -> ObjectDeleted {
                let deletion = ObjectDeletion(
                    bucket: scene.bucket, key: key, versionID: id, seen: seen, now: clock.now)
                return try await found(catalog.deleteObjects([deletion]).first).get()
            }
            func move(_ seen: VersionSighting) async throws -> ObjectVersion {
                try await catalog.changeAttributes(
                    AttributesChange(
                        bucket: scene.bucket, key: key, versionID: .null, edit: .storageClass("GLACIER"),
                        seen: seen, now: clock.now))
            }
            try demandEqual(try await move(seen).metadata.storageClass, "GLACIER")
            try demandEqual(try await scene.current("key")?.metadata.storageClass, "GLACIER")
            // The same bytes under the same key are another version all the same.
            let second = try await scene.put("key", "one")
            try await demand(.preconditionFailed) { try await delete(seen) }
            try await demand(.preconditionFailed) { try await delete(seen, .null) }
            try await demand(.preconditionFailed) { try await move(seen) }
            _ = try await catalog.changeAttributes(
                try change(scene, .tags([ObjectAttributes.Tag("keep", "me")])))
            try await demand(.preconditionFailed) { try await delete(VersionSighting(second)) }
            let now = try found(try await scene.current("key"))
            try demandEqual(try await delete(VersionSighting(now)).existed, true)
            try await demand(.preconditionFailed) { try await delete(VersionSighting(now)) }

            // What was an older version may have become the current one.
            _ = try await catalog.setVersioning(scene.bucket, .enabled)
            let older = try await scene.put("key", "old")
            let newer = try await scene.put("key", "new")
            let sighting = VersionSighting(try found(try await scene.version("key", older.versionID)))
            _ = try await scene.delete("key", newer.versionID)
            try await demand(.preconditionFailed) { try await delete(sighting, older.versionID) }
        },
        CatalogLaw("A bucket's lock gives new versions their retention, and its versioning stays") {
            catalog, clock in
            let scene = try await CatalogScene(catalog, clock, versioning: .enabled)
            let lock = ObjectLock(defaultRetention: .init(mode: .governance, period: .days(2)))
            let bucket = try await catalog.setConfiguration(scene.bucket, .objectLock, lock.encoded)
            try demandEqual(try bucket.objectLock, lock)
            let version = try await scene.put("key", "one")
            try demandEqual(
                version.attributes.retention,
                Retention(mode: .governance, until: version.modified + 2 * 86_400_000))
            var own = try scene.commit("own", CatalogScene.inline("two"), size: 3)
            own.attributes.retention = Retention(mode: .compliance, until: 7)
            try demandEqual(try await catalog.commitObject(own).attributes.retention?.until, 7)
            try await demand(.invalidBucketState) {
                try await catalog.setVersioning(scene.bucket, .suspended)
            }
        },
        CatalogLaw("Of changes that race for an encryption key none loses a version") { catalog, clock in
            func create(_ byte: UInt8) async -> Bool {
                (try? await catalog.changeEncryptionKey("k", .create(sealed: [byte], at: clock.now))) != nil
            }
            async let one = create(1)
            async let other = create(2)
            try demandEqual([await one, await other].filter { $0 }.count, 1)
            let first = try found(try await catalog.encryptionKey("k")).versions
            try await withThrowingTaskGroup(of: Void.self) { group in
                for byte in UInt8(10)..<20 {
                    group.addTask {
                        _ = try await catalog.changeEncryptionKey("k", .addVersion(sealed: [byte]))
                    }
                }
                try await group.waitForAll()
            }
            let key = try await catalog.changeEncryptionKey("k", .setDisabled(true))
            try demandEqual(Array(key.versions.prefix(1)), first)
            try demandEqual(Set(key.versions.dropFirst()), Set((UInt8(10)..<20).map { [$0] }))
            try demandEqual(try await catalog.encryptionKeys(), [key])
            try demandEqual(try await catalog.encryptionKey("k"), key)
            try await demand(.noSuchEncryptionKey) {
                try await catalog.changeEncryptionKey("other", .setDisabled(true))
            }
        },
        CatalogLaw("A bucket keeps the documents of its configuration until they are removed") {
            catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            let name = try found(try await catalog.bucket(scene.bucket)).name
            _ = try await catalog.setConfiguration(scene.bucket, .policy, [1, 2])
            _ = try await catalog.setConfiguration(scene.bucket, .cors, [])
            let bucket = try found(try await catalog.bucket(name))
            try demandEqual(bucket.configurations.mapValues(\.bytes), [.policy: [1, 2], .cors: []])
            if case .known(let peeked) = catalog.peekBucket(name) { try demandEqual(peeked, bucket) }
            _ = try await catalog.setConfiguration(scene.bucket, .policy, nil)
            try demandEqual(try await catalog.bucket(name)?.configurations.count, 1)
            let other = try await catalog.createBucket(
                NewBucket(
                    try found(BucketName("another")), project: bucket.project, created: clock.now,
                    versioning: .enabled, configurations: [.tagging: [3]]))
            try demandEqual(try await catalog.bucket(other.id), other)
            try demandEqual(other.versioning, .enabled)
            try await demand(.noSuchBucket) {
                try await catalog.setConfiguration(BucketID(9_999), .policy, [])
            }
        },
    ]

    private static func change(
        _ scene: CatalogScene, _ edit: AttributesChange.Edit, _ version: VersionID? = nil,
        bypass: Bool = false
    ) throws -> AttributesChange {
        AttributesChange(
            bucket: scene.bucket, key: try CatalogScene.key("key"), versionID: version, edit: edit,
            bypassesGovernance: bypass, now: scene.clock.now)
    }
}
