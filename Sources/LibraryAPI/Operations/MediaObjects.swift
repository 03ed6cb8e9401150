import Auth
import Files
import HTTPServer
import MediaProbe
import Objects

extension LibraryEndpoint {
    static let mediaObjects: [LibraryEndpoint] = [
        LibraryEndpoint(
            "list_media", .get, "/media", .read, "Media objects of the project, the newest first.",
            query: pages, "Media", isList: true, run: { try await $0.listMedia($1) }),
        LibraryEndpoint(
            "create_media", .post, "/media", .write, "Makes a media object that has no files yet.",
            body: details, answers: 201, "Media", run: { try await $0.createMedia($1) }),
        LibraryEndpoint(
            "get_media", .get, "/media/{id}", .read, "One media object with its files.", "Media",
            run: { try await $0.getMedia($1) }),
        LibraryEndpoint(
            "update_media", .patch, "/media/{id}", .write,
            "Describes a media object; what is not sent stays.",
            body: details, "Media", run: { try await $0.changeMedia($1) }),
        LibraryEndpoint(
            "delete_media", .delete, "/media/{id}", .write, "Deletes a media object and its files for good.",
            answers: 202, "Message", run: { try await $0.deleteMedia($1) }),
    ]

    private static let details = [
        Field("title", "string", "For people."), Field("alt", "string", "For who cannot see it."),
        Field("metadata", "object", "Members are set; null takes one away."),
    ]
}

extension LibraryDoor {
    private static let longestTitle = 1024
    /// Looks at the files of a media object that is deleted: it may have more than one look shows, and others may attach
    /// some meanwhile.
    private static let maximumDeletions = 100

    func listMedia(_ call: LibraryCall) async throws -> LibraryAnswer {
        let page = try call.page()
        let found = try await library.mediaObjects(of: call.project, offset: page.offset, limit: page.limit)
        var items: [@Sendable (inout JSONWriter) -> Void] = []
        for media in found.items { items.append(try await writing(media, call)) }
        return .page(page, total: found.total, items: items)
    }

    func getMedia(_ call: LibraryCall) async throws -> LibraryAnswer {
        guard let media = try await library.media(try call.media(), of: call.project) else {
            throw LibraryRefusal.notFound("media")
        }
        return .object(status: 200, write: try await writing(media, call))
    }

    func createMedia(_ call: LibraryCall) async throws -> LibraryAnswer {
        var details = MediaDetails.none
        try change(call)(&details)
        let media = try await library.createMedia(details, of: call.project)
        return .object(status: 201, write: try await writing(media, call))
    }

    func changeMedia(_ call: LibraryCall) async throws -> LibraryAnswer {
        let media = try await library.changeMedia(try call.media(), of: call.project, try change(call))
        return .object(status: 200, write: try await writing(media, call))
    }

    func deleteMedia(_ call: LibraryCall) async throws -> LibraryAnswer {
        let id = try call.media()
        guard var media = try await library.media(id, of: call.project) else {
            throw LibraryRefusal.notFound("media")
        }
        for _ in 0..<Self.maximumDeletions {
            for file in media.files { try await delete(file, of: id, call) }
            do {
                if try await library.deleteMedia(id, of: call.project) {
                    return .message(202, "\(id) deleted")
                }
                media = try await library.media(id, of: call.project) ?? media
            } catch StoreError.noSuchMedia {
                // It was nothing but its file.
                return .message(202, "\(id) deleted")
            }
        }
        throw LibraryRefusal.conflict("It gets new files all the time; try again.")
    }

    private func change(
        _ call: LibraryCall
    ) throws -> @Sendable (inout MediaDetails) throws(StoreError) -> Void {
        let (hasTitle, title) = (call.has("title"), try call.text("title", maximum: Self.longestTitle))
        let (hasAlt, alt) = (call.has("alt"), try call.text("alt", maximum: Self.longestTitle))
        return { details throws(StoreError) in
            if hasTitle { details.title = title }
            if hasAlt { details.alt = alt }
            do throws(LibraryRefusal) {
                // Into what is there now, so that changes at once are all made.
                if let merged = try call.merged("metadata", into: details.metadata) {
                    details.metadata = merged
                }
            } catch {
                throw .invalidArgument(error.message)
            }
        }
    }

    private func writing(
        _ media: MediaObject, _ call: LibraryCall
    ) async throws -> @Sendable (inout JSONWriter) -> Void {
        let files = try await shown(media.files, call)
        return { json in
            // What the media object is, is what its first playable file is.
            let source = files.first
            json.beginObject()
            json.member("id", media.id.description)
            json.member("object", "media")
            json.name("kind")
            if let source { json.string(source.kind.rawValue) } else { json.null() }
            for (name, value) in [("title", media.details.title), ("alt", media.details.alt)] {
                json.name(name)
                if let value { json.string(value) } else { json.null() }
            }
            if let width = source?.facts?.width { json.member("width", width) }
            if let height = source?.facts?.height { json.member("height", height) }
            if let duration = source?.facts?.duration { json.member("duration", duration) }
            json.name("files")
            json.beginArray()
            for file in files { file.write(into: &json) }
            json.endArray()
            json.name("urls")
            json.beginObject()
            // The newest of a name wins.
            var urls: [(ref: String, url: String)] = []
            for file in files {
                guard let ref = file.details.ref ?? (file.isOriginal ? "original" : nil) else { continue }
                urls.removeAll { $0.ref == ref }
                urls.append((ref, file.url))
            }
            for (ref, url) in urls { json.member(ref, url) }
            json.endObject()
            json.name("background")
            if let background = source?.facts?.background { json.string(background) } else { json.null() }
            json.name("metadata")
            json.beginObject()
            json.members(ofJSON: media.details.metadata)
            json.endObject()
            json.member("created", timestamp(media.created))
            json.member("updated", timestamp(media.updated))
            json.endObject()
        }
    }
}
