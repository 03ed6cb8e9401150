import Objects

/// `ObjectMetadata` as a record: the content type, a byte that says which headers follow, those headers, the
/// number of user fields, names and values.
enum MetadataCoding {
    static func encode(_ metadata: ObjectMetadata) -> [UInt8] {
        var writer = RecordWriter()
        writer.text(metadata.contentType)
        let optional = headers.map { metadata[keyPath: $0] }
        var present: UInt8 = 0
        for (bit, value) in optional.enumerated() where value != nil { present |= 1 << UInt8(bit) }
        writer.byte(present)
        for case let value? in optional { writer.text(value) }
        writer.number(metadata.user.count)
        for field in metadata.user {
            writer.text(field.name)
            writer.text(field.value)
        }
        return writer.bytes
    }

    static func decode(_ bytes: [UInt8]) throws -> ObjectMetadata {
        var reader = RecordReader(bytes)
        var metadata = ObjectMetadata(contentType: try reader.text())
        let present = try reader.byte()
        if present != 0 {
            for (bit, header) in headers.enumerated() where present & (1 << UInt8(bit)) != 0 {
                metadata[keyPath: header] = try reader.text()
            }
        }
        let count = try reader.number()
        for _ in 0..<count {
            let name = try reader.text()
            metadata.user.append(ObjectMetadata.Field(name, try reader.text()))
        }
        return metadata
    }

    /// In the order of their bits, which is part of the format.
    private static var headers: [WritableKeyPath<ObjectMetadata, String?>] {
        [
            \.cacheControl, \.contentDisposition, \.contentEncoding, \.contentLanguage, \.expires,
            \.websiteRedirect, \.storageClass,
        ]
    }
}
