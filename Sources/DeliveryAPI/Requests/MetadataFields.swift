import Files
import HTTPServer
import Objects

/// What the header of a PUT says about the file: the fields that are returned with it, and user metadata.
struct MetadataFields: Sendable {
    /// Bytes of all names and values of user metadata, as in S3.
    static let maximumUserBytes = 2048
    /// Bytes of one of the other fields.
    static let maximumFieldBytes = 1024

    private var metadata: ObjectMetadata
    private let declaredType: String?
    /// Whether any field is there that a later chunk would have to repeat; the type is not such a one, for it is
    /// found by content.
    let isEmpty: Bool

    init(_ headers: HeaderFields) throws(Refusal) {
        var metadata = ObjectMetadata(contentType: ContentType.unknown)
        metadata.cacheControl = try Self.single("cache-control", headers)
        metadata.contentDisposition = try Self.single("content-disposition", headers)
        metadata.contentLanguage = try Self.single("content-language", headers)
        metadata.expires = try Self.single("expires", headers)
        metadata.contentEncoding = try Self.single("content-encoding", headers)
        if let encoding = metadata.contentEncoding, encoding.lowercased().contains("aws-chunked") {
            throw .invalid("A body in aws-chunked form is understood by the S3 door only.")
        }
        metadata.user = try Self.user(headers)
        declaredType = try Self.single("content-type", headers)
        isEmpty = metadata == ObjectMetadata(contentType: ContentType.unknown)
        self.metadata = metadata
    }

    /// `head` is the file's beginning; empty when these are not its first bytes.
    func metadata(of key: ObjectKey, head: [UInt8]) -> ObjectMetadata {
        var metadata = metadata
        metadata.contentType = ContentType.detect(head: head, name: key.bytes, declared: declaredType)
        return metadata
    }

    private static func single(_ name: String, _ headers: HeaderFields) throws(Refusal) -> String? {
        let values = headers.values(name)
        guard !values.isEmpty else { return nil }
        let value = values.joined(separator: ", ")
        guard value.utf8.count <= maximumFieldBytes else {
            throw .invalid("The field \(name) has more than \(maximumFieldBytes) bytes.")
        }
        return value.isEmpty ? nil : value
    }

    /// `x-amz-meta-*`; a name that comes more than once has its values joined by commas, as in S3.
    private static func user(_ headers: HeaderFields) throws(Refusal) -> [ObjectMetadata.Field] {
        var fields: [ObjectMetadata.Field] = []
        var bytes = 0
        for (place, (name, value)) in headers.enumerated() {
            let name = name.lowercased()
            guard name.hasPrefix("x-amz-meta-") else { continue }
            let short = String(name.dropFirst("x-amz-meta-".count))
            guard !short.isEmpty else { throw .invalid("A field of user metadata has no name.") }
            bytes += short.utf8.count + value.utf8.count
            guard bytes <= maximumUserBytes else {
                throw .invalid("The user metadata has more than \(maximumUserBytes) bytes.")
            }
            if let index = fields.firstIndex(where: { $0.name == short }) {
                fields[index].join(value, isLatin1: headers.isLatin1(at: place))
            } else {
                fields.append(ObjectMetadata.Field(short, value, isLatin1: headers.isLatin1(at: place)))
            }
        }
        return fields
    }
}
