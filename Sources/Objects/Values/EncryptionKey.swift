/// A named key of the server, under which objects are encrypted; its versions are sealed under the master key.
package struct EncryptionKey: Hashable, Sendable {
    package var id: String
    package var name: String
    /// Milliseconds since 1970.
    package var created: Int64
    /// What it protects can be neither read nor written.
    package var isDisabled: Bool
    /// Oldest first; new objects use the last.
    package var versions: [[UInt8]]

    package init(id: String, name: String, created: Int64, isDisabled: Bool = false, versions: [[UInt8]]) {
        self.id = id
        self.name = name
        self.created = created
        self.isDisabled = isDisabled
        self.versions = versions
    }
}
