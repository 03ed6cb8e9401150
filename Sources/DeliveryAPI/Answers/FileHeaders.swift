import Files
import HTTPServer
import Objects

/// The header of an answer that serves a file.
enum FileHeaders {
    /// Everything but framing; `contentType` stands in for the stored one where the body is not the file itself.
    static func fields(
        _ visit: Visit, _ version: ObjectVersion, _ settings: DeliverySettings, contentType: String? = nil
    ) -> HeaderFields {
        let essence = ContentType.essence(of: version.metadata.contentType)
        var headers = HeaderFields()
        headers.reserveCapacity(12)
        headers.add("Content-Type", contentType ?? version.metadata.contentType)
        addValidators(visit, version, settings, to: &headers)
        headers.add("Accept-Ranges", "bytes")
        headers.add("X-Content-Type-Options", "nosniff")
        if let encoding = version.metadata.contentEncoding { headers.add("Content-Encoding", encoding) }
        if let language = version.metadata.contentLanguage { headers.add("Content-Language", language) }
        if let disposition = disposition(visit, version, essence: essence) {
            headers.add("Content-Disposition", disposition)
        }
        // Whose bucket is a website wants its pages to run.
        if !ContentType.isInert(essence: essence), visit.site.website == nil {
            headers.add("Content-Security-Policy", "default-src 'none'; sandbox")
        }
        // The address of a private file must not reach the sites that the file links to.
        if !visit.isAnonymous { headers.add("Referrer-Policy", "no-referrer") }
        CrossOrigin.add(to: &headers)
        return headers
    }

    /// What a 304 repeats (RFC 9110 section 15.4.5).
    static func notModified(
        _ visit: Visit, _ version: ObjectVersion, _ settings: DeliverySettings
    ) -> HeaderFields {
        var headers = HeaderFields()
        addValidators(visit, version, settings, to: &headers)
        CrossOrigin.add(to: &headers)
        return headers
    }

    private static func addValidators(
        _ visit: Visit, _ version: ObjectVersion, _ settings: DeliverySettings, to headers: inout HeaderFields
    ) {
        headers.add("ETag", "\"" + version.etag.string + "\"")
        headers.add("Last-Modified", HTTPDate.format(version.modified / 1000))
        let isPrivate = visit.site.domain.isPrivate
        let stored = version.metadata.cacheControl
        headers.add(
            "Cache-Control", isPrivate ? privateCacheControl(stored) : stored ?? settings.cacheControl)
        if let expires = version.metadata.expires, !isPrivate {
            headers.add("Expires", expires)
        }
    }

    /// As stored, without what lets a shared cache keep a file that not everybody may read.
    private static func privateCacheControl(_ stored: String?) -> String {
        guard let stored else { return "private, no-cache" }
        let kept = stored.split(separator: ",").map { $0.filter { $0 != " " && $0 != "\t" } }.filter {
            let name = $0.prefix { $0 != "=" }.lowercased()
            return !["public", "private", "s-maxage", "must-revalidate", "proxy-revalidate"].contains(name)
        }
        return (["private"] + kept).joined(separator: ", ")
    }

    private static func disposition(
        _ visit: Visit, _ version: ObjectVersion, essence: String
    ) -> String? {
        let stored = version.metadata.contentDisposition
        if visit.query.isDownload, !visit.isAnonymous { return ContentDisposition.attachment(version.key) }
        // Browsers do not show PDF in a sandbox; as a download it is of use.
        if essence == "application/pdf",
            stored.map({ !$0.lowercased().hasPrefix("attachment") }) ?? true
        {
            return ContentDisposition.attachment(version.key)
        }
        return stored
    }
}
