import Auth
import Files
import HTTPServer
import MediaProbe
import Objects

extension LibraryEndpoint {
    static let projects: [LibraryEndpoint] = [
        LibraryEndpoint(
            "get_project", .get, "/project", .read, "The project of the key.", "Project",
            run: { try await $0.getProject($1) }),
        LibraryEndpoint(
            "update_project", .patch, "/project", .write, "Changes the project; what is not sent stays.",
            body: [
                Field("display_name", "string", "For people."),
                Field(
                    "picture_sizes", "array",
                    "Sizes of pictures that anybody who may read a file may ask for, as 320x240, 320x or x240."
                ),
            ], "Project", run: { try await $0.changeProject($1) }),
        LibraryEndpoint(
            "get_usage", .get, "/usage", .read, "What the project keeps, now and over time.", "Usage",
            run: { try await $0.getUsage($1) }),
        LibraryEndpoint(
            "get_description", .get, "/openapi.json", .anybody, "This description.", "Description",
            run: { _, _ in throw LibraryRefusal.fault }),
    ]
}

extension LibraryDoor {
    private static let maximumSizes = 100
    private static let longestName = 256

    func getProject(_ call: LibraryCall) async throws -> LibraryAnswer {
        guard let project = try await store.project(call.project) else {
            throw LibraryRefusal.notFound("project")
        }
        return try await answer(project, call)
    }

    func changeProject(_ call: LibraryCall) async throws -> LibraryAnswer {
        let name = try call.text("display_name", maximum: Self.longestName)
        let sizes = try call.texts("picture_sizes", maximum: Self.maximumSizes)
        for size in sizes ?? [] where !Self.isSize(size) {
            throw LibraryRefusal.invalid("\(size) is no size; sizes are as 320x240, 320x or x240.")
        }
        let project = try await store.accounts.changeProject(call.project) { settings in
            if let name, !name.isEmpty { settings.displayName = name }
            if let sizes { settings.pictureSizes = sizes }
        }
        return try await answer(project, call)
    }

    private static func isSize(_ text: String) -> Bool {
        let sides = text.split(separator: "x", omittingEmptySubsequences: false)
        guard sides.count == 2, text != "x" else { return false }
        return sides.allSatisfy { side in
            side.isEmpty
                || side.utf8.allSatisfy({ (0x30...0x39).contains($0) })
                    && Int(side).map { (1...PictureRequest.largestSide).contains($0) } == true
        }
    }

    private func answer(_ project: Project, _ call: LibraryCall) async throws -> LibraryAnswer {
        let buckets = try await store.buckets(of: project.id)
        var hosts: [(host: String, base: String)] = []
        for bucket in buckets {
            for domain in try await store.accounts.domains(of: bucket.id) {
                hosts.append((domain.host, addresses.base(of: domain)))
            }
        }
        return .object(status: 200) { [hosts] json in
            json.beginObject()
            json.member("id", project.id.string)
            json.member("object", "project")
            json.member("name", project.name)
            json.member("display_name", project.displayName)
            json.member("role", call.credential.role.rawValue)
            json.member("key_id", call.credential.keyID.string)
            json.name("buckets")
            json.beginArray()
            for bucket in buckets { json.string(bucket.name.string) }
            json.endArray()
            json.name("domains")
            json.beginArray()
            for (host, base) in hosts {
                json.beginObject()
                json.member("host", host)
                json.member("url", base)
                json.endObject()
            }
            json.endArray()
            json.name("picture_sizes")
            json.beginArray()
            for size in project.pictureSizes { json.string(size) }
            json.endArray()
            Self.writeLimits(project, into: &json)
            json.member("created", timestamp(project.created))
            json.endObject()
        }
    }

    private static func writeLimits(_ project: Project?, into json: inout JSONWriter) {
        json.name("limits")
        json.beginObject()
        for (name, limit) in [
            ("filesize", project?.maximumObjectSize), ("storage", project?.maximumStorage),
            ("uploads", project?.maximumUploads),
        ] {
            json.name(name)
            if let limit { json.integer(limit) } else { json.null() }
        }
        json.endObject()
    }

    func getUsage(_ call: LibraryCall) async throws -> LibraryAnswer {
        let project = try await store.project(call.project)
        let usage = try await usage.usage(of: call.project, now: store.now) {
            try await library.usage(of: call.project)
        }
        let open = try await store.openUploadCount(of: call.project)
        let days = try await library.usageDays(of: call.project, limit: UsageDay.maximumDays)
        return .object(status: 200) { json in
            json.beginObject()
            Self.write(usage, into: &json)
            json.member("saved", max(usage.logical - usage.stored, 0))
            json.member("uploads", open)
            Self.writeLimits(project, into: &json)
            json.name("days")
            json.beginArray()
            for day in days {
                json.beginObject()
                json.member("day", String(timestamp(day.day * 86_400_000).prefix(10)))
                Self.write(day.usage, into: &json)
                json.endObject()
            }
            json.endArray()
            json.endObject()
        }
    }

    private static func write(_ usage: ProjectUsage, into json: inout JSONWriter) {
        json.member("files", usage.files)
        json.member("logical", usage.logical)
        json.member("stored", usage.stored)
    }
}
