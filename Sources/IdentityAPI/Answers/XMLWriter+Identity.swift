import Auth
import HTTPServer
import Objects
import XML

extension XMLWriter {
    /// What is in an element `User`, `Group` or `Role`, or in a member of a list of them.
    mutating func identity(_ identity: Identity, as name: StaticString, withDetails: Bool = false) {
        open(name)
        element("Path", identity.path)
        switch identity.kind {
        case .user:
            element("UserName", identity.name)
            element("UserId", identity.id.string)
        case .group:
            element("GroupName", identity.name)
            element("GroupId", identity.id.string)
        case .role:
            element("RoleName", identity.name)
            element("RoleId", identity.id.string)
        }
        element("Arn", identity.arn)
        time("CreateDate", identity.created)
        if identity.kind == .role {
            document("AssumeRolePolicyDocument", identity.trust)
            if withDetails {
                if let description = identity.description { element("Description", description) }
                element("MaxSessionDuration", identity.sessionSeconds)
            }
        }
        close()
    }

    /// A policy, escaped as in a URL.
    mutating func document(_ name: StaticString, _ bytes: [UInt8]) {
        element(name, percentEncode(bytes, keepingSlash: false))
    }

    /// - Parameter milliseconds: since 1970.
    mutating func time(_ name: StaticString, _ milliseconds: Int64) {
        element(name, ISOTime.text(milliseconds / 1000))
    }

    /// A page of a list: whether it ends here, and where the next begins.
    mutating func page<Item>(
        _ name: StaticString, _ items: [Item], limit: Int, marker: (Item) -> String,
        _ write: (inout XMLWriter, Item) -> Void
    ) {
        open(name)
        for item in items.prefix(limit) { write(&self, item) }
        close()
        let isTruncated = items.count > limit
        element("IsTruncated", isTruncated)
        if isTruncated { element("Marker", marker(items[limit - 1])) }
    }
}
