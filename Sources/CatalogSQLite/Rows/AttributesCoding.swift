import Objects

/// `ObjectAttributes` as a record: a byte that says what follows, then the owner, the ACL, the tags, the mode and
/// end of the retention, what is said of the file.
enum AttributesCoding {
    private static let hasOwner: UInt8 = 1
    private static let hasACL: UInt8 = 2
    private static let hasTags: UInt8 = 4
    private static let hasRetention: UInt8 = 8
    private static let isCompliance: UInt8 = 16
    private static let hasLegalHold: UInt8 = 32
    private static let hasFile: UInt8 = 64

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
        if attributes.file != nil { present |= hasFile }
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
        if let file = attributes.file { encode(file, into: &writer) }
        return writer.bytes
    }

    private static func encode(_ file: FileDetails, into writer: inout RecordWriter) {
        let texts = [file.ref, file.label, file.language]
        var present: UInt8 = 0
        for (bit, text) in texts.enumerated() where text != nil { present |= 1 << UInt8(bit) }
        if file.media != nil { present |= hasMedia }
        if file.task != nil { present |= hasTask }
        writer.byte(present)
        for case let text? in texts { writer.text(text) }
        if let media = file.media { writer.signed(media.rawValue) }
        if let task = file.task { writer.signed(task.rawValue) }
        writer.run(file.metadata)
    }

    private static func file(_ reader: inout RecordReader) throws -> FileDetails {
        let present = try reader.byte()
        func text(_ bit: UInt8) throws -> String? { present & 1 << bit == 0 ? nil : try reader.text() }
        var file = FileDetails(ref: try text(0), label: try text(1), language: try text(2))
        if present & hasMedia != 0 { file.media = MediaID(try reader.signed()) }
        if present & hasTask != 0 { file.task = TaskID(try reader.signed()) }
        file.metadata = Array(try reader.run())
        return file
    }

    // Of a file's details.
    private static let hasMedia: UInt8 = 8
    private static let hasTask: UInt8 = 16

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
        if present & hasFile != 0 { attributes.file = try file(&reader) }
        return attributes
    }
}
