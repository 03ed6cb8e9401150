import Auth
import Digests
import Files
import HTTPServer
import MediaProbe
import NIOCore
import Objects

extension DeliveryDoor {
    /// A picture of the file: a smaller one, a film's poster, the first page of a document.
    ///
    /// Making one costs, so it is for those who sign for it or have a key, and for anybody in the sizes that the project
    /// allows.
    func picture(_ visit: Visit, _ request: PictureRequest) async throws -> HTTPResponse {
        try authorize(visit, .getObject)
        let version = try await store.head(visit.site.bucket, visit.key)
        if visit.site.bucket.configurations[.policy] != nil {
            try authorize(visit, .getObject, object: version.attributes)
        }
        if visit.isAnonymous, try await !isAllowed(request, in: visit.site.bucket.project) {
            throw Refusal(
                status: 403, kind: "picture_not_allowed",
                message: "Pictures of this size need a signed URL.")
        }
        let etag = Self.etag(of: version, request)
        let validators = Validators(etag: etag, lastModified: version.modified / 1000)
        switch evaluatePreconditions(visit.request.headers, isRead: true, validators: validators) {
        case .proceed: break
        case .notModified:
            return HTTPResponse(status: 304, headers: pictureHeaders(visit, version, etag, type: nil))
        case .failed: throw Refusal.preconditionFailed
        }
        let picture: Picture
        do {
            picture = try await media.picture(of: version, of: visit.site.bucket.project, request)
        } catch let error as ProbeError {
            throw Refusal(error)
        }
        let headers = pictureHeaders(visit, version, etag, type: picture.type)
        if visit.isHead {
            return HTTPResponse(status: 200, headers: headers, headLength: Int64(picture.bytes.count))
        }
        return HTTPResponse(status: 200, headers: headers, body: .bytes(ByteBuffer(bytes: picture.bytes)))
    }

    private func isAllowed(_ request: PictureRequest, in project: ProjectID) async throws -> Bool {
        let size = "\(request.width.map(String.init) ?? "")x\(request.height.map(String.init) ?? "")"
        return try await store.project(project)?.pictureSizes.contains(size) ?? false
    }

    /// Another version, or another picture of it, has another tag.
    private static func etag(of version: ObjectVersion, _ request: PictureRequest) -> String {
        let words = [version.etag.string] + request.words
        return String(SHA256Digest.hash(Array(words.joined(separator: "/").utf8)).hex.prefix(32))
    }

    private func pictureHeaders(
        _ visit: Visit, _ version: ObjectVersion, _ etag: String, type: String?
    ) -> HeaderFields {
        var headers = HeaderFields()
        if let type { headers.add("Content-Type", type) }
        headers.add("ETag", "\"\(etag)\"")
        headers.add("Last-Modified", HTTPDate.format(version.modified / 1000))
        let isOpen = visit.isAnonymous && !visit.site.domain.isPrivate
        headers.add("Cache-Control", isOpen ? settings.cacheControl : "private, max-age=3600")
        headers.add("X-Content-Type-Options", "nosniff")
        if !visit.isAnonymous { headers.add("Referrer-Policy", "no-referrer") }
        CrossOrigin.add(to: &headers)
        return headers
    }
}

extension Refusal {
    fileprivate init(_ error: ProbeError) {
        switch error {
        case .noPicture:
            self.init(
                status: 404, kind: "no_picture", message: "There are no pictures of files of this type.")
        case .unreadable, .tooMuch:
            self.init(
                status: 422, kind: "picture_failed", message: "No picture can be made of this file.")
        case .unavailable:
            self.init(status: 501, kind: "pictures_unavailable", message: "This server makes no pictures.")
        case .busy, .cancelled: self = .overloaded
        case .storage: self = .fault
        }
    }
}
