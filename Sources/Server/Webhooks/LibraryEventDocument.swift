import Auth
import Files
import Objects

/// The JSON that a webhook is sent for an event of a library: what happened, and to what.
struct LibraryEventDocument {
    let library: any LibraryCatalog
    let addresses: PublicAddresses

    /// - Parameter id: of the event, as the header `webhook-id` has it.
    func bytes(_ event: LibraryEvent, id: String) async throws -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.member("id", id)
        json.member("object", "event")
        json.member("kind", event.topic.rawValue)
        json.member("project_id", event.project.string)
        json.member("created", timestamp(event.time))
        json.name("data")
        switch event.topic {
        case .fileCreated, .fileUpdated, .fileDeleted: try await writeFile(event, &json)
        case .mediaCreated:
            json.beginObject()
            json.member("id", MediaID(event.media).description)
            json.member("object", "media")
            if event.subject != 0, event.bucket != nil {
                json.name("files")
                json.beginArray()
                try await writeFile(event, &json)
                json.endArray()
            }
            json.endObject()
        case .uploadExpired:
            json.beginObject()
            json.member("id", event.upload?.string ?? "")
            json.member("object", "upload")
            writePlace(event, &json)
            json.endObject()
        case .taskCompleted, .taskFailed: try await writeTask(event, &json)
        }
        json.endObject()
        return json.bytes
    }

    /// As it is now; what is gone by now is told as it was.
    private func writeFile(_ event: LibraryEvent, _ json: inout JSONWriter) async throws {
        if event.topic != .fileDeleted,
            let file = try await library.file(FileID(event.subject), of: event.project)
        {
            return try await write(file, &json)
        }
        json.beginObject()
        json.member("id", FileID(event.subject).description)
        json.member("media_id", MediaID(event.media).description)
        json.member("object", "source")
        if !event.type.isEmpty { json.member("type", event.type) }
        writePlace(event, &json)
        json.endObject()
    }

    private func write(_ file: LibraryFile, _ json: inout JSONWriter) async throws {
        let url = try await addresses.url(
            of: file.version.key.bytes, in: file.version.bucket, named: file.bucket)
        File(file.version, url: url, facts: file.facts).write(into: &json)
    }

    private func writePlace(_ event: LibraryEvent, _ json: inout JSONWriter) {
        let slash = event.key.lastIndex(of: 0x2F)
        if let slash { json.member("folder", String(decoding: event.key[..<slash], as: UTF8.self)) }
        let name = slash.map { event.key[($0 + 1)...] } ?? event.key[...]
        json.member("filename", String(decoding: name, as: UTF8.self))
        if let bucket = event.bucket { json.member("bucket", bucket.string) }
    }

    private func writeTask(_ event: LibraryEvent, _ json: inout JSONWriter) async throws {
        if let task = try await library.task(TaskID(event.subject), of: event.project) {
            return try await write(task, &json)
        }
        json.beginObject()
        json.member("id", TaskID(event.subject).description)
        json.member("object", "task")
        json.endObject()
    }

    /// A task itself, for the URL that was given with it.
    func bytes(_ task: LibraryTask) async throws -> [UInt8] {
        var json = JSONWriter()
        try await write(task, &json)
        return json.bytes
    }

    private func write(_ task: LibraryTask, _ json: inout JSONWriter) async throws {
        json.beginObject()
        json.member("id", task.id.description)
        json.member("object", "task")
        json.member("kind", task.kind.rawValue)
        json.member("project_id", task.project.string)
        json.name("input")
        json.value(json: task.input)
        json.member("status", task.status.rawValue)
        json.member("progress", task.progress)
        if let error = task.error { json.member("error", error) }
        if let output = task.output {
            json.member("output_id", output.description)
            if let file = try await library.file(output, of: task.project) {
                json.name("output")
                try await write(file, &json)
            }
        }
        if let author = task.author { json.member("created_by", author.string) }
        json.member("created", timestamp(task.created))
        json.member("updated", timestamp(task.updated))
        json.endObject()
    }
}
