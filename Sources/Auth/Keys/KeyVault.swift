import Digests
package import Objects

/// The keys under which objects are encrypted: the server's own, derived from the master key, and named ones, whose
/// versions the catalog keeps sealed under it. Keys are never logged, answered, or kept in the clear.
package struct KeyVault: Sendable {
    package static let keyLength = 32
    /// What `aws:kms` means when no key is named; made when it is first used.
    package static let defaultName = "aws/s3"
    /// Versions of a key.
    package static let maximumVersions = 1000

    private let accounts: any AccountCatalog
    private let managedKey: [UInt8]
    private let sealingKey: [UInt8]

    /// - Parameter masterKey: 32 bytes.
    init(accounts: any AccountCatalog, masterKey: [UInt8]) {
        self.accounts = accounts
        managedKey = hmac(.sha256, key: masterKey, message: Array("coffer managed object key 1".utf8))
        sealingKey = hmac(.sha256, key: masterKey, message: Array("coffer named key sealing 1".utf8))
    }

    /// The named key that a request means: by id, name, `alias/name`, or the ARN of either. Throws
    /// `noSuchEncryptionKey`, `encryptionKeyDisabled`.
    package func current(_ named: String?, now: Int64) async throws -> ObjectEncryption.Method {
        let name = named.map(Self.plainName) ?? Self.defaultName
        var found = try await accounts.encryptionKey(name)
        if found == nil, name == Self.defaultName { found = try await create(name, now: now) }
        guard let key = found else { throw StoreError.noSuchEncryptionKey }
        if key.isDisabled { throw StoreError.encryptionKeyDisabled }
        return .named(id: key.id, version: key.versions.count - 1)
    }

    /// The key that protects an object.
    ///
    /// - Parameter customer: what the request brought, for a customer's key.
    /// - Throws: `noSuchEncryptionKey`, `encryptionKeyDisabled`, `corrupt`.
    package func key(_ method: ObjectEncryption.Method, customer: [UInt8]? = nil) async throws -> [UInt8] {
        switch method {
        case .managed: return managedKey
        case .customer:
            guard let customer else { throw StoreError.noSuchEncryptionKey }
            return customer
        case .named(let id, let version):
            guard let key = try await accounts.encryptionKey(id) else { throw StoreError.noSuchEncryptionKey }
            if key.isDisabled { throw StoreError.encryptionKeyDisabled }
            guard key.versions.indices.contains(version), let open = open(key.versions[version], of: id)
            else {
                throw StoreError.corrupt("version \(version) of key \(id) cannot be opened")
            }
            return open
        }
    }

    /// Makes a named key. Throws `encryptionKeyExists`.
    package func create(_ name: String, now: Int64) async throws -> EncryptionKey {
        guard try await accounts.encryptionKey(name) == nil else { throw StoreError.encryptionKeyExists }
        let key = EncryptionKey(id: name, name: name, created: now, versions: [seal(of: name)])
        try await accounts.putEncryptionKey(key)
        return key
    }

    /// Adds a version, which new objects use; what is stored stays under its own.
    package func rotate(_ name: String) async throws -> EncryptionKey {
        try await change(name) { key in
            guard key.versions.count < Self.maximumVersions else {
                throw StoreError.invalidArgument("the key has \(Self.maximumVersions) versions")
            }
            key.versions.append(seal(of: key.id))
        }
    }

    package func set(_ name: String, disabled: Bool) async throws -> EncryptionKey {
        try await change(name) { $0.isDisabled = disabled }
    }

    package func list() async throws -> [EncryptionKey] { try await accounts.encryptionKeys() }

    private func change(
        _ name: String, _ body: (inout EncryptionKey) throws -> Void
    ) async throws -> EncryptionKey {
        guard var key = try await accounts.encryptionKey(name) else { throw StoreError.noSuchEncryptionKey }
        try body(&key)
        try await accounts.putEncryptionKey(key)
        return key
    }

    private static func plainName(_ text: String) -> String {
        var text = text[...]
        if text.hasPrefix("arn:"), let last = text.lastIndex(of: ":") {
            text = text[text.index(after: last)...]
        }
        for prefix in ["key/", "alias/"] where text.hasPrefix(prefix) { text = text.dropFirst(prefix.count) }
        return String(text)
    }

    private func seal(of id: String) -> [UInt8] {
        let nonce = randomBytes(AESGCM.nonceByteCount)
        return nonce
            + AESGCM.seal(
                randomBytes(Self.keyLength), key: sealingKey, nonce: nonce, authenticating: Array(id.utf8))
    }

    private func open(_ sealed: [UInt8], of id: String) -> [UInt8]? {
        guard sealed.count > AESGCM.nonceByteCount else { return nil }
        return AESGCM.open(
            Array(sealed[AESGCM.nonceByteCount...]), key: sealingKey,
            nonce: Array(sealed[..<AESGCM.nonceByteCount]), authenticating: Array(id.utf8))
    }
}
