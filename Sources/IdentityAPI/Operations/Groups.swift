import HTTPServer
import Objects
import XML

extension IdentityOperation {
    /// Source: AWS IAM API Reference, the actions on groups.
    static let groups: [IdentityOperation] = [
        IdentityOperation("CreateGroup", "CreateGroupResponse", "CreateGroupResult", .new(.group)) {
            door, call, xml in
            let group = Identity(
                .group, project: call.account, name: try call.name("GroupName", limit: 128),
                path: try call.path("Path") ?? "/", created: call.request.receivedAt)
            try await door.create(group)
            xml.identity(group, as: "Group")
        },
        IdentityOperation("GetGroup", "GetGroupResponse", "GetGroupResult", .named(.group)) {
            door, call, xml in
            let group = try call.subject(.group)
            let (after, limit) = try call.page()
            let members = try await door.members(of: group).filter { $0.foldedName > after ?? "" }
            xml.identity(group, as: "Group")
            xml.page("Users", members, limit: limit, marker: \.foldedName) { $0.identity($1, as: "member") }
        },
        IdentityOperation("UpdateGroup", "UpdateGroupResponse", .named(.group)) { door, call, _ in
            let name = call.form["NewGroupName"] == nil ? nil : try call.name("NewGroupName", limit: 128)
            try await door.change(
                try call.subject(.group), .rename(name: name, path: try call.path("NewPath")))
        },
        IdentityOperation("DeleteGroup", "DeleteGroupResponse", .named(.group)) { door, call, _ in
            try await door.delete(try call.subject(.group))
        },
        IdentityOperation("ListGroups", "ListGroupsResponse", "ListGroupsResult", .nothing) {
            door, call, xml in
            try await door.list(.group, "Groups", call, &xml)
        },
        IdentityOperation("AddUserToGroup", "AddUserToGroupResponse", .named(.group)) { door, call, _ in
            let group = try call.subject(.group)
            try await door.change(try await door.user(call), .join(group.id))
        },
        IdentityOperation("RemoveUserFromGroup", "RemoveUserFromGroupResponse", .named(.group)) {
            door, call, _ in
            let group = try call.subject(.group)
            let user = try await door.user(call)
            guard user.groups.contains(group.id) else { throw IdentityError.noSuch(.user, user.name) }
            try await door.change(user, .leave(group.id))
        },
        IdentityOperation(
            "ListGroupsForUser", "ListGroupsForUserResponse", "ListGroupsForUserResult", .named(.user)
        ) { door, call, xml in
            let (after, limit) = try call.page()
            var groups: [Identity] = []
            for id in try call.subject(.user).groups {
                if let group = try await door.accounts.identity(id) { groups.append(group) }
            }
            groups = groups.filter { $0.foldedName > after ?? "" }.sorted { $0.foldedName < $1.foldedName }
            xml.page("Groups", groups, limit: limit, marker: \.foldedName) { $0.identity($1, as: "member") }
        },
    ]
}

extension IdentityDoor {
    /// The user that a request about a group names. Throws `NoSuchEntity`.
    fileprivate func user(_ call: IdentityCall) async throws -> Identity {
        let name = try call.name("UserName")
        guard let user = try await accounts.identity(.user, of: call.account, named: name) else {
            throw IdentityError.noSuch(.user, name)
        }
        return user
    }

    /// By name; an account has no more users than `Identity.Kind.limit`.
    fileprivate func members(of group: Identity) async throws -> [Identity] {
        try await accounts.identities(
            .user, of: group.project, after: nil, limit: Identity.Kind.user.limit
        ).filter { $0.groups.contains(group.id) }
    }
}
