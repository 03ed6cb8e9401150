import Objects

/// `ObjectAttributes` as a record: a byte that says what follows, then the owner, the ACL, the tags, the mode and
/// end of the retention.
enum AttributesCoding {
    private static let hasOwner: UInt8 = 1
    private static let hasACL: UInt8 = 2
    private static let hasTags: UInt8 = 4
    private static let hasRetention: UInt8 = 8
    private static let isCompliance: UInt8 = 16
    private static let hasLegalHold: UInt8 = 32

    /// Nil, as most versions have it, when there is nothing to keep.
    static func encode(_ attributes: ObjectAttributes) -> [UInt8]? {
        if attributes == .none { return nil }
        var present: UInt8 = attributes.hasLegalHold ? hasLegalHold : 0
        if attributes.owner != nil { present |= hasOwner }
        if attributes.acl != nil { present |= hasACL }
        if !attributes.tags.isEmpty { present |= hasTags }
        if let retention = attributes.retention {
            present |= hasRetention
            if retention.mode == .compliance { present |= isCompliance }
        }
        var writer = RecordWriter()
        writer.byte(present)
        if let owner = attributes.owner { writer.text(owner.string) }
        if let acl = attributes.acl { writer.run(acl) }
        if !attributes.tags.isEmpty {
            writer.number(attributes.tags.count)
            for tag in attributes.tags {
                writer.text(tag.key)
                writer.text(tag.value)
            }
        }
        if let retention = attributes.retention { writer.number(Int(max(retention.until, 0))) }
        return writer.bytes
    }

    static func decode(_ bytes: UnsafeRawBufferPointer) throws -> ObjectAttributes {
        var reader = RecordReader(bytes)
        let present = try reader.byte()
        var attributes = ObjectAttributes(hasLegalHold: present & hasLegalHold != 0)
        if present & hasOwner != 0 { attributes.owner = ProjectID(try reader.text()) }
        if present & hasACL != 0 { attributes.acl = Array(try reader.run()) }
        if present & hasTags != 0 {
            for _ in 0..<(try reader.number()) {
                let key = try reader.text()
                attributes.tags.append(ObjectAttributes.Tag(key, try reader.text()))
            }
        }
        if present & hasRetention != 0 {
            attributes.retention = Retention(
                mode: present & isCompliance == 0 ? .governance : .compliance,
                until: Int64(try reader.number()))
        }
        return attributes
    }
}
