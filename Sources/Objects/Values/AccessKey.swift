/// What the holder of a key may do; it binds bearer tokens, S3 signatures and signed URLs alike.
package enum Role: String, Sendable, CaseIterable {
    /// GET, HEAD and listing.
    case read
    /// Write new keys and see its own uploads; no overwrite, no delete, no read.
    case upload
    /// Everything in the key's project.
    case full
}

/// A credential of a project, its secret sealed under the master key.
package struct AccessKey: Hashable, Sendable {
    package var id: KeyID
    package var project: ProjectID
    package var role: Role
    package var isPaused: Bool
    /// AES-256-GCM under the master key; only `Auth` opens it.
    package var sealedSecret: [UInt8]
    /// A keyed fingerprint of the secret, by which a bearer token is found.
    package var fingerprint: [UInt8]
    /// Milliseconds since 1970.
    package var created: Int64
    /// The user that it belongs to; nil for a key of the project itself, which is the account's root.
    package var owner: IdentityID?

    package init(
        id: KeyID, project: ProjectID, role: Role, isPaused: Bool = false, sealedSecret: [UInt8],
        fingerprint: [UInt8], created: Int64, owner: IdentityID? = nil
    ) {
        self.id = id
        self.project = project
        self.role = role
        self.isPaused = isPaused
        self.sealedSecret = sealedSecret
        self.fingerprint = fingerprint
        self.created = created
        self.owner = owner
    }
}
