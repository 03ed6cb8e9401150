/// A named key of the server, under which objects are encrypted; its versions are sealed under the master key.
package struct EncryptionKey: Hashable, Sendable {
    /// Versions of a key.
    package static let maximumVersions = 1000

    package var name: String
    /// Milliseconds since 1970.
    package var created: Int64
    /// What it protects can be neither read nor written.
    package var isDisabled: Bool
    /// Oldest first; new objects use the last.
    package var versions: [[UInt8]]

    package init(name: String, created: Int64, isDisabled: Bool = false, versions: [[UInt8]]) {
        self.name = name
        self.created = created
        self.isDisabled = isDisabled
        self.versions = versions
    }
}

/// The argument of `changeEncryptionKey`. A version is never replaced or dropped: what it protects would be lost.
package enum EncryptionKeyChange: Hashable, Sendable {
    /// Makes the key, at milliseconds since 1970.
    case create(sealed: [UInt8], at: Int64)
    case addVersion(sealed: [UInt8])
    case setDisabled(Bool)

    /// What the key `name` is after the change.
    ///
    /// - Parameter present: what it is before, nil when there is none.
    /// - Throws: `noSuchEncryptionKey`, `encryptionKeyExists`, `invalidArgument` for one version too many.
    package func applied(to present: EncryptionKey?, named name: String) throws(StoreError) -> EncryptionKey {
        if case .create(let sealed, let time) = self {
            if present != nil { throw .encryptionKeyExists }
            return EncryptionKey(name: name, created: time, versions: [sealed])
        }
        guard var key = present else { throw .noSuchEncryptionKey }
        switch self {
        case .create: break
        case .addVersion(let sealed):
            guard key.versions.count < EncryptionKey.maximumVersions else {
                throw .invalidArgument("the key has \(EncryptionKey.maximumVersions) versions")
            }
            key.versions.append(sealed)
        case .setDisabled(let isDisabled): key.isDisabled = isDisabled
        }
        return key
    }
}
