import Files
import HTTPServer
import Objects

/// The header of an answer that serves a file.
struct FileHeaders {
    var settings: DeliverySettings
    var visit: Visit
    var version: ObjectVersion

    /// Everything but framing; `contentType` stands in for the stored one where the body is not the file itself.
    func fields(contentType: String? = nil) -> HeaderFields {
        let metadata = version.metadata
        var headers = HeaderFields()
        headers.reserveCapacity(12)
        headers.add("Content-Type", contentType ?? metadata.contentType)
        addValidators(to: &headers)
        headers.add("Accept-Ranges", "bytes")
        headers.add("X-Content-Type-Options", "nosniff")
        if let encoding = metadata.contentEncoding { headers.add("Content-Encoding", encoding) }
        if let language = metadata.contentLanguage { headers.add("Content-Language", language) }
        if let disposition { headers.add("Content-Disposition", disposition) }
        if !ContentType.isInert(metadata.contentType) {
            headers.add("Content-Security-Policy", "default-src 'none'; sandbox")
        }
        // The address of a private file must not reach the sites that the file links to.
        if !visit.isAnonymous { headers.add("Referrer-Policy", "no-referrer") }
        CrossOrigin.add(to: &headers)
        return headers
    }

    /// What a 304 repeats (RFC 9110 section 15.4.5).
    func notModified() -> HeaderFields {
        var headers = HeaderFields()
        addValidators(to: &headers)
        CrossOrigin.add(to: &headers)
        return headers
    }

    private func addValidators(to headers: inout HeaderFields) {
        headers.add("ETag", "\"" + version.etag.string + "\"")
        headers.add("Last-Modified", HTTPDate.format(version.modified / 1000))
        headers.add("Cache-Control", cacheControl)
        if let expires = version.metadata.expires, !visit.site.domain.isPrivate {
            headers.add("Expires", expires)
        }
    }

    /// As stored, else the setting; nothing that a shared cache may keep when not everybody may read the file.
    private var cacheControl: String {
        let stored = version.metadata.cacheControl
        guard visit.site.domain.isPrivate else { return stored ?? settings.cacheControl }
        guard let stored else { return "private, no-cache" }
        let kept = stored.split(separator: ",").map { $0.filter { $0 != " " && $0 != "\t" } }.filter {
            let name = $0.prefix { $0 != "=" }.lowercased()
            return !["public", "private", "s-maxage", "must-revalidate", "proxy-revalidate"].contains(name)
        }
        return (["private"] + kept).joined(separator: ", ")
    }

    private var disposition: String? {
        let stored = version.metadata.contentDisposition
        if visit.query.isDownload, !visit.isAnonymous { return ContentDisposition.attachment(version.key) }
        // Browsers do not show PDF in a sandbox; as a download it is of use.
        if ContentType.essence(of: version.metadata.contentType) == "application/pdf",
            stored.map({ !$0.lowercased().hasPrefix("attachment") }) ?? true
        {
            return ContentDisposition.attachment(version.key)
        }
        return stored
    }
}
