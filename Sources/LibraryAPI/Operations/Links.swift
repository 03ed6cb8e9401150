import Auth
import Files
import HTTPServer
import MediaProbe
import Objects

extension LibraryEndpoint {
    static let links: [LibraryEndpoint] = [
        LibraryEndpoint(
            "create_signature", .post, "/signatures", .links,
            "Makes a signed URL to send a file to, or to read one.",
            body: [
                Field("filename", "string", "Its name.", isRequired: true),
                Field("folder", "string", "Where it is, or goes."),
                Field("expiry", "integer", "Seconds since 1970; in an hour unasked."),
                Field("method", "string", "get or put; get unasked."),
                Field("width", "integer", "Of a picture of the file, in pixels."),
                Field("height", "integer", "Of a picture of the file, in pixels."),
                Field("fit", "string", "inside, cover, contain or fill."),
                Field("format", "string", "webp, jpeg, png or avif."),
                Field("page", "integer", "Of a document, from 1."),
            ], "Signature", run: { try await $0.createSignature($1) })
    ]
}

extension LibraryDoor {
    /// Seconds that a link lasts unasked.
    private static let linkSeconds: Int64 = 3600
    private static let latestExpiry: Int64 = 999_999_999_999

    func createSignature(_ call: LibraryCall) async throws -> LibraryAnswer {
        guard let filename = try call.text("filename") else {
            throw LibraryRefusal.invalid("filename is missing.")
        }
        let folder = try call.text("folder")
        let key = try Self.key(folder: folder ?? "", filename: filename)
        let method = try method(call)
        let now = store.now / 1000
        let expiry = try call.number("expiry") ?? now + Self.linkSeconds
        guard expiry > now, expiry <= Self.latestExpiry else {
            throw LibraryRefusal.invalid("expiry is a time in the future, in seconds since 1970.")
        }
        guard let domain = try await store.linkDomain(of: call.project)?.domain else {
            throw LibraryRefusal.conflict("The project has no domain that takes signed URLs.")
        }
        let picture = try picture(call, method)
        let query = SignedURL.sign(
            path: key.bytes, expiry: expiry, method: method, picture: picture, secret: call.credential.secret)
        let url =
            addresses.base(of: domain) + "/" + percentEncode(key.bytes, keepingSlash: true) + "?" + query
        let signature = query.split(separator: "=").last.map(String.init) ?? ""
        return .object(status: 200) { json in
            json.beginObject()
            json.member("domain", domain.host)
            json.member("filename", filename)
            if let folder { json.member("folder", Self.trimmed(folder)) }
            json.member("expiry", expiry)
            json.member("method", method.rawValue)
            json.member("signature", signature)
            json.member("url", url)
            json.endObject()
        }
    }

    private func method(_ call: LibraryCall) throws -> LinkGrant.Method {
        let word = try call.text("method")?.lowercased() ?? "get"
        guard let method = LinkGrant.Method(rawValue: word) else {
            throw LibraryRefusal.invalid("method is get or put.")
        }
        switch (method, call.credential.role) {
        case (.put, .read): throw LibraryRefusal.forbidden("A key that may read signs no links to write.")
        case (.get, .upload): throw LibraryRefusal.forbidden("A key that may upload signs no links to read.")
        default: return method
        }
    }

    private func picture(
        _ call: LibraryCall, _ method: LinkGrant.Method
    ) throws -> [(name: String, value: String)] {
        var words: [(name: String, value: String)] = []
        for (name, word) in [("width", "w"), ("height", "h")] {
            guard let side = try call.number(name) else { continue }
            guard (1...Int64(PictureRequest.largestSide)).contains(side) else {
                throw LibraryRefusal.invalid("\(name) is 1 to \(PictureRequest.largestSide) pixels.")
            }
            words.append((word, String(side)))
        }
        let fits = PictureRequest.Fit.allCases.map(\.rawValue)
        for (name, known) in [("fit", fits), ("format", PictureRequest.Format.allCases.map(\.rawValue))] {
            guard let word = try call.text(name) else { continue }
            guard known.contains(word) else {
                throw LibraryRefusal.invalid("\(name) is one of \(known.joined(separator: ", ")).")
            }
            words.append((name, word))
        }
        if let page = try call.number("page") {
            guard (1...Int64(PictureRequest.lastPage)).contains(page) else {
                throw LibraryRefusal.invalid("page is 1 to \(PictureRequest.lastPage).")
            }
            words.append(("page", String(page)))
        }
        guard words.isEmpty || method == .get else {
            throw LibraryRefusal.invalid("Pictures are for links to read.")
        }
        return words
    }

}
