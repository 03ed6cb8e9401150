import Objects

/// What a session token says, sealed by the server: no table of sessions is kept.
struct SessionToken: Hashable, Sendable {
    /// Bytes of a token as it is sent, in base64.
    static let maximumLength = 16 * 1024
    /// Bytes of one of its texts.
    private static let maximumField = 4096
    /// One in the request and ten by their names.
    static let maximumPolicies = 11
    private static let format: UInt8 = 1

    /// Of the session.
    var secret: [UInt8]
    /// The key that asked for it, with which it ends.
    var source: KeyID
    /// Nil for a session of the key's own user or account.
    var role: IdentityID?
    /// The session's name; empty without a role.
    var name: String
    /// What narrows it: what any of them allows and none denies.
    var policies: [[UInt8]]
    /// The first second at which it is good no more, since 1970.
    var expires: Int64

    /// One byte of format, then texts behind their lengths in two bytes: five, an empty one being none, and policies.
    var bytes: [UInt8] {
        let fields =
            [
                secret, Array(source.string.utf8), Array((role?.string ?? "").utf8), Array(name.utf8),
                Array(String(expires).utf8),
            ] + policies
        return [Self.format]
            + fields.flatMap { field in
                [UInt8(truncatingIfNeeded: field.count >> 8), UInt8(truncatingIfNeeded: field.count)] + field
            }
    }

    init(
        secret: [UInt8], source: KeyID, role: IdentityID?, name: String, policies: [[UInt8]], expires: Int64
    ) {
        self.secret = secret
        self.source = source
        self.role = role
        self.name = name
        self.policies = policies
        self.expires = expires
    }

    /// Nil for what `bytes` could not have made.
    init?(_ bytes: [UInt8]) {
        guard bytes.first == Self.format else { return nil }
        var rest = bytes.dropFirst()
        var fields: [[UInt8]] = []
        while !rest.isEmpty {
            guard rest.count >= 2, fields.count < 5 + Self.maximumPolicies else { return nil }
            let length = Int(rest[rest.startIndex]) << 8 | Int(rest[rest.startIndex + 1])
            rest = rest.dropFirst(2)
            guard length <= Self.maximumField, length <= rest.count else { return nil }
            fields.append(Array(rest.prefix(length)))
            rest = rest.dropFirst(length)
        }
        guard fields.count >= 5, !fields[0].isEmpty, !fields[1].isEmpty,
            let source = String(validating: fields[1], as: UTF8.self),
            let role = String(validating: fields[2], as: UTF8.self),
            let name = String(validating: fields[3], as: UTF8.self),
            let expires = Int64(String(decoding: fields[4], as: UTF8.self))
        else { return nil }
        self.init(
            secret: fields[0], source: KeyID(source), role: role.isEmpty ? nil : IdentityID(role), name: name,
            policies: Array(fields[5...]), expires: expires)
    }
}
