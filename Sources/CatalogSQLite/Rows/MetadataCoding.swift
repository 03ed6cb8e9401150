import Objects

/// `ObjectMetadata` as a record: the content type, a byte that says which headers follow, those headers, the
/// number of user fields, names and values. A user's value that is no UTF-8 is one of ISO 8859-1.
enum MetadataCoding {
    static func encode(_ metadata: ObjectMetadata) -> [UInt8] {
        var writer = RecordWriter()
        writer.text(metadata.contentType)
        // In the order of their bits, which is part of the format.
        let headers = [
            metadata.cacheControl, metadata.contentDisposition, metadata.contentEncoding,
            metadata.contentLanguage, metadata.expires, metadata.websiteRedirect, metadata.storageClass,
        ]
        var present: UInt8 = 0
        for (bit, value) in headers.enumerated() where value != nil { present |= 1 << UInt8(bit) }
        writer.byte(present)
        for case let value? in headers { writer.text(value) }
        writer.number(metadata.user.count)
        for field in metadata.user {
            writer.text(field.name)
            if field.isLatin1 {
                writer.run(field.value.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) })
            } else {
                writer.text(field.value)
            }
        }
        return writer.bytes
    }

    static func decode(_ bytes: UnsafeRawBufferPointer) throws -> ObjectMetadata {
        var reader = RecordReader(bytes)
        var metadata = ObjectMetadata(contentType: try reader.text())
        let present = try reader.byte()
        func header(_ bit: UInt8) throws -> String? {
            present & 1 << bit == 0 ? nil : try reader.text()
        }
        if present != 0 {
            metadata.cacheControl = try header(0)
            metadata.contentDisposition = try header(1)
            metadata.contentEncoding = try header(2)
            metadata.contentLanguage = try header(3)
            metadata.expires = try header(4)
            metadata.websiteRedirect = try header(5)
            metadata.storageClass = try header(storageClassBit)
        }
        let count = try reader.number()
        for _ in 0..<count {
            metadata.user.append(userField(try reader.text(), try reader.run()))
        }
        return metadata
    }

    private static func userField(
        _ name: String, _ value: Slice<UnsafeRawBufferPointer>
    ) -> ObjectMetadata.Field {
        if let text = String(validating: value, as: UTF8.self) { return ObjectMetadata.Field(name, text) }
        var text = String.UnicodeScalarView()
        for byte in value { text.append(Unicode.Scalar(byte)) }
        return ObjectMetadata.Field(name, String(text), isLatin1: true)
    }

    /// The storage class alone, which is all that a listing says: few objects have one.
    static func storageClass(_ bytes: UnsafeRawBufferPointer) throws -> String? {
        var reader = RecordReader(bytes)
        _ = try reader.run()
        guard try reader.byte() & 1 << storageClassBit != 0 else { return nil }
        return try decode(bytes).storageClass
    }

    /// The content type alone.
    static func contentType(_ bytes: UnsafeRawBufferPointer) throws -> String {
        var reader = RecordReader(bytes)
        return try reader.text()
    }

    private static let storageClassBit: UInt8 = 6
}
