import Auth
import HTTPServer
import Objects
import XML

extension S3Door {
    /// Projects that are looked through for an address: a page of them at a time, up to so many pages.
    private static let emailPages = 100

    private static let grantHeaders: [(name: String, permission: AccessControlList.Permission)] = [
        ("x-amz-grant-read", .read), ("x-amz-grant-write", .write), ("x-amz-grant-read-acp", .readACP),
        ("x-amz-grant-write-acp", .writeACP), ("x-amz-grant-full-control", .fullControl),
    ]

    /// The list that a request's headers ask for; nil when they ask for none.
    ///
    /// - Parameters:
    ///   - owner: of what the list will be of.
    ///   - bucket: that it will be in, nil for the list of a bucket.
    /// - Throws: `InvalidArgument`, `InvalidRequest` when a canned list and grants come together.
    func requestedList(
        _ headers: HeaderFields, owner: ProjectID, bucket: Bucket?
    ) async throws -> AccessControlList? {
        var named: [NamedGrant] = []
        for (name, permission) in Self.grantHeaders {
            for value in headers.values(name) {
                named += try NamedGrant.parse(header: name, value, permission)
            }
        }
        if let text = headers[first: "x-amz-acl"] {
            guard let canned = AccessControlList.Canned(rawValue: text) else {
                throw S3Error.argument("x-amz-acl", text, "Invalid canned ACL")
            }
            guard named.isEmpty else {
                throw S3Error(.invalidRequest, "Specifying both Canned ACLs and Header Grants is not allowed")
            }
            return AccessControlList(canned, owner: owner, bucketOwner: bucket?.project)
        }
        return named.isEmpty ? nil : try await resolved(named)
    }

    /// The list of a request whose body may be one. Throws `MalformedACLError`, `AccessDenied` for another owner.
    func sentList(_ call: S3Call, owner: ProjectID, bucket: Bucket?) async throws -> AccessControlList {
        let asked = try await requestedList(call.headers, owner: owner, bucket: bucket)
        let body = try await call.document(limit: S3Limits.configurationBody)
        if let asked {
            guard body.isEmpty else { throw S3Error(.unexpectedContent) }
            return asked
        }
        guard !body.isEmpty else { throw S3Error(.missingSecurityHeader) }
        let root = try parseDocument(body, root: "AccessControlPolicy", limit: S3Limits.configurationBody)
        let (named, grants) = try NamedGrant.parse(root)
        guard named == owner.string else { throw S3Error(.accessDenied) }
        return try await resolved(grants)
    }

    /// Throws what a list must be refused with in a bucket: `AccessControlListNotSupported` where lists are off,
    /// `AccessDenied` where public ones are blocked.
    func check(_ list: AccessControlList, in bucket: Bucket) throws(S3Error) {
        if bucket.ownership == .bucketOwnerEnforced { throw S3Error(.accessControlListNotSupported) }
        if bucket.publicAccessBlock.blocksPublicACLs, list.isPublic { throw S3Error(.accessDenied) }
    }

    func resolved(_ named: [NamedGrant]) async throws -> AccessControlList {
        guard named.count <= AccessControlList.maximumGrants else { throw S3Error(.malformedACL) }
        var grants: [AccessControlList.Grant] = []
        for grant in named {
            let grantee: AccessControlList.Grantee
            switch grant.grantee {
            case .id(let id):
                guard let project = try await store.project(ProjectID(id)) else {
                    throw S3Error.argument("CanonicalUser/ID", id, "Invalid id")
                }
                grantee = .account(project.id)
            case .group(let uri):
                guard let group = AccessControlList.Grantee(group: uri) else {
                    throw S3Error.argument("Group/URI", uri, "Invalid group uri")
                }
                grantee = group
            case .email(let address): grantee = .account(try await account(withEmail: address))
            }
            grants.append(AccessControlList.Grant(grantee, grant.permission))
        }
        return AccessControlList(grants)
    }

    private func account(withEmail address: String) async throws -> ProjectID {
        var after: String?
        for _ in 0..<Self.emailPages {
            let page = try await store.accounts.projects(after: after, limit: S3Limits.page)
            if let found = page.first(where: { $0.email?.lowercased() == address.lowercased() }) {
                return found.id
            }
            guard let last = page.last else { break }
            after = last.name
        }
        throw S3Error(.unresolvableGrantByEmailAddress)
    }

    /// Names of the accounts in a list.
    func names(in grants: [AccessControlList.Grant]) async throws -> [ProjectID: String] {
        var names: [ProjectID: String] = [:]
        for case .account(let id) in grants.map(\.grantee) where names[id] == nil {
            names[id] = try await owner(id).displayName
        }
        return names
    }

    /// The document of a list.
    func document(
        of list: AccessControlList, owner: ProjectID, headers: HeaderFields = HeaderFields()
    ) async throws -> HTTPResponse {
        let names = try await names(in: list.grants)
        let owner = try await self.owner(owner)
        return .xml(headers: headers) { $0.accessControlPolicy(list, owner: owner, names: names) }
    }
}
