import Auth
import Files
import HTTPServer
import Objects

extension LibraryEndpoint {
    static let uploads: [LibraryEndpoint] = [
        LibraryEndpoint(
            "list_uploads", .get, "/uploads", .read, "Uploads in progress, the newest first.", "Upload",
            isList: true, run: { try await $0.listUploads($1) }),
        LibraryEndpoint(
            "delete_upload", .delete, "/uploads/{id}", .write, "Cancels an upload in progress.", answers: 202,
            "Message", run: { try await $0.cancelUpload($1) }),
    ]
}

extension LibraryDoor {
    private static let maximumUploads = 500

    func listUploads(_ call: LibraryCall) async throws -> LibraryAnswer {
        let open = try await library.openUploads(of: call.project, limit: Self.maximumUploads)
        var items: [@Sendable (inout JSONWriter) -> Void] = []
        for (upload, bucket, received) in open {
            let url = try await addresses.url(of: upload.key.bytes, in: upload.bucket, named: bucket)
            let key = upload.key.bytes
            let slash = key.lastIndex(of: 0x2F)
            items.append { json in
                json.beginObject()
                json.member("id", upload.id.string)
                json.member("object", "upload")
                json.member("bucket", bucket.string)
                if let slash { json.member("folder", String(decoding: key[..<slash], as: UTF8.self)) }
                json.member(
                    "filename", String(decoding: slash.map { key[($0 + 1)...] } ?? key[...], as: UTF8.self))
                json.member("url", url)
                json.name("filesize")
                if case .ranges(let total) = upload.kind { json.integer(total) } else { json.null() }
                json.member("received", received)
                json.member("created", timestamp(upload.created))
                json.member("expires", timestamp(upload.expires))
                json.endObject()
            }
        }
        return .list(items)
    }

    func cancelUpload(_ call: LibraryCall) async throws -> LibraryAnswer {
        let id = call.words.first ?? ""
        let open = try await library.openUploads(of: call.project, limit: Self.maximumUploads)
        guard let upload = open.first(where: { $0.upload.id.string == id })?.upload else {
            throw LibraryRefusal.notFound("upload")
        }
        try await store.abort(upload)
        return .message(202, "\(id) deleted")
    }
}
