import Objects

/// Rows of users, groups and roles. The record: name, path, created, description, seconds of a session, trust
/// policy, inline policies by name, attached policies, groups.
enum IdentityRows {
    static let select = "SELECT id, project, kind, record FROM identity"

    static func identity(_ row: StatementRow) throws -> Identity {
        guard let kind = Identity.Kind(rawValue: row.text(2)) else {
            throw StoreError.corrupt("a user, group or role has no known kind")
        }
        return try row.withBytes(3) { bytes in
            var reader = RecordReader(bytes)
            let name = try reader.text()
            let path = try reader.text()
            var identity = Identity(
                kind, id: IdentityID(row.text(0)), project: ProjectID(row.text(1)), name: name, path: path,
                created: Int64(try reader.number()))
            identity.description = try reader.byte() == 0 ? nil : try reader.text()
            identity.sessionSeconds = try reader.number()
            identity.trust = Array(try reader.run())
            for _ in 0..<(try reader.number()) {
                let name = try reader.text()
                identity.policies[name] = Array(try reader.run())
            }
            for _ in 0..<(try reader.number()) { identity.attachments.append(try reader.text()) }
            for _ in 0..<(try reader.number()) { identity.groups.append(IdentityID(try reader.text())) }
            return identity
        }
    }

    static func record(_ identity: Identity) -> [UInt8] {
        var writer = RecordWriter()
        writer.text(identity.name)
        writer.text(identity.path)
        writer.number(Int(max(identity.created, 0)))
        writer.byte(identity.description == nil ? 0 : 1)
        if let description = identity.description { writer.text(description) }
        writer.number(identity.sessionSeconds)
        writer.run(identity.trust)
        writer.number(identity.policies.count)
        for (name, document) in identity.policies.sorted(by: { $0.key < $1.key }) {
            writer.text(name)
            writer.run(document)
        }
        writer.number(identity.attachments.count)
        for arn in identity.attachments { writer.text(arn) }
        writer.number(identity.groups.count)
        for group in identity.groups { writer.text(group.string) }
        return writer.bytes
    }
}
