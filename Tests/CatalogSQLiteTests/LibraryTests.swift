import CatalogSQLite
import Digests
import Foundation
import NIOCore
import Objects
import Testing

/// The library on the catalog: files by id and in any order, media objects, facts, tasks, events.
@Suite struct LibraryTests {
    let project = ProjectID("p")

    private func open(_ body: (SQLiteCatalog, Bucket) async throws -> Void) async throws {
        try await CatalogFolder().with { catalog in
            _ = try await catalog.createProject(
                NewProject(project: Project(id: project, name: "p", displayName: "P", created: 1)))
            let name = try #require(BucketName("library"))
            try await body(catalog, try await catalog.createBucket(name, project: project, created: 1))
        }
    }

    @discardableResult
    private func put(
        _ catalog: SQLiteCatalog, _ bucket: Bucket, _ key: String, _ body: String = "body",
        type: String = "text/plain", attributes: ObjectAttributes = .none
    ) async throws -> ObjectVersion {
        let bytes = Array(body.utf8)
        return try await catalog.commitObject(
            ObjectCommit(
                bucket: bucket.id, key: ObjectKey(stored: Array(key.utf8)),
                content: .inline(
                    ByteBuffer(bytes: bytes), digest: SHA256Digest.hash(bytes), scope: .instance),
                size: Int64(bytes.count), etag: ETag("e"), metadata: ObjectMetadata(contentType: type),
                attributes: attributes, modified: 5))
    }

    private func names(_ page: LibraryPage<LibraryFile>) -> [String] {
        page.items.map { String(decoding: $0.version.key.bytes, as: UTF8.self) }
    }

    @Test func filesAreFoundInEveryOrder() async throws {
        try await open { catalog, bucket in
            for (key, body) in [("b/2.txt", "22"), ("a.txt", "1"), ("b/c/3.png", "333"), ("Zed.PNG", "4444")]
            {
                try await put(
                    catalog, bucket, key, body,
                    type: key.lowercased().hasSuffix("png") ? "image/png" : "text/plain")
            }
            let newest = try await catalog.files(FileQuery(project: project, limit: 10))
            #expect(names(newest) == ["Zed.PNG", "b/c/3.png", "a.txt", "b/2.txt"])
            #expect(newest.total == 4)
            let second = try await catalog.files(FileQuery(project: project, offset: 1, limit: 2))
            #expect(names(second) == ["b/c/3.png", "a.txt"])
            let sized = try await catalog.files(
                FileQuery(project: project, sort: .size, isDescending: false, limit: 10))
            #expect(names(sized) == ["a.txt", "b/2.txt", "b/c/3.png", "Zed.PNG"])
            let named = try await catalog.files(
                FileQuery(project: project, sort: .name, isDescending: false, limit: 10))
            #expect(names(named) == ["Zed.PNG", "a.txt", "b/2.txt", "b/c/3.png"])
            let root = try await catalog.files(FileQuery(project: project, folder: [], limit: 10))
            #expect(names(root) == ["Zed.PNG", "a.txt"])
            let below = try await catalog.files(
                FileQuery(project: project, folder: Array("b".utf8), limit: 10))
            #expect(names(below) == ["b/2.txt"])
            let found = try await catalog.files(FileQuery(project: project, search: "PNG", limit: 10))
            #expect(names(found) == ["Zed.PNG", "b/c/3.png"])
            #expect(found.total == 2)
            let pictures = try await catalog.files(
                FileQuery(project: project, isWanted: { $0.hasPrefix("image/") }, limit: 1))
            #expect(names(pictures) == ["Zed.PNG"])
            #expect(pictures.total == 2)
            let past = try await catalog.files(FileQuery(project: project, offset: 99, limit: 10))
            #expect(past.items.isEmpty)
            let folders = try await catalog.folders(below: [], of: project, bucket: nil, limit: 10)
            #expect(folders == [Array("b".utf8)])
            #expect(try await catalog.files(FileQuery(project: ProjectID("q"), limit: 10)).items.isEmpty)
        }
    }

