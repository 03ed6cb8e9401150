import Auth
import HTTPServer
import Objects
import XML

extension IdentityOperation {
    /// Source: AWS IAM API Reference, the actions on users.
    static let users: [IdentityOperation] = [
        IdentityOperation("CreateUser", "CreateUserResponse", "CreateUserResult", .new(.user)) {
            door, call, xml in
            let user = Identity(
                .user, project: call.account, name: try call.name("UserName"),
                path: try call.path("Path") ?? "/",
                created: call.request.receivedAt)
            try await door.create(user)
            xml.identity(user, as: "User")
        },
        IdentityOperation("GetUser", "GetUserResponse", "GetUserResult", .callerOrUser) { door, call, xml in
            if call.form["UserName"] == nil, call.credential.actor == nil {
                try await door.root(call, &xml)
            } else {
                xml.identity(try call.subject(.user), as: "User")
            }
        },
        IdentityOperation("UpdateUser", "UpdateUserResponse", .named(.user)) { door, call, _ in
            let name = call.form["NewUserName"] == nil ? nil : try call.name("NewUserName")
            try await door.change(
                try call.subject(.user), .rename(name: name, path: try call.path("NewPath")))
        },
        IdentityOperation("DeleteUser", "DeleteUserResponse", .named(.user)) { door, call, _ in
            try await door.delete(try call.subject(.user))
        },
        IdentityOperation("ListUsers", "ListUsersResponse", "ListUsersResult", .nothing) { door, call, xml in
            try await door.list(.user, "Users", call, &xml)
        },
    ]
}

extension IdentityDoor {
    /// The account's root is a user without a name.
    fileprivate func root(_ call: IdentityCall, _ xml: inout XMLWriter) async throws {
        let project = try await accounts.project(call.account)
        xml.open("User")
        xml.element("UserId", call.account.string)
        xml.element("UserName", project?.displayName ?? call.account.string)
        xml.element("Path", "/")
        xml.element("Arn", call.callerARN)
        xml.time("CreateDate", project?.created ?? 0)
        xml.close()
    }

    func create(_ identity: Identity) async throws {
        do {
            try await accounts.createIdentity(identity)
        } catch StoreError.identityExists {
            throw IdentityError(
                409, "EntityAlreadyExists",
                "\(identity.kind.title) with name \(identity.name) already exists.")
        }
    }

    /// Makes a change that counts at once, here and for whoever it is about.
    func change(_ identity: Identity, _ change: IdentityChange) async throws {
        _ = try await accounts.changeIdentity(identity.id, change)
        keys.forgetAll()
    }

    func delete(_ identity: Identity) async throws {
        try await accounts.deleteIdentity(identity.id)
        keys.forgetAll()
    }

    /// A page of an account's users, groups or roles below a path; pages are read until one is full.
    func list(
        _ kind: Identity.Kind, _ element: StaticString, _ call: IdentityCall, _ xml: inout XMLWriter,
        withDetails: Bool = false
    ) async throws {
        let (after, limit) = try call.page()
        let prefix = call.form["PathPrefix"] ?? "/"
        var found: [Identity] = []
        var last = after
        while found.count <= limit {
            let page = try await accounts.identities(kind, of: call.account, after: last, limit: limit + 1)
            found += page.filter { $0.path.hasPrefix(prefix) }
            guard page.count > limit, let end = page.last else { break }
            last = end.foldedName
        }
        xml.page(element, found, limit: limit, marker: \.foldedName) {
            $0.identity($1, as: "member", withDetails: withDetails)
        }
    }
}

extension Identity.Kind {
    var title: String {
        switch self {
        case .user: "User"
        case .group: "Group"
        case .role: "Role"
        }
    }
}
