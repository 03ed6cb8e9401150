import Auth
import Files
import HTTPServer
import Objects

extension LibraryEndpoint {
    static let tasks: [LibraryEndpoint] = [
        LibraryEndpoint(
            "list_tasks", .get, "/tasks", .read, "Tasks of the project, the newest first.",
            query: pages + [Field("kind", "string", "ingest or probe; both unasked.")],
            "Task",
            isList: true, run: { try await $0.listTasks($1) }),
        LibraryEndpoint(
            "create_task", .post, "/tasks", .write, "Fetches a file behind the answer.",
            body: [
                Field("kind", "string", "ingest.", isRequired: true),
                Field("url", "string", "Where the file is: http or https.", isRequired: true),
                Field("folder", "string", "Where it goes."), Field("filename", "string", "Its name."),
                Field("media_id", "string", "The media object that it is attached to."),
                Field("ref", "string", "Its name in the media object."),
                Field("label", "string", "For players and people."),
                Field("metadata", "object", "Anything."),
                Field("webhook_url", "string", "Where the task is posted to when it ends: http or https."),
            ], answers: 201, "Task", run: { try await $0.createTask($1) }),
        LibraryEndpoint(
            "get_task", .get, "/tasks/{id}", .read, "One task.", "Task", run: { try await $0.getTask($1) }),
    ]
}

extension LibraryDoor {
    func listTasks(_ call: LibraryCall) async throws -> LibraryAnswer {
        let page = try call.page()
        let kind = try call.query["kind"].map { word throws(LibraryRefusal) in
            guard let kind = LibraryTask.Kind(rawValue: word) else {
                throw .invalid("kind is ingest or probe.")
            }
            return kind
        }
        let found = try await library.tasks(
            of: call.project, kind: kind, offset: page.offset, limit: page.limit)
        var items: [@Sendable (inout JSONWriter) -> Void] = []
        for task in found.items { items.append(try await writing(task, call)) }
        return .page(page, total: found.total, items: items)
    }

    func getTask(_ call: LibraryCall) async throws -> LibraryAnswer {
        guard let id = TaskID(call.words.first ?? ""),
            let task = try await library.task(id, of: call.project)
        else { throw LibraryRefusal.notFound("task") }
        return .object(status: 200, write: try await writing(task, call))
    }

    func createTask(_ call: LibraryCall) async throws -> LibraryAnswer {
        guard try call.text("kind") == "ingest" else {
            throw LibraryRefusal.invalid("kind is ingest: nothing else is done when it is asked for.")
        }
        let order = try Ingest.Order(call)
        let webhook = try call.text("webhook_url", maximum: Webhook.maximumURLLength)
        let task = try await library.createTask(
            .ingest, input: order.input, of: call.project, author: call.credential.keyID,
            webhookURL: try webhook.map { try Self.checkedWebhook($0) })
        settings.taskMade()
        return .object(status: 201, write: try await writing(task, call))
    }

    private func writing(
        _ task: LibraryTask, _ call: LibraryCall
    ) async throws -> @Sendable (inout JSONWriter) -> Void {
        var output: File?
        if let id = task.output, let file = try await library.file(id, of: call.project) {
            output = try await shown([file], call).first
        }
        return { [output] json in
            json.beginObject()
            json.member("id", task.id.description)
            json.member("object", "task")
            json.member("kind", task.kind.rawValue)
            json.name("input")
            json.value(json: task.input)
            json.name("output")
            if let output { output.write(into: &json) } else { json.null() }
            json.member("status", task.status.rawValue)
            json.member("progress", task.progress)
            json.name("error")
            if let error = task.error { json.string(error) } else { json.null() }
            if let url = task.webhookURL { json.member("webhook_url", url) }
            if let author = task.author { json.member("created_by", author.string) }
            json.member("created", timestamp(task.created))
            json.member("updated", timestamp(task.updated))
            json.endObject()
        }
    }
}
