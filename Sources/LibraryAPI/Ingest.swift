package import Auth
import Digests
import Files
import HTTPServer
import MediaProbe
package import Objects

/// Stores what a URL gives as a file: at once for `POST /files`, behind the answer for a task.
package struct Ingest: Sendable {
    /// What is asked for.
    package struct Order: Sendable {
        var url: String
        var folder: String
        var filename: String?
        var details: FileDetails
    }

    let store: ObjectStore
    let library: any LibraryCatalog
    let keys: KeyRing
    let fetcher: any IngestFetcher

    package init(
        store: ObjectStore, library: any LibraryCatalog, keys: KeyRing, fetcher: any IngestFetcher
    ) {
        self.store = store
        self.library = library
        self.keys = keys
        self.fetcher = fetcher
    }

    /// - Parameter request: the one that asks; nil when it was answered long ago.
    /// - Throws: `IngestFailure`, `LibraryRefusal`, `StoreError`.
    func run(
        _ order: Order, by credential: Credential, request: HTTPRequest?
    ) async throws -> ObjectVersion {
        guard let bucket = try await Self.target(of: credential.project, store) else {
            throw LibraryRefusal.conflict("The project has no bucket to store files in.")
        }
        let limit = try await store.sizeLimit(of: bucket)
        let answer = try await fetcher.open(order.url, limit: limit)
        let named = order.filename ?? answer.filename ?? "\(MediaName.random()).bin"
        let key = try LibraryDoor.key(folder: order.folder, filename: named)
        let principal = Principal.key(credential)
        let decision = Authorizer().authorize(
            principal, .putObject, bucket: bucket, key: key,
            conditions: request.map { RequestConditions($0, principal, tags: nil) } ?? .none, via: .library)
        guard decision.isAllowed else { throw LibraryRefusal.denied }
        let target = PutTarget(
            bucket: bucket, key: key, author: credential.keyID,
            attributes: ObjectAttributes(file: order.details),
            sealing: try await keys.vault.sealing(for: bucket, now: store.now),
            origin: request.flatMap { ChangeOrigin(.createdPut, $0, principal, in: bucket) },
            declaredLength: answer.length)
        let declared = answer.type
        do {
            return try await store.put(target, body: answer.source, limit: limit) { facts in
                let type = ContentType.detect(head: facts.head, name: key.bytes, declared: declared)
                return ObjectDescription(
                    metadata: ObjectMetadata(contentType: type), etag: facts.md5.map { ETag($0) })
            }
        } catch StoreError.bodyIncomplete, StoreError.sizeMismatch {
            throw IngestFailure.failed("The URL's answer did not come whole.")
        } catch StoreError.bodyTooSlow {
            throw IngestFailure.failed("The URL's answer did not come in time.")
        }
    }

    /// The bucket of the domain that takes links, else the project's first.
    static func target(of project: ProjectID, _ store: ObjectStore) async throws -> Bucket? {
        if let (bucket, _) = try await store.linkDomain(of: project) { return bucket }
        return try await store.buckets(of: project).first
    }

    /// Does a task's work and writes down what became of it.
    package func run(_ task: LibraryTask) async {
        var task = task
        let attempts = task.attempts
        do {
            let order = try Order(task)
            guard let author = task.author, let credential = try await keys.credential(id: author),
                credential.project == task.project, !credential.isPaused
            else { throw LibraryRefusal.forbidden("The key that asked for this is paused or gone.") }
            task.status = .processing
            task.attempts += 1
            try await library.changeTask(task)
            var details = order.details
            details.task = task.id
            let version = try await run(
                Order(url: order.url, folder: order.folder, filename: order.filename, details: details),
                by: credential, request: nil)
            task.output = version.file
            task.status = .completed
            task.progress = 100
        } catch {
            if Task.isCancelled || error is CancellationError {
                // What stops the server says nothing of the task, whichever error it came as: the next process begins
                // it again, as if this one never had.
                task.attempts = attempts
                task.status = .waiting
            } else {
                task.status = .failed
                task.error = Self.message(of: error)
            }
        }
        try? await library.changeTask(task)
    }

    private static func message(of error: any Error) -> String {
        switch error {
        case let failure as IngestFailure: failure.message
        case let refusal as LibraryRefusal: refusal.message
        default: LibraryRefusal((error as? StoreError) ?? .internalFault("\(error)")).message
        }
    }
}

/// A name for what has none.
enum MediaName {
    static func random() -> String { hexEncode(randomBytes(8)) }
}

extension IngestFailure {
    var message: String {
        switch self {
        case .refused(let reason): reason
        case .failed(let reason): reason
        case .tooLarge(let limit): "Files here may have at most \(limit) bytes."
        }
    }

    var refusal: LibraryRefusal {
        switch self {
        case .refused: LibraryRefusal(status: 400, kind: "url_refused", message: message)
        case .failed: LibraryRefusal(status: 502, kind: "fetch_failed", message: message)
        case .tooLarge: LibraryRefusal(status: 413, kind: "file_too_large", message: message)
        }
    }
}

extension Ingest.Order {
    init(_ call: LibraryCall) throws {
        guard let url = try call.text("url", maximum: 8192) else {
            throw LibraryRefusal(status: 400, kind: "url_required", message: "url is missing.")
        }
        self.url = url
        folder = try call.text("folder") ?? ""
        filename = try call.text("filename")
        details = FileDetails(
            ref: try call.text("ref", maximum: FileDetails.maximumTextLength),
            label: try call.text("label", maximum: FileDetails.maximumTextLength),
            metadata: try call.merged("metadata", into: []) ?? [])
        if let text = try call.text("media_id") {
            guard let media = MediaID(text) else { throw LibraryRefusal.notFound("media") }
            details.media = media
        }
        // What cannot be a path is said now, not when it was fetched.
        _ = try LibraryDoor.key(folder: folder, filename: filename ?? "x")
    }

    /// As a task keeps it.
    var input: [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.member("url", url)
        json.member("folder", folder)
        if let filename { json.member("filename", filename) }
        if let ref = details.ref { json.member("ref", ref) }
        if let label = details.label { json.member("label", label) }
        if let media = details.media { json.member("media_id", media.description) }
        if !details.metadata.isEmpty {
            json.name("metadata")
            json.value(json: details.metadata)
        }
        json.endObject()
        return json.bytes
    }

    init(_ task: LibraryTask) throws {
        let input = try JSONValue(task.input)
        url = input["url"]?.string ?? ""
        folder = input["folder"]?.string ?? ""
        filename = input["filename"]?.string
        details = FileDetails(ref: input["ref"]?.string, label: input["label"]?.string)
        details.media = input["media_id"]?.string.flatMap { MediaID($0) }
        if let metadata = input["metadata"] {
            var json = JSONWriter()
            json.value(metadata)
            details.metadata = json.bytes
        }
    }
}

extension LibraryDoor {
    func ingestFile(_ call: LibraryCall) async throws -> LibraryAnswer {
        let order = try Ingest.Order(call)
        guard let fetcher = settings.fetcher else {
            throw LibraryRefusal(
                status: 501, kind: "ingest_unavailable", message: "This server fetches nothing.")
        }
        do {
            let version = try await Ingest(store: store, library: library, keys: keys, fetcher: fetcher).run(
                order, by: call.credential, request: call.request)
            _ = await media.facts(of: version, patience: .seconds(2))
            guard let file = try await library.file(version.file, of: call.project) else {
                throw LibraryRefusal.notFound("file")
            }
            return try await answer(file, call, status: 201)
        } catch let failure as IngestFailure {
            throw failure.refusal
        }
    }
}
