import NIOCore
import Objects

extension CatalogLaw {
    private static let origin = ChangeOrigin(
        .createdPut, account: ProjectID("who"), address: "10.0.0.1", requestID: "req_1")

    static let events: [CatalogLaw] = [
        CatalogLaw("A change that somebody subscribed to is in the outbox with it, and no other change is") {
            catalog, clock in
            let scene = try await scene(catalog, clock, events: ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"])
            clock.advance(by: 7)
            let version = try await put(scene, "in/a.txt", "text")
            for key in ["out/a.txt", "in/a.png"] { try await put(scene, key, "text") }
            try await scene.put("in/b.txt", "nobody's")
            let due = try await catalog.dueEvents(now: clock.now, limit: 9)
            try demandEqual(due.count, 1)
            let entry = try found(due.first)
            try demandEqual(entry.webhook, "hook")
            try demandEqual(entry.project, scene.project)
            try demandEqual(entry.attempts, 0)
            let event = try found(entry.event.bucketEvent)
            try demandEqual(event.kind, .createdPut)
            try demandEqual(event.origin, origin)
            try demandEqual(event.configurationID, "c")
            try demandEqual(event.key, Array("in/a.txt".utf8))
            try demandEqual(event.size, 4)
            try demandEqual(event.etag, version.etag.string)
            try demandEqual(event.sequence, version.sequence)
            try demandEqual(event.time, clock.now)
            try demandEqual(event.versionID, nil)

            // What is refused is not told.
            var commit = try scene.commit("in/a.txt", CatalogScene.inline("x"), size: 1)
            commit.origin = origin
            commit.preconditions = WritePreconditions(ifNoneMatch: .any)
            try await demand(.preconditionFailed) { try await catalog.commitObject(commit) }
            try demandEqual(try await catalog.outboxCounts().waiting, 1)
        },
        CatalogLaw("Each kind of change tells what it is") { catalog, clock in
            let scene = try await scene(
                catalog, clock, events: NotificationConfiguration.everything, prefix: nil, suffix: nil)
            try await put(scene, "a", "one")
            try await delete(scene, "a")
            try await delete(scene, "absent")
            _ = try await catalog.setVersioning(scene.bucket, .enabled)
            let version = try await put(scene, "a", "two")
            for (kind, edit) in [
                (ObjectEvent.Kind.tagged, AttributesChange.Edit.tags([.init("a", "b")])),
                (.untagged, .tags([])), (.aclChanged, .acl([1])), (.moved, .storageClass("GLACIER")),
            ] {
                _ = try await catalog.changeAttributes(
                    AttributesChange(
                        bucket: scene.bucket, key: try CatalogScene.key("a"), edit: edit,
                        origin: ChangeOrigin(kind), now: clock.now))
            }
            try await delete(scene, "a")
            try await delete(scene, "a", version.versionID)
            try await put(scene, "b", "three")
            _ = try await catalog.renameObject(
                ObjectRename(
                    bucket: scene.bucket, source: try CatalogScene.key("b"),
                    destination: try CatalogScene.key("c"), origin: ChangeOrigin(.createdCopy), now: clock.now
                ))
            let upload = try scene.upload("d")
            try await catalog.createUpload(upload)
            let part = try await scene.putPart(upload, 1, "part")
            var completion = UploadCompletion(
                upload: upload.id, parts: [.init(number: 1, etag: part.etag)], minimumPartSize: 0,
                modified: clock.now, origin: ChangeOrigin(.createdByUpload))
            _ = try await catalog.completeUpload(completion)
            // A repeat is no second change.
            completion.modified += 1
            _ = try await catalog.completeUpload(completion)
            var told: [String] = []
            while case let due = try await catalog.dueEvents(now: clock.now, limit: 100), !due.isEmpty {
                let pairs = due.map {
                    (
                        $0.id,
                        "\(String(decoding: $0.event.bucketEvent?.key ?? [], as: UTF8.self)) \($0.event.bucketEvent.map { "\($0.kind)" } ?? "")"
                    )
                }
                told += pairs.map(\.1)
                try await catalog.apply(Dictionary(uniqueKeysWithValues: due.map { ($0.id, .delivered) }))
            }
            try demandEqual(
                told.filter { $0.hasPrefix("a ") },
                [
                    "a createdPut", "a removed", "a createdPut", "a tagged", "a untagged", "a aclChanged",
                    "a moved", "a markerCreated", "a removed",
                ])
            try demandEqual(
                Set(told.filter { !$0.hasPrefix("a ") }),
                ["b createdPut", "c createdCopy", "b markerCreated", "d createdByUpload"])
            try demandEqual(told.count, 13)
        },
        CatalogLaw("Events of a key come in order, one after the other, and failures do not lose their place")
        {
            catalog, clock in
            let scene = try await scene(
                catalog, clock, events: ["s3:ObjectCreated:*"], prefix: nil, suffix: nil)
            for text in ["1", "22", "333"] { try await put(scene, "a", text) }
            try await put(scene, "b", "4444")
            func due() async throws -> [OutboxEntry] {
                try await catalog.dueEvents(now: clock.now, limit: 9)
            }
            func sizes() async throws -> [Int64?] { try await due().map { $0.event.bucketEvent?.size } }
            try demandEqual(try await sizes(), [1, 4])
            let first = try found(try await due().first)
            try await catalog.apply([first.id: .again(at: clock.now + 50)])
            try demandEqual(try await sizes(), [4])
            clock.advance(by: 50)
            let again = try found(try await due().first { $0.event.bucketEvent?.size == 1 })
            try demandEqual(again.attempts, 1)
            try await catalog.apply([first.id: .dead])
            try demandEqual(Set(try await sizes()), [2, 4])
            try demandEqual(
                try await catalog.deadEvents(of: scene.project, limit: 9).map { $0.event.bucketEvent?.size },
                [1])
            try demandEqual(try await catalog.outboxCounts().dead, 1)
            try demandEqual(try await catalog.revive(scene.project, "hook", now: clock.now), 1)
            try demandEqual(Set(try await sizes()), [1, 4])
            try demandEqual(try await catalog.revive(scene.project, "hook", now: clock.now), 0)
            // Outcomes of what is done already change nothing.
            try await catalog.apply([first.id: .delivered])
            try await catalog.apply([first.id: .again(at: 0), 9_999: .dead])
            try demandEqual(Set(try await sizes()), [2, 4])
        },
        CatalogLaw("A webhook is of its project, and what waits for it goes with it") { catalog, clock in
            let scene = try await scene(
                catalog, clock, events: ["s3:ObjectCreated:*"], prefix: nil, suffix: nil)
            let hook = try found(try await catalog.webhook(scene.project, "hook"))
            try await demand(.webhookExists) { try await catalog.createWebhook(hook) }
            var other = hook
            other.project = ProjectID("nobody")
            try await demand(.noSuchProject) { try await catalog.createWebhook(other) }
            other = hook
            other.name = "alpha"
            try await catalog.createWebhook(other)
            try demandEqual(try await catalog.webhooks(of: scene.project).map(\.name), ["alpha", "hook"])
            try demandEqual(try await catalog.webhook(ProjectID("nobody"), "hook"), nil)
            let event = ObjectEvent(
                kind: .test, configurationID: "c", origin: origin,
                bucket: try found(try await catalog.bucket(scene.bucket)).name, owner: scene.project,
                time: clock.now)
            try await catalog.post([("hook", event), ("alpha", event)], to: scene.project, now: clock.now)
            try await catalog.deleteWebhook(scene.project, "hook")
            try await demand(.noSuchWebhook) { try await catalog.deleteWebhook(scene.project, "hook") }
            try demandEqual(
                try await catalog.dueEvents(now: clock.now, limit: 9).map(\.webhook), ["alpha"])
        },
    ]

    private static func scene(
        _ catalog: any Catalog, _ clock: LawClock, events: [String], prefix: String? = "in/",
        suffix: String? = ".txt"
    ) async throws -> CatalogScene {
        let scene = try await CatalogScene(catalog, clock)
        try await catalog.createWebhook(
            Webhook(
                project: scene.project, name: "hook", url: "http://localhost/", sealedSecret: [1],
                created: clock.now))
        let configuration = NotificationConfiguration(rules: [
            .init(
                id: "c", destination: .queue, arn: "arn", webhook: "hook", events: events, prefix: prefix,
                suffix: suffix)
        ])
        _ = try await catalog.setConfiguration(scene.bucket, .notification, configuration.encoded)
        return scene
    }

    @discardableResult
    private static func put(
        _ scene: CatalogScene, _ key: String, _ text: String
    ) async throws -> ObjectVersion {
        var commit = try scene.commit(key, CatalogScene.inline(text), size: Int64(text.utf8.count), tag: text)
        commit.origin = origin
        return try await scene.catalog.commitObject(commit)
    }

    private static func delete(
        _ scene: CatalogScene, _ key: String, _ version: VersionID? = nil
    ) async throws {
        let deletion = ObjectDeletion(
            bucket: scene.bucket, key: try CatalogScene.key(key), versionID: version,
            origin: ChangeOrigin(.removed), now: scene.clock.now)
        for result in try await scene.catalog.deleteObjects([deletion]) { _ = try result.get() }
    }
}

extension NotificationConfiguration {
    fileprivate static let everything = [
        "s3:ObjectCreated:*", "s3:ObjectRemoved:*", "s3:LifecycleExpiration:*", "s3:LifecycleTransition",
        "s3:ObjectTagging:*", "s3:ObjectAcl:Put",
    ]
}
