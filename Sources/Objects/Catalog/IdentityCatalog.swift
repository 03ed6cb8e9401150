/// Users, groups and roles of projects.
package protocol IdentityCatalog: Sendable {
    /// Throws `noSuchProject`, `identityExists` for a name that its kind has in any case of letters, and
    /// `identityLimit` when the project has as many as it may.
    func createIdentity(_ new: Identity) async throws
    func identity(_ id: IdentityID) async throws -> Identity?
    func identity(_ kind: Identity.Kind, of project: ProjectID, named name: String) async throws -> Identity?
    /// At most `limit`, by folded name, after the folded name `after`.
    func identities(
        _ kind: Identity.Kind, of project: ProjectID, after: String?, limit: Int
    ) async throws -> [Identity]
    /// See `IdentityChange.applied`. Throws `noSuchIdentity`, also for a group that is to be joined and is none of
    /// the project, and `identityExists` for a name that another one has.
    func changeIdentity(_ id: IdentityID, _ change: IdentityChange) async throws -> Identity
    /// Throws `noSuchIdentity`, and `identityInUse` while it has keys, policies, groups or members.
    func deleteIdentity(_ id: IdentityID) async throws
    /// By id.
    func accessKeys(of owner: IdentityID) async throws -> [AccessKey]
}

extension Identity {
    /// Throws `identityInUse` for what must be taken away first. Keys and members are for the catalog to count.
    package func checkDeletable(keys: Int, members: Int) throws(StoreError) {
        if keys > 0 { throw .identityInUse("Cannot delete entity, must delete access keys first.") }
        if !policies.isEmpty { throw .identityInUse("Cannot delete entity, must delete policies first.") }
        if !attachments.isEmpty {
            throw .identityInUse("Cannot delete entity, must detach all policies first.")
        }
        if !groups.isEmpty {
            throw .identityInUse("Cannot delete entity, must remove users from group first.")
        }
        if members > 0 { throw .identityInUse("Cannot delete entity, must remove users from group first.") }
    }
}