    @Test func severalBucketsAreOneLibrary() async throws {
        try await open { catalog, bucket in
            let other = try await catalog.createBucket(
                try #require(BucketName("second")), project: project, created: 1)
            try await put(catalog, bucket, "one")
            try await put(catalog, other, "two")
            try await put(catalog, bucket, "three")
            let page = try await catalog.files(FileQuery(project: project, limit: 2))
            #expect(names(page) == ["three", "two"])
            #expect(page.items.map(\.bucket.string) == ["library", "second"])
            #expect(page.total == 3)
        }
    }

    /// Every order, with and without each filter, from one bucket and from more than are merged, beside a plain sort.
    @Test(arguments: [1, 3, 18]) func everyQueryGivesThePageThatASortWouldGive(count: Int) async throws {
        try await open { catalog, first in
            var buckets = [first]
            for number in 1..<count {
                let name = try #require(BucketName("bucket-\(number)"))
                buckets.append(try await catalog.createBucket(name, project: project, created: 1))
            }
            for number in 0..<60 {
                let folder = ["", "a/", "a/b/", "c/", "a0/"][number % 5]
                let body = String(repeating: "x", count: number * 11 % 6 + 1)
                try await put(
                    catalog, buckets[number % count], "\(folder)\(number % 7)-\(number).TXT", body,
                    type: number % 3 == 0 ? "image/png" : "text/plain")
            }
            let all = try await catalog.files(FileQuery(project: project, isDescending: false, limit: 100))
                .items
            #expect(all.count == 60)
            let isPicture: @Sendable (String) -> Bool = { $0 == "image/png" }
            for sort in FileQuery.Sort.allCases {
                for isDescending in [true, false] {
                    for folder in [nil, "", "a", "a/b", "nothing"] {
                        for search in [nil, "-1", "b/"] {
                            for isWanted in [nil, isPicture] {
                                var query = FileQuery(
                                    project: project, folder: folder.map { Array($0.utf8) }, search: search,
                                    isWanted: isWanted, sort: sort, isDescending: isDescending, limit: 7)
                                let wanted = model(all, query)
                                for offset in [0, 3, 1000] {
                                    query.offset = offset
                                    let page = try await catalog.files(query)
                                    #expect(page.total == wanted.count)
                                    #expect(
                                        page.items.map(\.version.file)
                                            == wanted.dropFirst(offset).prefix(7).map(\.version.file))
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /// What `query` means, of files in the order of their making.
    private func model(_ files: [LibraryFile], _ query: FileQuery) -> [LibraryFile] {
        let folder = query.folder.map { String(decoding: $0, as: UTF8.self) }
        let prefix = folder.map { $0.isEmpty ? "" : $0 + "/" } ?? ""
        let chosen = files.filter { file in
            let key = String(decoding: file.version.key.bytes, as: UTF8.self)
            guard key.hasPrefix(prefix) else { return false }
            if folder != nil, query.search == nil, key.dropFirst(prefix.count).contains("/") { return false }
            if let search = query.search, !key.lowercased().contains(search) { return false }
            return query.isWanted?(file.version.metadata.contentType) ?? true
        }
        // Stable: of equal sizes the older file comes first, and last where the order is descending.
        let ascending =
            switch query.sort {
            case .created: chosen
            case .name: chosen.sorted { $0.version.key.bytes.lexicographicallyPrecedes($1.version.key.bytes) }
            case .size: chosen.sorted { $0.version.size < $1.version.size }
            }
        return query.isDescending ? ascending.reversed() : ascending
    }

    @Test func aFileKeepsItsIDAndWhatIsSaidOfIt() async throws {
        try await open { catalog, bucket in
            let details = FileDetails(ref: "poster", metadata: Array(#"{"a":1}"#.utf8))
            let first = try await put(
                catalog, bucket, "k", attributes: ObjectAttributes(file: details))
            let second = try await put(catalog, bucket, "k", "other")
            #expect(second.file == first.file)
            #expect(second.attributes.file == details)
            let renamed = try await catalog.renameObject(
                ObjectRename(
                    bucket: bucket.id, source: second.key, destination: ObjectKey(stored: Array("n/k".utf8)),
                    now: 9))
            #expect(renamed.file == first.file)
            let found = try #require(try await catalog.file(first.file, of: project))
            #expect(found.version.key == renamed.key)
            #expect(found.version.attributes.file == details)
            #expect(try await catalog.file(first.file, of: ProjectID("q")) == nil)
            #expect(FileID(first.file.description) == first.file)
        }
    }

    @Test func mediaObjectsHaveTheirFiles() async throws {
        try await open { catalog, bucket in
            let film = try await put(catalog, bucket, "film.mp4", type: "video/mp4")
            #expect(film.media.rawValue == film.file.rawValue)
            let poster = try await put(
                catalog, bucket, "poster.jpg", "poster",
                attributes: ObjectAttributes(file: FileDetails(ref: "poster", media: film.media)))
            let media = try #require(try await catalog.media(film.media, of: project))
            #expect(media.files.map(\.version.file) == [film.file, poster.file])
            let empty = try await catalog.createMedia(MediaDetails(title: "t"), of: project)
            let listed = try await catalog.mediaObjects(of: project, offset: 0, limit: 10)
            #expect(listed.items.map(\.id) == [empty.id, film.media])
            #expect(listed.total == 2)
            let changed = try await catalog.changeMedia(film.media, of: project) { $0.alt = "a film" }
            #expect(changed.details.alt == "a film")
            // What was said stays when the original goes, and so does the media object.
            _ = try await catalog.deleteObjects([ObjectDeletion(bucket: bucket.id, key: film.key, now: 9)])
            let rest = try #require(try await catalog.media(film.media, of: project))
            #expect(rest.files.map(\.version.file) == [poster.file])
            await #expect(throws: StoreError.noSuchMedia) {
                try await put(
                    catalog, bucket, "x", attributes: ObjectAttributes(file: FileDetails(media: MediaID(1))))
            }
            #expect(try await catalog.deleteMedia(empty.id, of: project))
            #expect(try await !catalog.deleteMedia(film.media, of: project), "it has a file")
            #expect(try await catalog.media(empty.id, of: project) == nil)
        }
    }

    @Test func factsAreFoundOncePerContentAndGoWithIt() async throws {
        try await open { catalog, bucket in
            let version = try await put(catalog, bucket, "a.png", type: "image/png")
            try await put(catalog, bucket, "again", type: "image/png")
            try await put(catalog, bucket, "words.txt", "words")
            let jobs = try await catalog.dueFacts(now: .max, limit: 10)
            #expect(jobs.count == 1)
            let job = try #require(jobs.first)
            let probe = try #require(
                try await catalog.tasks(of: project, kind: .probe, offset: 0, limit: 5).items.first)
            #expect(probe.status == .waiting)
            #expect(try await catalog.task(probe.id, of: project) == probe)
            #expect(try await catalog.task(probe.id, of: ProjectID("q")) == nil)
            #expect(try await catalog.tasks(of: project, kind: .ingest, offset: 0, limit: 5).items.isEmpty)
            #expect(job.content == version.content)
            #expect(try await catalog.facts(of: version.content) == .waiting)
            var facts = MediaFacts(kind: .image, type: "image/png")
            facts.width = 3
            let identity = try #require(try await catalog.identity(of: version.content))
            try await catalog.applyFacts(.known(facts, identity: identity), to: job)
            #expect(try await catalog.facts(of: version.content) == .known(facts))
            #expect(try await catalog.facts(identity: identity) == facts)
            let done = try #require(try await catalog.task(probe.id, of: project))
            #expect(done.status == .completed)
            #expect(done.output == version.file)
            #expect(try await catalog.dueFacts(now: .max, limit: 10).isEmpty)
            let page = try await catalog.files(
                FileQuery(project: project, sort: .name, isDescending: false, limit: 10))
            #expect(page.items.map(\.facts) == [.known(facts), .known(facts), .unwanted])
            for key in ["a.png", "again"] {
                _ = try await catalog.deleteObjects([
                    ObjectDeletion(bucket: bucket.id, key: ObjectKey(stored: Array(key.utf8)), now: 9)
                ])
            }
            try await catalog.advanceEpoch()
            while try await catalog.unwindContents(grace: 0, now: .max, limit: 10) > 0 {}
            #expect(try await catalog.facts(of: version.content) == .unwanted)
        }
    }

    @Test func openTasksAreOfEachProjectInTurn() async throws {
        try await open { catalog, _ in
            let other = ProjectID("q")
            _ = try await catalog.createProject(
                NewProject(project: Project(id: other, name: "q", displayName: "Q", created: 1)))
            var tasks: [LibraryTask] = []
            for project in [project, project, project, other] {
                tasks.append(
                    try await catalog.createTask(
                        .ingest, input: Array("{}".utf8), of: project, author: nil, webhookURL: nil))
            }
            #expect(try await catalog.openTasks(limit: 3) == [tasks[0], tasks[3], tasks[1]])
        }
    }

    /// Nobody listens to the project; who waits for the task is told all the same, once.
    @Test func whoWaitsForATaskIsTold() async throws {
        try await open { catalog, _ in
            for url in [nil, "http://x/"] {
                var task = try await catalog.createTask(
                    .ingest, input: Array("{}".utf8), of: project, author: nil, webhookURL: url)
                task.status = .processing
                try await catalog.changeTask(task)
                #expect(try await catalog.dueEvents(now: .max, limit: 9).isEmpty)
                task.status = .failed
                try await catalog.changeTask(task)
                let due = try await catalog.dueEvents(now: .max, limit: 9)
                #expect(due.map { LibraryTask.id(ofWebhook: $0.webhook) } == (url == nil ? [] : [task.id]))
                #expect(due.allSatisfy { $0.event.topic == "task.failed" })
            }
        }
    }

    @Test func tasksAndUsage() async throws {
        try await open { catalog, bucket in
            var task = try await catalog.createTask(
                .ingest, input: Array("{}".utf8), of: project, author: KeyID("k"),
                webhookURL: "http://x/")
            #expect(try await catalog.openTasks(limit: 9) == [task])
            task.status = .completed
            task.output = FileID(7)
            try await catalog.changeTask(task)
            #expect(try await catalog.openTasks(limit: 9).isEmpty)
            let stored = try #require(try await catalog.task(task.id, of: project))
            #expect(stored.output == FileID(7))
            #expect(stored.author == KeyID("k"))
            #expect(try await catalog.tasks(of: project, kind: nil, offset: 0, limit: 5).total == 1)
            try await put(catalog, bucket, "a", "same")
            try await put(catalog, bucket, "b", "same")
            let usage = try await catalog.usage(of: project)
            #expect(usage == ProjectUsage(files: 2, logical: 8, stored: 4))
            try await catalog.recordUsage(usage, of: project, day: 3)
            try await catalog.recordUsage(usage, of: project, day: 2)
            #expect(try await catalog.usageDays(of: project, limit: 5).map(\.day) == [2, 3])
        }
    }

    @Test func anUploadThatNobodyFinishedIsToldOf() async throws {
        try await open { catalog, bucket in
            try await catalog.createWebhook(
                Webhook(
                    project: project, name: "w", url: "http://h/", sealedSecret: [1], topics: ["*"],
                    created: 1))
            let upload = Upload(
                id: .random(), kind: .multipart, bucket: bucket.id, key: ObjectKey(stored: Array("k".utf8)),
                author: KeyID("a"), metadata: ObjectMetadata(contentType: "text/plain"), created: 1,
                touched: 1,
                expires: 10)
            try await catalog.createUpload(upload)
            #expect(try await catalog.openUploads(of: project, limit: 5).map(\.upload.id) == [upload.id])
            #expect(try await catalog.openUploadCount(of: project) == 1)
            _ = try await catalog.reapUploads(now: 11, limit: 10)
            let due = try await catalog.dueEvents(now: .max, limit: 10)
            #expect(due.map(\.event.topic) == ["upload.expired"])
            guard case .library(let event)? = due.first?.event else { return }
            #expect(event.upload == upload.id)
        }
    }

    @Test func webhooksHearOfTheLibraryInOrder() async throws {
        try await open { catalog, bucket in
            try await put(catalog, bucket, "before")
            try await catalog.createWebhook(
                Webhook(
                    project: project, name: "w", url: "http://h/", sealedSecret: [1],
                    topics: ["file.created", "file.deleted", "media.created"], created: 1))
            let version = try await put(catalog, bucket, "k")
            try await put(catalog, bucket, "k", "changed")
            _ = try await catalog.deleteObjects([ObjectDeletion(bucket: bucket.id, key: version.key, now: 9)])
            var topics: [String] = []
            while let entry = try await catalog.dueEvents(now: .max, limit: 10).first {
                topics.append(entry.event.topic)
                guard case .library(let event) = entry.event else { break }
                #expect(event.subject == version.file.rawValue)
                try await catalog.apply([entry.id: .delivered])
            }
            #expect(topics == ["file.created", "media.created", "file.deleted"])
            var webhook = try #require(try await catalog.webhook(project, "w"))
            webhook.isPaused = true
            try await catalog.changeWebhook(webhook)
            try await put(catalog, bucket, "quiet")
            #expect(try await catalog.outboxCounts().waiting == 0)
            let record = DeliveryRecord(
                project: project, webhook: "w", event: 1, topic: "file.created", attempt: 1, time: 2,
                milliseconds: 3, status: 200, error: nil)
            try await catalog.record([record])
            #expect(try await catalog.deliveries(of: project, webhook: "w", limit: 5) == [record])
        }
    }
}
