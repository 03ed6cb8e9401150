import Objects

extension WriteTransaction {
    func createIdentity(_ new: Identity) throws {
        guard try hasProject(new.project) else { throw StoreError.noSuchProject }
        try checkName(of: new)
        let count = try db.integer(
            "SELECT count(*) FROM identity WHERE project = ? AND kind = ?",
            [new.project.string, new.kind.rawValue])
        guard count ?? 0 < new.kind.limit else {
            throw StoreError.identityLimit("Cannot exceed quota for \(new.kind.rawValue)s: \(new.kind.limit)")
        }
        try db.run(
            "INSERT INTO identity (id, project, kind, folded, record) VALUES (?, ?, ?, ?, ?)",
            [
                new.id.string, new.project.string, new.kind.rawValue, new.foldedName,
                IdentityRows.record(new),
            ])
    }

    func changeIdentity(_ id: IdentityID, _ change: IdentityChange) throws -> Identity {
        let identity = try change.applied(to: try self.identity(id))
        try checkName(of: identity)
        if case .join(let group) = change {
            let joined = try self.identity(group)
            guard joined.kind == .group, joined.project == identity.project else {
                throw StoreError.noSuchIdentity
            }
        }
        try db.run(
            "UPDATE identity SET folded = ?, record = ? WHERE id = ?",
            [identity.foldedName, IdentityRows.record(identity), id.string])
        return identity
    }

    func deleteIdentity(_ id: IdentityID) throws {
        let identity = try self.identity(id)
        let keys = try db.integer("SELECT count(*) FROM access_key WHERE owner = ?", [id.string])
        let members = identity.kind == .group ? try members(of: identity) : 0
        try identity.checkDeletable(keys: Int(keys ?? 0), members: members)
        try db.run("DELETE FROM identity WHERE id = ?", [id.string])
    }

    /// Throws `noSuchIdentity`, `identityLimit`.
    func checkRoom(forKeyOf owner: IdentityID, in project: ProjectID) throws {
        let user = try identity(owner)
        guard user.kind == .user, user.project == project else { throw StoreError.noSuchIdentity }
        let count = try db.integer("SELECT count(*) FROM access_key WHERE owner = ?", [owner.string])
        guard count ?? 0 < Identity.keyLimit else {
            throw StoreError.identityLimit("Cannot exceed quota for AccessKeysPerUser: \(Identity.keyLimit)")
        }
    }

    private func identity(_ id: IdentityID) throws -> Identity {
        let found = try db.first("\(IdentityRows.select) WHERE id = ?", [id.string], IdentityRows.identity)
        guard let found else { throw StoreError.noSuchIdentity }
        return found
    }

    private func checkName(of identity: Identity) throws {
        let other = try db.integer(
            "SELECT 1 FROM identity WHERE project = ? AND kind = ? AND folded = ? AND id <> ?",
            [identity.project.string, identity.kind.rawValue, identity.foldedName, identity.id.string])
        if other != nil { throw StoreError.identityExists }
    }

    private func members(of group: Identity) throws -> Int {
        try db.all(
            "\(IdentityRows.select) WHERE project = ? AND kind = 'user'", [group.project.string],
            IdentityRows.identity
        ).count { $0.groups.contains(group.id) }
    }
}
