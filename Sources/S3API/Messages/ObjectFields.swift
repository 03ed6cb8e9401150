import HTTPServer
import Objects

extension HeaderFields {
    /// What GET and HEAD say of an object.
    ///
    /// - Parameter overrides: values that a signed request asked for instead of what is stored.
    init(_ version: ObjectVersion, in bucket: Bucket, overrides: ResponseOverrides = ResponseOverrides()) {
        let metadata = version.metadata
        self.init()
        reserveCapacity(12 + metadata.user.count)
        add("Content-Type", overrides.contentType ?? metadata.contentType)
        add("ETag", "\"" + version.etag.string + "\"")
        add("Last-Modified", HTTPDate.format(version.modified / 1000))
        add("Accept-Ranges", "bytes")
        addVersion(version, in: bucket)
        add("Cache-Control", ifPresent: overrides.cacheControl ?? metadata.cacheControl)
        add("Content-Disposition", ifPresent: overrides.contentDisposition ?? metadata.contentDisposition)
        add("Content-Encoding", ifPresent: overrides.contentEncoding ?? metadata.contentEncoding)
        add("Content-Language", ifPresent: overrides.contentLanguage ?? metadata.contentLanguage)
        add("Expires", ifPresent: overrides.expires ?? metadata.expires)
        add("x-amz-storage-class", ifPresent: metadata.storageClass)
        add("x-amz-website-redirect-location", ifPresent: metadata.websiteRedirect)
        add(version.encryption)
        let attributes = version.attributes
        if !attributes.tags.isEmpty { add("x-amz-tagging-count", String(attributes.tags.count)) }
        if let retention = attributes.retention {
            add("x-amz-object-lock-mode", retention.mode.rawValue)
            add("x-amz-object-lock-retain-until-date", Timestamp(retention.until).string)
        }
        if attributes.hasLegalHold { add("x-amz-object-lock-legal-hold", "ON") }
        for field in metadata.user {
            add("x-amz-meta-" + field.name, field.value, isLatin1: field.isLatin1)
        }
    }

    mutating func add(_ name: String, ifPresent value: String?) {
        if let value { add(name, value) }
    }

    /// The version's id, in buckets where versions have one.
    mutating func addVersion(_ version: ObjectVersion, in bucket: Bucket) {
        if bucket.versioning != .off { add("x-amz-version-id", version.versionID.string) }
    }

    /// The id that a write gave: none while versioning is suspended, where it is always `null`.
    mutating func addNewVersion(_ version: ObjectVersion, in bucket: Bucket) {
        if bucket.versioning == .enabled { add("x-amz-version-id", version.versionID.string) }
    }

    mutating func add(_ etag: ETag) {
        add("ETag", "\"" + etag.string + "\"")
    }
}

/// `response-*` parameters of a read.
struct ResponseOverrides: Sendable {
    var contentType: String?
    var contentLanguage: String?
    var expires: String?
    var cacheControl: String?
    var contentDisposition: String?
    var contentEncoding: String?

    init() {}

    /// Throws `InvalidRequest` for an anonymous request that has any: a link must not make a public object look
    /// like another one. A value that could not stand in a header is refused too.
    init(_ query: S3Query, isSigned: Bool) throws(S3Error) {
        for (name, value) in query.items where name.hasPrefix("response-") {
            let value = value ?? ""
            switch name {
            case "response-content-type": contentType = value
            case "response-content-language": contentLanguage = value
            case "response-expires": expires = value
            case "response-cache-control": cacheControl = value
            case "response-content-disposition": contentDisposition = value
            case "response-content-encoding": contentEncoding = value
            default: continue
            }
            guard isSigned else {
                throw S3Error(
                    .invalidRequest,
                    "Request specific response headers cannot be used for anonymous GET requests.")
            }
            guard value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
                throw .argument(name, value, "Header value cannot be represented using ISO-8859-1")
            }
        }
    }
}
