import Objects

extension CatalogLaw {
    static let identities: [CatalogLaw] = [
        CatalogLaw("A user is found by id and by name in any case, and its name is taken") { catalog, _ in
            let project = try await newAccount(catalog)
            let user = newIdentity(.user, "Ann", project)
            try await catalog.createIdentity(user)
            try demandEqual(try await catalog.identity(user.id), user)
            try demandEqual(try await catalog.identity(.user, of: project, named: "aNN"), user)
            try demandEqual(try await catalog.identity(.group, of: project, named: "Ann"), nil)
            try demandEqual(try await catalog.identity(.user, of: ProjectID("other"), named: "Ann"), nil)
            try await demand(.identityExists) {
                try await catalog.createIdentity(newIdentity(.user, "ANN", project))
            }
            try await catalog.createIdentity(newIdentity(.group, "ann", project))
            try await demand(.noSuchProject) {
                try await catalog.createIdentity(newIdentity(.user, "x", ProjectID("nobody")))
            }
        },
        CatalogLaw("A change of an identity is kept whole, and a name that is taken is not given") {
            catalog, _ in
            let project = try await newAccount(catalog)
            var role = newIdentity(.role, "deploy", project)
            role.trust = [1, 2]
            role.description = "d"
            try await catalog.createIdentity(role)
            try await catalog.createIdentity(newIdentity(.role, "other", project))
            try await demand(.identityExists) {
                try await catalog.changeIdentity(role.id, .rename(name: "OTHER", path: nil))
            }
            for change: IdentityChange in [
                .rename(name: "Renamed", path: "/a/"), .putPolicy("p", [0, 255]), .putPolicy("q", []),
                .attach("arn:x"), .attach("arn:x"), .attach("arn:y"), .trust([9]),
                .describe(nil, sessionSeconds: 7200), .deletePolicy("q"), .detach("arn:x"),
            ] {
                role = try change.applied(to: role)
                try demandEqual(try await catalog.changeIdentity(role.id, change), role)
                try demandEqual(try await catalog.identity(role.id), role)
            }
            try demandEqual(role.attachments, ["arn:y"])
            try demandEqual(role.policies, ["p": [0, 255]])
            try demandEqual(try await catalog.identity(.role, of: project, named: "deploy"), nil)
            try await demand(.noSuchIdentity) {
                try await catalog.changeIdentity(role.id, .deletePolicy("q"))
            }
            try await demand(.noSuchIdentity) { try await catalog.changeIdentity(role.id, .detach("arn:x")) }
        },
        CatalogLaw("Identities are listed by name without regard to case, in pages") { catalog, _ in
            let project = try await newAccount(catalog)
            for name in ["b", "A", "d", "C"] {
                try await catalog.createIdentity(newIdentity(.user, name, project))
            }
            let page = try await catalog.identities(.user, of: project, after: nil, limit: 3)
            try demandEqual(page.map(\.name), ["A", "b", "C"])
            let rest = try await catalog.identities(.user, of: project, after: "c", limit: 3)
            try demandEqual(rest.map(\.name), ["d"])
        },
        CatalogLaw("A user goes only when it has no key, policy and group, a group when nobody is in it") {
            catalog, _ in
            let project = try await newAccount(catalog)
            let user = newIdentity(.user, "ann", project)
            let group = newIdentity(.group, "staff", project)
            for one in [user, group] { try await catalog.createIdentity(one) }
            try await demand(.noSuchIdentity) { try await catalog.changeIdentity(user.id, .join(user.id)) }
            _ = try await catalog.changeIdentity(user.id, .join(group.id))
            let inUse = StoreError.identityInUse("Cannot delete entity, must remove users from group first.")
            try await demand(inUse) { try await catalog.deleteIdentity(group.id) }
            try await demand(inUse) { try await catalog.deleteIdentity(user.id) }
            _ = try await catalog.changeIdentity(user.id, .leave(group.id))
            try await catalog.deleteIdentity(group.id)
            let key = newKey("k1", project, user.id)
            try await catalog.createAccessKey(key)
            try await demand(.identityInUse("Cannot delete entity, must delete access keys first.")) {
                try await catalog.deleteIdentity(user.id)
            }
            try await catalog.deleteAccessKey(key.id)
            try await catalog.deleteIdentity(user.id)
            try demandEqual(try await catalog.identity(user.id), nil)
            try await demand(.noSuchIdentity) { try await catalog.deleteIdentity(user.id) }
        },
        CatalogLaw("A user has its own keys, no more than two, and they go with the project") { catalog, _ in
            let project = try await newAccount(catalog)
            let user = newIdentity(.user, "ann", project)
            try await catalog.createIdentity(user)
            let keys = ["k1", "k2", "k3"].map { newKey($0, project, user.id) }
            try await catalog.createAccessKey(keys[0])
            try await catalog.createAccessKey(keys[1])
            try demandEqual(try await catalog.accessKeys(of: user.id), Array(keys[..<2]))
            try demandEqual(try await catalog.accessKey(keys[0].id), keys[0])
            try await demand(.identityLimit("Cannot exceed quota for AccessKeysPerUser: 2")) {
                try await catalog.createAccessKey(keys[2])
            }
            try await demand(.noSuchIdentity) {
                try await catalog.createAccessKey(newKey("k4", project, IdentityID("AIDANOBODY")))
            }
            try await catalog.deleteProject(project)
            try demandEqual(try await catalog.accessKey(keys[0].id), nil)
            try demandEqual(try await catalog.identity(user.id), nil)
        },
    ]

    private static func newAccount(_ catalog: any Catalog) async throws -> ProjectID {
        let project = Project(id: ProjectID("account"), name: "account", displayName: "", created: 1)
        _ = try await catalog.createProject(NewProject(project: project))
        return project.id
    }

    private static func newIdentity(_ kind: Identity.Kind, _ name: String, _ project: ProjectID) -> Identity {
        Identity(kind, project: project, name: name, path: "/", created: 5)
    }

    private static func newKey(_ id: String, _ project: ProjectID, _ owner: IdentityID) -> AccessKey {
        AccessKey(
            id: KeyID(id), project: project, role: .full, sealedSecret: [1], fingerprint: Array(id.utf8),
            created: 6, owner: owner)
    }
}
