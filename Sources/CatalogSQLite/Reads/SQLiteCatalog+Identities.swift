package import Objects

extension SQLiteCatalog {
    package func createIdentity(_ new: Identity) async throws {
        try await write { try $0.createIdentity(new) }
    }

    package func identity(_ id: IdentityID) async throws -> Identity? {
        try await reads.one {
            try $0.first("\(IdentityRows.select) WHERE id = ?", [id.string], IdentityRows.identity)
        }
    }

    package func identity(
        _ kind: Identity.Kind, of project: ProjectID, named name: String
    ) async throws -> Identity? {
        try await reads.one {
            try $0.first(
                "\(IdentityRows.select) WHERE project = ? AND kind = ? AND folded = ?",
                [project.string, kind.rawValue, Identity.folded(name)], IdentityRows.identity)
        }
    }

    package func identities(
        _ kind: Identity.Kind, of project: ProjectID, after: String?, limit: Int
    ) async throws -> [Identity] {
        try await reads.one {
            try $0.all(
                "\(IdentityRows.select) WHERE project = ? AND kind = ? AND folded > ? ORDER BY folded LIMIT ?",
                [project.string, kind.rawValue, after ?? "", max(limit, 0)], IdentityRows.identity)
        }
    }

    package func changeIdentity(_ id: IdentityID, _ change: IdentityChange) async throws -> Identity {
        try await write { try $0.changeIdentity(id, change) }
    }

    package func deleteIdentity(_ id: IdentityID) async throws {
        try await write { try $0.deleteIdentity(id) }
    }

    package func accessKeys(of owner: IdentityID) async throws -> [AccessKey] {
        try await reads.one {
            try $0.all(
                "\(AccountRows.accessKey) WHERE owner = ? ORDER BY id", [owner.string], AccountRows.accessKey)
        }
    }
}
