import Auth
import Files
import HTTPServer
import MediaProbe
import Objects

extension LibraryEndpoint {
    static let files: [LibraryEndpoint] = [
        LibraryEndpoint(
            "list_files", .get, "/files", .read, "Files of the project, the newest first.",
            query: pages + [
                Field("sort", "string", "created, name or size."),
                Field("order", "string", "desc or asc."),
                Field("search", "string", "Part of the path, without case."),
                Field("folder", "string", "Only files in this folder; with search, also below it."),
                Field("kind", "string", "video, image, audio, document or unknown."),
                Field("bucket", "string", "Only files of this bucket."),
            ], "File", isList: true, run: { try await $0.listFiles($1) }),
        LibraryEndpoint(
            "create_file", .post, "/files", .write, "Fetches a file from a URL and stores it.",
            body: [
                Field("url", "string", "Where it is: http or https.", isRequired: true),
                Field("folder", "string", "Where it goes."),
                Field("filename", "string", "Its name; else the one that the URL or the answer gives it."),
                Field("media_id", "string", "The media object that it is attached to; else it gets its own."),
                Field("ref", "string", "Its name in the media object."),
                Field("label", "string", "For players and people."),
                Field("metadata", "object", "Anything."),
            ], answers: 201, "File", run: { try await $0.ingestFile($1) }),
        LibraryEndpoint(
            "get_file", .get, "/files/{id}", .read, "One file.", "File", run: { try await $0.getFile($1) }),
        LibraryEndpoint(
            "update_file", .patch, "/files/{id}", .write,
            "Renames, moves or describes a file; what is not sent stays.",
            body: [
                Field("folder", "string", "Moves it; empty or null is the root."),
                Field("filename", "string", "Renames it."),
                Field("ref", "string", "Its name in its media object."),
                Field("media_id", "string", "Attaches it to another media object; null gives it its own."),
                Field("label", "string", "For players and people."),
                Field("language", "string", "As BCP 47 has it."),
                Field("metadata", "object", "Members are set; null takes one away."),
            ], "File", run: { try await $0.changeFile($1) }),
        LibraryEndpoint(
            "delete_file", .delete, "/files/{id}", .write, "Deletes a file for good.", answers: 202,
            "Message",
            run: { try await $0.deleteFile($1) }),
        LibraryEndpoint(
            "list_folders", .get, "/folders", .read, "Folders right below one.",
            query: [
                Field("folder", "string", "Nothing is the root."),
                Field("bucket", "string", "Only this bucket's."),
            ], "FolderList", run: { try await $0.listFolders($1) }),
    ]

    static let pages = [
        Field("page", "integer", "From 1."),
        Field("limit", "integer", "Items of a page, 1 to 100; 20 unasked."),
    ]
}

extension LibraryDoor {
    /// Folders of one answer.
    private static let maximumFolders = 1000

    func listFiles(_ call: LibraryCall) async throws -> LibraryAnswer {
        let page = try call.page()
        var query = FileQuery(project: call.project, offset: page.offset, limit: page.limit)
        query.bucket = try bucketName(call.query["bucket"])
        query.search = call.query["search"]
        query.folder = call.query["folder"].map { Array(Self.trimmed($0).utf8) }
        if let word = call.query["sort"] {
            guard let sort = FileQuery.Sort(rawValue: word) else {
                throw LibraryRefusal.invalid("sort is created, name or size.")
            }
            query.sort = sort
        }
        switch call.query["order"] {
        case nil: query.isDescending = query.sort != .name
        case "desc": query.isDescending = true
        case "asc": query.isDescending = false
        default: throw LibraryRefusal.invalid("order is desc or asc.")
        }
        if let word = call.query["kind"] {
            guard let kind = FileKind(rawValue: word) else {
                throw LibraryRefusal.invalid("kind is video, image, audio, document or unknown.")
            }
            query.isWanted = { FileKind(contentType: $0) == kind }
        }
        let found = try await library.files(query)
        let files = try await shown(found.items, call)
        return .page(page, total: found.total, items: files.map { file in { file.write(into: &$0) } })
    }

    func listFolders(_ call: LibraryCall) async throws -> LibraryAnswer {
        let folder = Self.trimmed(call.query["folder"] ?? "")
        let names = try await library.folders(
            below: Array(folder.utf8), of: call.project, bucket: try bucketName(call.query["bucket"]),
            limit: Self.maximumFolders + 1)
        return .object(status: 200) { json in
            json.beginObject()
            json.member("folder", folder)
            json.name("folders")
            json.beginArray()
            for name in names.prefix(Self.maximumFolders) {
                let text = String(decoding: name, as: UTF8.self)
                json.beginObject()
                json.member("name", text)
                json.member("path", folder.isEmpty ? text : folder + "/" + text)
                json.endObject()
            }
            json.endArray()
            json.member("truncated", names.count > Self.maximumFolders)
            json.endObject()
        }
    }

