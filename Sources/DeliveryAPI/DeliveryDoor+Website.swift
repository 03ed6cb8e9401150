import Auth
import HTTPServer
import Objects

/// Buckets that are websites: index and error pages, and redirects.
extension DeliveryDoor {
    /// The path that a read is about: in a website one that ends in a slash stands for its index page.
    func path(of request: HTTPRequest, _ operation: DeliveryOperation, _ site: Site) -> String {
        guard operation == .read, let suffix = site.website?.indexSuffix, request.rawPath.hasSuffix("/")
        else {
            return request.rawPath
        }
        return request.rawPath + percentEncode(Array(suffix.utf8), keepingSlash: false)
    }

    /// The answer for a website that is only a way to another one.
    func redirectAll(_ request: HTTPRequest, _ site: Site) -> HTTPResponse? {
        guard let redirect = site.website?.redirectAll, request.method == .get || request.method == .head
        else { return nil }
        let query = request.rawQuery.map { "?" + $0 } ?? ""
        return Self.answer(redirect, request, path: request.rawPath + query)
    }

    /// Serves a page, or says where it is; what is refused is refused with the error page.
    func read(_ visit: Visit, in website: WebsiteConfiguration) async throws -> HTTPResponse {
        let asked = Self.asked(visit, website)
        if let (redirect, key) = website.redirect(of: asked, status: nil) {
            return Self.answer(redirect, visit.request, key: key)
        }
        let refusal: Refusal
        do {
            return try await read(visit)
        } catch let thrown as Refusal {
            refusal = thrown
        } catch let error as StoreError {
            refusal = Refusal(error, isWrite: false)
            if refusal.status >= 500 { throw error }
        }
        if refusal.status == 404, let folder = try await folder(visit, website) { return folder }
        if let (redirect, key) = website.redirect(of: asked, status: Int64(refusal.status)) {
            return Self.answer(redirect, visit.request, key: key)
        }
        guard let page = try await errorPage(visit, website, refusal.status) else { throw refusal }
        return page
    }

    /// The key as the client named it, without the index page's name.
    private static func asked(_ visit: Visit, _ website: WebsiteConfiguration) -> [UInt8] {
        guard visit.request.rawPath.hasSuffix("/"), let suffix = website.indexSuffix else {
            return visit.key.bytes
        }
        return visit.key.bytes.dropLast(suffix.utf8.count)
    }

    /// A folder that was named without its slash.
    private func folder(_ visit: Visit, _ website: WebsiteConfiguration) async throws -> HTTPResponse? {
        // Two slashes at the beginning of a Location are another host.
        let path = visit.request.rawPath
        guard !path.hasSuffix("/"), !path.hasPrefix("//"), let suffix = website.indexSuffix,
            let index = ObjectKey(visit.key.bytes + [UInt8(ascii: "/")] + Array(suffix.utf8))
        else { return nil }
        var other = visit
        other.key = index
        do {
            try authorize(other, .getObject)
            _ = try await store.head(visit.site.bucket, index)
        } catch {
            return nil
        }
        return HTTPResponse(status: 302, headers: ["Location": path + "/"])
    }

    /// The error page as the answer's body; nil when there is none that may be read.
    private func errorPage(
        _ visit: Visit, _ website: WebsiteConfiguration, _ status: Int
    ) async throws -> HTTPResponse? {
        guard let key = website.errorKey.flatMap({ ObjectKey($0) }) else { return nil }
        var visit = visit
        visit.key = key
        let hold = store.hold()
        defer { withExtendedLifetime(hold) {} }
        let version: ObjectVersion
        let cipher: ContentCipher?
        do {
            try authorize(visit, .getObject)
            version = try await store.head(visit.site.bucket, key)
            cipher = try await self.cipher(of: version)
        } catch {
            return nil
        }
        var headers = FileHeaders.fields(visit, version, settings)
        // They speak of the page, not of what was asked for.
        for name in ["etag", "last-modified", "accept-ranges", "expires"] { headers.remove(name) }
        headers.set("Cache-Control", "no-store")
        if visit.isHead { return HTTPResponse(status: status, headers: headers, headLength: version.size) }
        return HTTPResponse(
            status: status, headers: headers, body: body(of: version, 0..<version.size, cipher))
    }

    private static func answer(
        _ redirect: WebsiteConfiguration.Redirect, _ request: HTTPRequest, key: [UInt8]
    ) -> HTTPResponse {
        answer(redirect, request, path: "/" + percentEncode(key, keepingSlash: true))
    }

    private static func answer(
        _ redirect: WebsiteConfiguration.Redirect, _ request: HTTPRequest, path: String
    ) -> HTTPResponse {
        let scheme = redirect.scheme ?? (request.isSecure ? "https" : "http")
        let place = scheme + "://" + (redirect.host ?? request.host ?? "") + path
        return HTTPResponse(status: Int(redirect.status ?? 301), headers: ["Location": place])
    }
}
