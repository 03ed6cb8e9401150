package import Objects

/// Who may do what with a bucket or an object, besides its owner's account.
///
/// Source: AWS, "Access control list (ACL) overview".
package struct AccessControlList: Hashable, Sendable {
    /// Grants of a list.
    package static let maximumGrants = 100

    package enum Grantee: Hashable, Sendable {
        case account(ProjectID)
        case allUsers
        /// Whoever signs a request.
        case authenticatedUsers
        case logDelivery

        /// Whether it stands for people whom the owner does not know.
        package var isPublic: Bool { self == .allUsers || self == .authenticatedUsers }
    }

    package enum Permission: String, Sendable, CaseIterable {
        case fullControl = "FULL_CONTROL"
        case read = "READ"
        case write = "WRITE"
        case readACP = "READ_ACP"
        case writeACP = "WRITE_ACP"
    }

    package struct Grant: Hashable, Sendable {
        package var grantee: Grantee
        package var permission: Permission

        package init(_ grantee: Grantee, _ permission: Permission) {
            self.grantee = grantee
            self.permission = permission
        }
    }

    package var grants: [Grant]

    package init(_ grants: [Grant]) {
        self.grants = grants
    }

    /// What a bucket or object has that was given none.
    package static func ownerOnly(_ owner: ProjectID) -> AccessControlList {
        AccessControlList([Grant(.account(owner), .fullControl)])
    }

    package var isPublic: Bool { grants.contains { $0.grantee.isPublic } }

    /// - Parameter account: nil for a request that nobody signed.
    func allows(_ permission: Permission, to account: ProjectID?, ignoringPublic: Bool) -> Bool {
        grants.contains { grant in
            guard grant.permission == permission || grant.permission == .fullControl else { return false }
            return switch grant.grantee {
            case .account(let id): id == account
            case .allUsers: !ignoringPublic
            case .authenticatedUsers: !ignoringPublic && account != nil
            case .logDelivery: false
            }
        }
    }
}

extension AccessControlList {
    /// Lists that have a name.
    package enum Canned: String, Sendable, CaseIterable {
        case `private`
        case publicRead = "public-read"
        case publicReadWrite = "public-read-write"
        case authenticatedRead = "authenticated-read"
        case awsExecRead = "aws-exec-read"
        case bucketOwnerRead = "bucket-owner-read"
        case bucketOwnerFullControl = "bucket-owner-full-control"
        case logDeliveryWrite = "log-delivery-write"
    }

    /// - Parameter bucketOwner: of the bucket that an object is in; what is for them counts on objects only.
    package init(_ canned: Canned, owner: ProjectID, bucketOwner: ProjectID?) {
        var others: [Grant] = []
        switch canned {
        case .private, .awsExecRead: break
        case .publicRead: others = [Grant(.allUsers, .read)]
        case .publicReadWrite: others = [Grant(.allUsers, .read), Grant(.allUsers, .write)]
        case .authenticatedRead: others = [Grant(.authenticatedUsers, .read)]
        case .bucketOwnerRead:
            if let bucketOwner, bucketOwner != owner { others = [Grant(.account(bucketOwner), .read)] }
        case .bucketOwnerFullControl:
            if let bucketOwner, bucketOwner != owner { others = [Grant(.account(bucketOwner), .fullControl)] }
        case .logDeliveryWrite: others = [Grant(.logDelivery, .write), Grant(.logDelivery, .readACP)]
        }
        self.init(others + Self.ownerOnly(owner).grants)
    }
}

extension AccessControlList {
    /// A line for each grant: permission, a space, and an account's id or a group's letter behind a star.
    package var encoded: [UInt8] {
        let lines = grants.map { grant in
            let grantee =
                switch grant.grantee {
                case .account(let id): id.string
                case .allUsers: "*a"
                case .authenticatedUsers: "*u"
                case .logDelivery: "*l"
                }
            return "\(grant.permission.rawValue) \(grantee)\n"
        }
        return Array(lines.joined().utf8)
    }

    /// Throws `corrupt` for what `encoded` never gave.
    package init(encoded bytes: [UInt8]) throws(StoreError) {
        var grants: [Grant] = []
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
            guard let space = line.firstIndex(of: " "),
                let permission = Permission(rawValue: String(line[..<space]))
            else { throw .corrupt("an access control list cannot be read") }
            let grantee: Grantee
            switch line[line.index(after: space)...] {
            case "*a": grantee = .allUsers
            case "*u": grantee = .authenticatedUsers
            case "*l": grantee = .logDelivery
            case let id: grantee = .account(ProjectID(String(id)))
            }
            grants.append(Grant(grantee, permission))
        }
        self.init(grants)
    }
}
