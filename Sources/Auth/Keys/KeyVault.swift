import Digests
package import Objects

/// The keys under which objects are encrypted: the server's own, derived from the master key, and named ones, whose
/// versions the catalog keeps sealed under it. Keys are never logged, answered, or kept in the clear.
package struct KeyVault: Sendable {
    private static let keyLength = 32
    /// What `aws:kms` means when no key is named; made when it is first used.
    private static let defaultName = "aws/s3"

    private let accounts: any AccountCatalog
    private let managedKey: [UInt8]
    private let sealing: Seal

    /// - Parameter masterKey: 32 bytes.
    init(accounts: any AccountCatalog, masterKey: [UInt8]) {
        self.accounts = accounts
        managedKey = hmac(.sha256, key: masterKey, message: Array("coffer managed object key 1".utf8))
        sealing = Seal(masterKey: masterKey, purpose: "coffer named key sealing 1")
    }

    /// What encrypts a new object under the server's own key.
    package var managedSealing: BodySealing { BodySealing(.managed, key: managedKey) }

    /// What encrypts a new object under a named key, which is meant by its name, `alias/name`, or the ARN of either.
    ///
    /// - Parameter now: milliseconds since 1970.
    /// - Throws: `noSuchEncryptionKey`, `encryptionKeyDisabled`, `corrupt`.
    package func sealing(named text: String?, now: Int64) async throws -> BodySealing {
        let name = text.map(Self.plainName) ?? Self.defaultName
        var found = try await accounts.encryptionKey(name)
        if found == nil, name == Self.defaultName {
            do {
                found = try await create(name, now: now)
            } catch StoreError.encryptionKeyExists {
                // Another request made it at the same moment.
                found = try await accounts.encryptionKey(name)
            }
        }
        guard let key = found else { throw StoreError.noSuchEncryptionKey }
        let version = key.versions.count - 1
        return BodySealing(.named(name: name, version: version), key: try open(key, version: version))
    }

    /// What encrypts a new object of a bucket by default; nil when nothing does. Throws what `sealing(named:)` throws.
    package func sealing(for bucket: Bucket, now: Int64) async throws -> BodySealing? {
        switch bucket.defaultEncryption {
        case nil: nil
        case .managed: managedSealing
        case .named(let name): try await sealing(named: name, now: now)
        }
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
        case .named(let name, let version):
            guard let key = try await accounts.encryptionKey(name) else {
                throw StoreError.noSuchEncryptionKey
            }
            return try open(key, version: version)
        }
    }

    /// Makes a named key. Throws `encryptionKeyExists`.
    package func create(_ name: String, now: Int64) async throws -> EncryptionKey {
        try await accounts.changeEncryptionKey(name, .create(sealed: newVersion(of: name), at: now))
    }

    /// Adds a version, which new objects use; what is stored stays under its own.
    package func rotate(_ name: String) async throws -> EncryptionKey {
        try await accounts.changeEncryptionKey(name, .addVersion(sealed: newVersion(of: name)))
    }

    package func set(_ name: String, disabled: Bool) async throws -> EncryptionKey {
        try await accounts.changeEncryptionKey(name, .setDisabled(disabled))
    }

    package func list() async throws -> [EncryptionKey] { try await accounts.encryptionKeys() }

    private static func plainName(_ text: String) -> String {
        var text = text[...]
        if text.hasPrefix("arn:"), let last = text.lastIndex(of: ":") {
            text = text[text.index(after: last)...]
        }
        for prefix in ["key/", "alias/"] where text.hasPrefix(prefix) { text = text.dropFirst(prefix.count) }
        return String(text)
    }

    private func newVersion(of name: String) -> [UInt8] {
        sealing.seal(randomBytes(Self.keyLength), of: name)
    }

    private func open(_ key: EncryptionKey, version: Int) throws(StoreError) -> [UInt8] {
        if key.isDisabled { throw .encryptionKeyDisabled }
        guard key.versions.indices.contains(version),
            let open = sealing.open(key.versions[version], of: key.name)
        else { throw .corrupt("version \(version) of key \(key.name) cannot be opened") }
        return open
    }
}
