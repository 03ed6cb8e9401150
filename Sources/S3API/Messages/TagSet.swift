import HTTPServer
import Objects
import XML

/// Tags as S3 sends and takes them.
///
/// Source: AWS, "Categorizing your storage using tags"; the limits are its own.
enum TagSet {
    static let objectLimit = 10
    static let bucketLimit = 50
    private static let keyLength = 128
    private static let valueLength = 256

    /// `x-amz-tagging`: parameters as in a query. Throws `InvalidArgument` and `InvalidTag`.
    static func parse(header: String) throws(S3Error) -> [ObjectAttributes.Tag] {
        if header.isEmpty { return [] }
        guard let items = parseQuery(header, plusIsSpace: true, limit: S3Query.maximumCount) else {
            throw S3Error(
                .invalidArgument,
                "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters "
                    + "without tag name duplicates.", fields: [("ArgumentName", "x-amz-tagging")])
        }
        return try sorted(items.map { ObjectAttributes.Tag($0.name, $0.value ?? "") }, limit: objectLimit)
    }

    /// A `Tagging` document. Throws `MalformedXML` and `InvalidTag`.
    static func parse(document: XMLElement, limit: Int) throws(S3Error) -> [ObjectAttributes.Tag] {
        guard let set = document.first("TagSet") else { throw S3Error(.malformedXML) }
        return try parse(tags: set.all("Tag"), limit: limit)
    }

    /// The elements of a set. Throws `MalformedXML` and `InvalidTag`.
    static func parse(tags elements: [XMLElement], limit: Int) throws(S3Error) -> [ObjectAttributes.Tag] {
        var tags: [ObjectAttributes.Tag] = []
        for tag in elements {
            guard let key = tag.text(of: "Key"), let value = tag.text(of: "Value") else {
                throw S3Error(.malformedXML)
            }
            tags.append(ObjectAttributes.Tag(key, value))
        }
        return try sorted(tags, limit: limit)
    }

    /// By key, so that one set has one form.
    private static func sorted(
        _ tags: [ObjectAttributes.Tag], limit: Int
    ) throws(S3Error) -> [ObjectAttributes.Tag] {
        guard tags.count <= limit else {
            throw limit == objectLimit
                ? S3Error(.invalidTag, "Object tags cannot be greater than \(limit)")
                : S3Error(.invalidTag, "Bucket tag count cannot be greater than \(limit)")
        }
        var seen: Set<[UInt8]> = []
        for tag in tags {
            guard (1...keyLength).contains(tag.key.unicodeScalars.count) else {
                throw S3Error(
                    .invalidTag, "The TagKey you have provided is invalid", fields: [("TagKey", tag.key)])
            }
            guard tag.value.unicodeScalars.count <= valueLength else {
                throw S3Error(
                    .invalidTag, "The TagValue you have provided is invalid",
                    fields: [("TagValue", tag.value)])
            }
            guard !tag.key.lowercased().hasPrefix("aws:") else {
                throw S3Error(.invalidTag, "System tags cannot be added/updated by requester")
            }
            guard seen.insert(Array(tag.key.utf8)).inserted else {
                throw S3Error(
                    .invalidTag, "Cannot provide multiple Tags with the same key",
                    fields: [("TagKey", tag.key)])
            }
        }
        return tags.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    }
}

extension XMLWriter {
    /// A `Tagging` document.
    mutating func tagging(_ tags: [ObjectAttributes.Tag]) {
        openRoot("Tagging")
        open("TagSet")
        for tag in tags {
            open("Tag")
            element("Key", tag.key)
            element("Value", tag.value)
            close()
        }
        close()
        close()
    }
}
