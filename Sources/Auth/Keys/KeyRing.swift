import Digests
import HTTPServer
package import Objects
import Synchronization

/// Opens and seals the secrets of access keys under the master key, and finds a key by its id or its secret.
///
/// What was found is remembered for half a second, so that pausing or deleting a key ends all it opens within a
/// second whoever did it; keys that do not exist are not remembered, so a new key works at once.
package final class KeyRing: Sendable {
    /// Milliseconds that a found key may be used without asking the catalog again.
    package static let cacheLifetime: Int64 = 500
    /// Keys remembered.
    package static let cacheLimit = 4096
    /// Projects whose lists of keys are remembered.
    package static let projectCacheLimit = 256
    /// Active keys of a project that may have signed a link; the newest count.
    package static let keysTriedLimit = 256

    /// The keys under which objects are encrypted.
    package let vault: KeyVault
    package let webhooks: WebhookSecrets
    package let accounts: any AccountCatalog
    let tokenSeal: Seal
    let consoleSeal: Seal
    private let seal: SecretSeal
    let now: @Sendable () -> Int64
    private let byID = ShortCache<KeyID, Credential>(limit: cacheLimit, lifetime: cacheLifetime)
    private let byFingerprint = ShortCache<[UInt8], Credential>(limit: cacheLimit, lifetime: cacheLifetime)
    private let byProject = ShortCache<ProjectID, [Credential]>(
        limit: projectCacheLimit, lifetime: cacheLifetime)
    private let used = Mutex<[KeyID: Int64]>([:])
    let byRole = ShortCache<SessionToken, (project: ProjectID, actor: Actor)>(
        limit: cacheLimit, lifetime: cacheLifetime)

    /// `now` is milliseconds since 1970; the master key has 32 bytes.
    package init(
        accounts: any AccountCatalog, masterKey: [UInt8],
        now: @escaping @Sendable () -> Int64 = { wallClockMilliseconds() }
    ) {
        self.accounts = accounts
        seal = SecretSeal(masterKey: masterKey)
        tokenSeal = Seal(masterKey: masterKey, purpose: "coffer session token 1")
        consoleSeal = Seal(masterKey: masterKey, purpose: "coffer console session 1")
        vault = KeyVault(accounts: accounts, masterKey: masterKey)
        webhooks = WebhookSecrets(masterKey: masterKey)
        self.now = now
    }

    /// The key with this id, also when it is paused; nil when there is none.
    ///
    /// Throws `StoreError`: `corrupt` when the stored secret was not sealed under this master key.
    package func credential(id: KeyID) async throws -> Credential? {
        let asked = now()
        if let known = byID.value(id, now: asked) { return known }
        guard let key = try await accounts.accessKey(id) else { return nil }
        guard let credential = try await open(key) else { return nil }
        byID.keep(credential, for: id, loaded: asked)
        used.withLock { used in
            if used.count >= Self.cacheLimit, used[id] == nil { used.removeAll(keepingCapacity: true) }
            used[id] = asked
        }
        return credential
    }

    /// When the key with this id was last asked for, to within `cacheLifetime`, in milliseconds since 1970; nil when
    /// it was not since the server started.
    package func lastUsed(_ id: KeyID) -> Int64? { used.withLock { $0[id] } }

    /// The key whose secret is `bearer`, also when it is paused; nil when there is none.
    package func credential(bearer: String) async throws -> Credential? {
        let secret = Array(bearer.utf8)
        guard SecretRules.lengths.contains(secret.count) else { return nil }
        let asked = now()
        let fingerprint = seal.fingerprint(secret)
        if let known = byFingerprint.value(fingerprint, now: asked) { return known }
        guard let key = try await accounts.accessKey(fingerprint: fingerprint) else { return nil }
        guard let credential = try await open(key) else { return nil }
        guard constantTimeEqual(credential.secret, secret) else { return nil }
        byFingerprint.keep(credential, for: fingerprint, loaded: asked)
        return credential
    }

    /// The keys of a project itself, and none of its users, that are not paused, newest first, at most `keysTriedLimit`.
    package func credentials(of project: ProjectID) async throws -> [Credential] {
        let asked = now()
        if let known = byProject.value(project, now: asked) { return known }
        let active = try await accounts.accessKeys(of: project)
            .filter { !$0.isPaused && $0.owner == nil }
            .sorted { ($0.created, $0.id.string) > ($1.created, $1.id.string) }
            .prefix(Self.keysTriedLimit)
        let credentials = try active.map { try unseal($0) }
        byProject.keep(credentials, for: project, loaded: asked)
        return credentials
    }

    /// Forgets what was found, for whoever changes keys in this process and wants it to count at once.
    package func forgetAll() {
        byID.removeAll()
        byFingerprint.removeAll()
        byProject.removeAll()
        byRole.removeAll()
    }

    /// A key ready to be stored, and its secret, which is shown once.
    ///
    /// An id or secret that is not given is made. Throws `invalidName` for an id or secret that tools or
    /// protocols could not carry. Nothing is stored.
    package func newKey(
        project: ProjectID, role: Role, id: KeyID? = nil, secret: String? = nil, now: Int64? = nil,
        owner: IdentityID? = nil
    ) throws(StoreError) -> (AccessKey, secret: String) {
        let id = id ?? Self.makeKeyID()
        let secret = secret ?? Self.makeSecret()
        guard SecretRules.isValid(id: id) else {
            throw .invalidName("an access key id has 3 to 128 letters, digits, dots, hyphens and underscores")
        }
        guard SecretRules.isValid(secret: secret) else {
            throw .invalidName("a secret has 8 to 128 printable ASCII characters without spaces")
        }
        let bytes = Array(secret.utf8)
        let key = AccessKey(
            id: id, project: project, role: role, sealedSecret: seal.seal(bytes, of: id),
            fingerprint: seal.fingerprint(bytes), created: now ?? self.now(), owner: owner)
        return (key, secret)
    }

    /// With the user whom it belongs to; nil when that user is gone.
    private func open(_ key: AccessKey) async throws -> Credential? {
        var credential = try unseal(key)
        guard let owner = key.owner else { return credential }
        guard let user = try await accounts.identity(owner) else { return nil }
        credential.actor = try await actor(for: user)
        return credential
    }

    private func unseal(_ key: AccessKey) throws(StoreError) -> Credential {
        guard let secret = seal.open(key.sealedSecret, of: key.id) else {
            throw .corrupt("the secret of access key \(key.id) was not sealed under this master key")
        }
        return Credential(
            keyID: key.id, project: key.project, role: key.role, isPaused: key.isPaused, secret: secret)
    }
}
