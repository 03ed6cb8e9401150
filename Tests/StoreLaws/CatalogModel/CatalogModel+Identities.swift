package import Objects

extension CatalogModel {
    package func createIdentity(_ new: Identity) async throws {
        try write { state in
            guard state.projects[new.project] != nil else { throw StoreError.noSuchProject }
            try state.checkName(of: new)
            let others = state.identities.values.filter { $0.project == new.project && $0.kind == new.kind }
            guard others.count < new.kind.limit else {
                throw StoreError.identityLimit(
                    "Cannot exceed quota for \(new.kind.rawValue)s: \(new.kind.limit)")
            }
            state.identities[new.id] = new
        }
    }

    package func identity(_ id: IdentityID) async throws -> Identity? { read { $0.identities[id] } }

    package func identity(
        _ kind: Identity.Kind, of project: ProjectID, named name: String
    ) async throws -> Identity? {
        read { state in
            state.identities.values.first {
                $0.project == project && $0.kind == kind && $0.foldedName == Identity.folded(name)
            }
        }
    }

    package func identities(
        _ kind: Identity.Kind, of project: ProjectID, after: String?, limit: Int
    ) async throws -> [Identity] {
        read { state in
            let sorted = state.identities.values
                .filter { $0.project == project && $0.kind == kind && $0.foldedName > after ?? "" }
                .sorted { $0.foldedName < $1.foldedName }
            return Array(sorted.prefix(limit))
        }
    }

    package func changeIdentity(_ id: IdentityID, _ change: IdentityChange) async throws -> Identity {
        try write { state in
            guard let present = state.identities[id] else { throw StoreError.noSuchIdentity }
            let identity = try change.applied(to: present)
            try state.checkName(of: identity)
            if case .join(let group) = change {
                guard let joined = state.identities[group], joined.kind == .group,
                    joined.project == identity.project
                else { throw StoreError.noSuchIdentity }
            }
            state.identities[id] = identity
            return identity
        }
    }

    package func deleteIdentity(_ id: IdentityID) async throws {
        try write { state in
            guard let identity = state.identities[id] else { throw StoreError.noSuchIdentity }
            try identity.checkDeletable(
                keys: state.keys.values.count { $0.owner == id },
                members: state.identities.values.count { $0.groups.contains(id) })
            state.identities[id] = nil
        }
    }

    package func accessKeys(of owner: IdentityID) async throws -> [AccessKey] {
        read { state in
            state.keys.values.filter { $0.owner == owner }.sorted { $0.id.string < $1.id.string }
        }
    }
}

extension CatalogModelState {
    func checkName(of identity: Identity) throws(StoreError) {
        let hasTwin = identities.values.contains {
            $0.project == identity.project && $0.kind == identity.kind && $0.id != identity.id
                && $0.foldedName == identity.foldedName
        }
        if hasTwin { throw .identityExists }
    }

    func checkRoom(forKeyOf owner: IdentityID, in project: ProjectID) throws(StoreError) {
        guard let user = identities[owner], user.kind == .user, user.project == project else {
            throw .noSuchIdentity
        }
        guard keys.values.count(where: { $0.owner == owner }) < Identity.keyLimit else {
            throw .identityLimit("Cannot exceed quota for AccessKeysPerUser: \(Identity.keyLimit)")
        }
    }
}
