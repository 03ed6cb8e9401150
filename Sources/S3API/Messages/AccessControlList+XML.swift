import Auth
import Objects
import XML

extension AccessControlList.Grantee {
    private static let groups: [(name: String, grantee: AccessControlList.Grantee)] = [
        ("http://acs.amazonaws.com/groups/global/AllUsers", .allUsers),
        ("http://acs.amazonaws.com/groups/global/AuthenticatedUsers", .authenticatedUsers),
        ("http://acs.amazonaws.com/groups/s3/LogDelivery", .logDelivery),
    ]

    init?(group uri: String) {
        guard let group = Self.groups.first(where: { $0.name == uri }) else { return nil }
        self = group.grantee
    }

    /// The name of a group; nil for an account.
    var groupURI: String? { Self.groups.first { $0.grantee == self }?.name }
}

/// A grant as a client names it: an account may be named by its address.
struct NamedGrant {
    enum Grantee {
        case id(String)
        case group(String)
        case email(String)
    }

    var grantee: Grantee
    var permission: AccessControlList.Permission

    /// Grants of an `AccessControlPolicy`, and its owner. Throws `MalformedACLError`.
    static func parse(_ root: XMLElement) throws(S3Error) -> (owner: String, grants: [NamedGrant]) {
        guard let owner = root.first("Owner")?.text(of: "ID"), let list = root.first("AccessControlList")
        else {
            throw S3Error(.malformedACL)
        }
        return (owner, try parse(grants: list))
    }

    /// The `Grant` elements of a list. Throws `MalformedACLError`.
    static func parse(grants list: XMLElement) throws(S3Error) -> [NamedGrant] {
        let written = list.all("Grant")
        guard written.count <= AccessControlList.maximumGrants else { throw S3Error(.malformedACL) }
        var grants: [NamedGrant] = []
        for grant in written {
            guard let grantee = grant.first("Grantee"),
                let permission = grant.text(of: "Permission").flatMap(
                    AccessControlList.Permission.init(rawValue:))
            else { throw S3Error(.malformedACL) }
            if let id = grantee.text(of: "ID") {
                grants.append(NamedGrant(grantee: .id(id), permission: permission))
            } else if let uri = grantee.text(of: "URI") {
                grants.append(NamedGrant(grantee: .group(uri), permission: permission))
            } else if let email = grantee.text(of: "EmailAddress") {
                grants.append(NamedGrant(grantee: .email(email), permission: permission))
            } else {
                throw S3Error(.malformedACL)
            }
        }
        return grants
    }

    /// `id="…", uri="…", emailAddress="…"` of an `x-amz-grant-*` header. Throws `InvalidArgument`.
    static func parse(
        header name: String, _ value: String, _ permission: AccessControlList.Permission
    ) throws(S3Error) -> [NamedGrant] {
        var grants: [NamedGrant] = []
        for item in value.split(separator: ",") {
            let pair = item.trimmed.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2 else { throw .argument(name, value, "Argument format not recognized") }
            let text = pair[1].trimmed.filter { $0 != "\"" }
            switch pair[0].trimmed.lowercased() {
            case "id": grants.append(NamedGrant(grantee: .id(text), permission: permission))
            case "uri": grants.append(NamedGrant(grantee: .group(text), permission: permission))
            case "emailaddress": grants.append(NamedGrant(grantee: .email(text), permission: permission))
            default: throw .argument(name, value, "Argument format not recognized")
            }
        }
        return grants
    }
}

extension XMLWriter {
    /// An `AccessControlPolicy` document.
    ///
    /// - Parameter names: of the accounts in it.
    mutating func accessControlPolicy(
        _ list: AccessControlList, owner: Owner, names: [ProjectID: String]
    ) {
        openRoot("AccessControlPolicy")
        self.owner(owner)
        open("AccessControlList")
        // Groups first, which is how stores that are older than this one list them.
        let groups = list.grants.filter { $0.grantee.groupURI != nil }
        grants(groups + list.grants.filter { $0.grantee.groupURI == nil }, names: names)
        close()
        close()
    }

    /// `Grant` elements.
    mutating func grants(_ grants: [AccessControlList.Grant], names: [ProjectID: String]) {
        for grant in grants {
            open("Grant")
            if case .account(let id) = grant.grantee {
                open("Grantee", ("xmlns:xsi", XMLNamespace.schemaInstance), ("xsi:type", "CanonicalUser"))
                element("ID", id.string)
                element("DisplayName", names[id] ?? id.string)
            } else {
                open("Grantee", ("xmlns:xsi", XMLNamespace.schemaInstance), ("xsi:type", "Group"))
                element("URI", ifPresent: grant.grantee.groupURI)
            }
            close()
            element("Permission", grant.permission.rawValue)
            close()
        }
    }
}