    func getFile(_ call: LibraryCall) async throws -> LibraryAnswer {
        try await answer(try await found(call), call, status: 200)
    }

    func deleteFile(_ call: LibraryCall) async throws -> LibraryAnswer {
        let file = try await found(call)
        try await delete(file, call)
        return .message(202, "\(file.version.file) deleted")
    }

    /// Deletes a file wherever it was moved to since it was looked at, and never another one that took its place.
    ///
    /// - Parameter media: the file stays when it is attached to another one meanwhile.
    func delete(_ file: LibraryFile, of media: MediaID? = nil, _ call: LibraryCall) async throws {
        var file = file
        for _ in 0..<Self.maximumLooks {
            let bucket = try await bucket(of: file)
            try permit(.deleteObject, file.version.key, of: file.version.attributes, in: bucket, call)
            let deletion = ObjectDeletion(
                bucket: bucket.id, key: file.version.key, author: call.credential.keyID,
                seen: VersionSighting(file.version),
                origin: ChangeOrigin(.removed, call.request, .key(call.credential), in: bucket),
                now: store.now)
            do {
                for result in try await store.delete([deletion]) { _ = try result.get() }
                return
            } catch StoreError.preconditionFailed {
                let present = try await library.file(file.version.file, of: call.project)
                guard let present, media == nil || present.version.media == media else { return }
                file = present
            }
        }
        throw StoreError.preconditionFailed
    }

    /// Times that a file is looked at anew because another request changed it between the look and the change.
    private static let maximumLooks = 16

    func changeFile(_ call: LibraryCall) async throws -> LibraryAnswer {
        for _ in 1..<Self.maximumLooks {
            do {
                return try await answer(try await change(call), call, status: 200)
            } catch StoreError.preconditionFailed, StoreError.noSuchKey {
                // It was changed or moved; when it was deleted, the next look finds nothing.
                continue
            }
        }
        return try await answer(try await change(call), call, status: 200)
    }

    /// What may be refused is done first, so that a refused request has changed nothing.
    ///
    /// - Throws: `preconditionFailed` or `noSuchKey` when the file is no more what or where it was.
    private func change(_ call: LibraryCall) async throws -> LibraryFile {
        var file = try await found(call)
        let bucket = try await bucket(of: file)
        try await checkMedia(of: try changed(file.details, call), file, call)
        let key = try changed(file.version.key, call)
        try permit(.putObject, key, of: file.version.attributes, in: bucket, call)
        if key != file.version.key {
            try permit(.deleteObject, file.version.key, of: file.version.attributes, in: bucket, call)
            try await move(file, to: key, in: bucket, call)
            file = try await found(call)
        }
        let details = try changed(file.details, call)
        guard details != file.details else { return file }
        _ = try await store.change(
            AttributesChange(
                bucket: bucket.id, key: file.version.key,
                edit: .file(details == .none ? nil : details), seen: VersionSighting(file.version),
                now: store.now))
        return try await found(call)
    }

    private func checkMedia(of details: FileDetails, _ file: LibraryFile, _ call: LibraryCall) async throws {
        guard let id = details.media, id != file.details.media else { return }
        guard try await library.media(id, of: call.project) != nil else {
            throw LibraryRefusal.notFound("media")
        }
    }

    private func move(
        _ file: LibraryFile, to key: ObjectKey, in bucket: Bucket, _ call: LibraryCall
    ) async throws {
        let seen = VersionSighting(file.version)
        do {
            _ = try await store.rename(
                ObjectRename(
                    bucket: bucket.id, source: file.version.key, destination: key,
                    preconditions: WritePreconditions(ifNoneMatch: .any), seenSource: seen,
                    author: call.credential.keyID,
                    origin: ChangeOrigin(.createdCopy, call.request, .key(call.credential), in: bucket),
                    now: store.now))
        } catch StoreError.preconditionFailed {
            // Of the two that may have failed it was the source's when that is no more what was seen.
            let present = try await found(call).version
            guard VersionSighting(present) == seen, present.key == file.version.key else {
                throw StoreError.preconditionFailed
            }
            throw LibraryRefusal.conflict("There is a file at the path that this one is to have.")
        }
    }

    private func changed(_ details: FileDetails, _ call: LibraryCall) throws -> FileDetails {
        var changed = details
        let longest = FileDetails.maximumTextLength
        if call.has("ref") { changed.ref = try call.text("ref", maximum: longest) }
        if call.has("label") { changed.label = try call.text("label", maximum: longest) }
        if call.has("language") { changed.language = try call.text("language", maximum: longest) }
        if let metadata = try call.merged("metadata", into: details.metadata) { changed.metadata = metadata }
        if call.has("media_id") {
            changed.media = try call.text("media_id").map { text throws(LibraryRefusal) in
                guard let id = MediaID(text) else { throw .notFound("media") }
                return id
            }
        }
        return changed
    }

