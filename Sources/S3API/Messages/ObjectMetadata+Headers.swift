import HTTPServer
import Objects

extension ObjectMetadata {
    /// What S3 gives an object whose client named no type.
    static let defaultContentType = "binary/octet-stream"
    private static let userPrefix = "x-amz-meta-"

    /// What the headers of a write say of the object.
    ///
    /// Throws `MetadataTooLarge` and `InvalidStorageClass`.
    init(_ headers: HeaderFields) throws(S3Error) {
        self.init(contentType: Self.defaultContentType)
        for (name, value) in headers {
            switch name.utf8.count {
            case 7 where Self.matches(name, "expires"): expires = value
            case 12 where Self.matches(name, "content-type"):
                if !value.isEmpty { contentType = value }
            case 13 where Self.matches(name, "cache-control"):
                cacheControl = Self.joined(cacheControl, value)
            case 16 where Self.matches(name, "content-encoding"):
                contentEncoding = Self.joined(contentEncoding, value)
            case 16 where Self.matches(name, "content-language"):
                contentLanguage = Self.joined(contentLanguage, value)
            case 19 where Self.matches(name, "content-disposition"): contentDisposition = value
            default: break
            }
        }
        contentEncoding = contentEncoding.flatMap(Self.withoutChunking)
        if let place = headers[first: "x-amz-website-redirect-location"] {
            guard place.hasPrefix("/") || place.hasPrefix("http://") || place.hasPrefix("https://") else {
                throw S3Error(
                    .invalidRequest,
                    "The website redirect location must have a prefix of 'http://' or 'https://' or '/'.")
            }
            websiteRedirect = place
        }
        storageClass = try Self.storageClass(headers)
        user = try Self.userFields(headers)
    }

    /// The class that the headers name; nil for STANDARD. It is a label: all objects are kept alike.
    static func storageClass(_ headers: HeaderFields) throws(S3Error) -> String? {
        guard let name = headers[first: "x-amz-storage-class"], !name.isEmpty, name != "STANDARD" else {
            return nil
        }
        guard storageClasses.contains(name) else {
            throw S3Error(.invalidStorageClass, fields: [("StorageClassRequested", name)])
        }
        return name
    }

    private static let storageClasses: Set<String> = [
        "REDUCED_REDUNDANCY", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER", "DEEP_ARCHIVE",
        "GLACIER_IR",
    ]

    /// Names in lower case; of a repeated name one field with all values, joined by commas.
    private static func userFields(_ headers: HeaderFields) throws(S3Error) -> [Field] {
        var fields: [Field] = []
        var size = 0
        for (place, (name, value)) in headers.enumerated() where isUserField(name) {
            let name = String(name.lowercased().dropFirst(userPrefix.count))
            if let index = fields.firstIndex(where: { $0.name.utf8.elementsEqual(name.utf8) }) {
                fields[index].join(value, isLatin1: headers.isLatin1(at: place))
                size += 1 + value.utf8.count
            } else {
                fields.append(Field(name, value, isLatin1: headers.isLatin1(at: place)))
                size += name.utf8.count + value.utf8.count
            }
            guard size <= S3Limits.userMetadata else {
                throw S3Error(
                    .metadataTooLarge,
                    fields: [("Size", String(size)), ("MaxSizeAllowed", String(S3Limits.userMetadata))])
            }
        }
        return fields
    }

    private static func isUserField(_ name: String) -> Bool {
        name.utf8.count > userPrefix.utf8.count
            && matches(Substring(name.utf8.prefix(userPrefix.utf8.count)), userPrefix)
    }

    /// Compares a field name with one in lower case.
    private static func matches(_ name: some StringProtocol, _ wanted: String) -> Bool {
        name.utf8.elementsEqual(wanted.utf8) { byte, lower in
            byte == lower || (byte >= 0x41 && byte <= 0x5A && byte | 0x20 == lower)
        }
    }

    private static func joined(_ one: String?, _ other: String) -> String? {
        guard !other.isEmpty else { return one }
        return one.map { $0 + ", " + other } ?? other
    }

    /// Content-Encoding without `aws-chunked`, which is how the body came and not what the object is.
    static func withoutChunking(_ value: String) -> String? {
        let codings = value.split(separator: ",").map(\.trimmed)
        let kept = codings.filter { $0.lowercased() != "aws-chunked" }
        if kept.count == codings.count { return value }
        return kept.isEmpty ? nil : kept.joined(separator: ", ")
    }
}