    private func changed(_ key: ObjectKey, _ call: LibraryCall) throws -> ObjectKey {
        guard call.has("folder") || call.has("filename") else { return key }
        let slash = key.bytes.lastIndex(of: 0x2F)
        let folder = slash.map { String(decoding: key.bytes[..<$0], as: UTF8.self) } ?? ""
        let name = String(decoding: slash.map { key.bytes[($0 + 1)...] } ?? key.bytes[...], as: UTF8.self)
        return try Self.key(
            folder: call.has("folder") ? try call.text("folder") ?? "" : folder,
            filename: try call.text("filename") ?? name)
    }

    // MARK: What several endpoints need

    func found(_ call: LibraryCall) async throws -> LibraryFile {
        guard let file = try await library.file(try call.file(), of: call.project) else {
            throw LibraryRefusal.notFound("file")
        }
        return file
    }

    func bucket(of file: LibraryFile) async throws -> Bucket {
        guard let bucket = try await store.bucket(file.bucket) else { throw StoreError.noSuchBucket }
        return bucket
    }

    func bucketName(_ text: String?) throws(LibraryRefusal) -> BucketName? {
        guard let text else { return nil }
        guard let name = BucketName(text) else { throw .notFound("bucket") }
        return name
    }

    func answer(_ file: LibraryFile, _ call: LibraryCall, status: Int) async throws -> LibraryAnswer {
        let files = try await shown([file], call)
        return .object(status: status) { json in
            for file in files { file.write(into: &json) }
        }
    }

    /// Files as they are shown: under their URLs, with where pictures of them are.
    func shown(_ files: [LibraryFile], _ call: LibraryCall) async throws -> [File] {
        var domains: [BucketID: Domain?] = [:]
        var shown: [File] = []
        shown.reserveCapacity(files.count)
        for file in files {
            let bucket = file.version.bucket
            if domains[bucket] == nil { domains[bucket] = try await addresses.domain(of: bucket) }
            let domain = domains[bucket] ?? nil
            let url = addresses.url(of: file.version.key.bytes, on: domain, in: file.bucket)
            shown.append(
                File(
                    file.version, url: url,
                    facts: media.shown(file.facts, type: file.version.metadata.contentType),
                    preview: preview(of: file, at: url, domain, call)))
        }
        return shown
    }

    /// Sides of the picture that lists show, in pixels.
    private static let previewSide = 480
    /// Links of one hour are the same text, so that browsers keep what they fetched.
    private static let previewSeconds: Int64 = 3600

    private func preview(
        of file: LibraryFile, at url: String, _ domain: Domain?, _ call: LibraryCall
    ) -> String? {
        guard let domain, domain.acceptsFirstFormSignatures, call.credential.role != .upload,
            media.canPicture(file.version.metadata.contentType), file.facts != .failed, file.version.size > 0
        else { return nil }
        if case .customer? = file.version.encryption?.method { return nil }
        let hour = store.now / 1000 / Self.previewSeconds
        let query = SignedURL.sign(
            path: file.version.key.bytes, expiry: (hour + 2) * Self.previewSeconds, method: .get,
            picture: [("w", "\(Self.previewSide)"), ("h", "\(Self.previewSide)"), ("fit", "inside")],
            secret: call.credential.secret)
        return url + "?" + query
    }

    static func trimmed(_ folder: String) -> String {
        String(folder.drop { $0 == "/" }.reversed().drop { $0 == "/" }.reversed())
    }

    /// The key of a file: names are taken as they are; what no URL could carry is refused.
    static func key(folder: String, filename: String) throws(LibraryRefusal) -> ObjectKey {
        let folder = trimmed(folder)
        guard !filename.isEmpty, !filename.utf8.contains(0x2F) else {
            throw .invalid("A filename has at least one character and no slash.")
        }
        let text = folder.isEmpty ? filename : folder + "/" + filename
        for segment in text.utf8.split(separator: 0x2F, omittingEmptySubsequences: false) {
            guard !segment.isEmpty, !segment.elementsEqual(".".utf8), !segment.elementsEqual("..".utf8) else {
                throw .invalid("A folder has no empty segments, and none of only dots.")
            }
        }
        guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw .invalid("A path has no control characters.")
        }
        guard let key = ObjectKey(Array(text.utf8)) else {
            throw .invalid("A path has at most \(ObjectKey.maximumLength) bytes.")
        }
        return key
    }
}

extension LibraryFile {
    /// What was said of it.
    fileprivate var details: FileDetails { version.attributes.file ?? .none }
}
