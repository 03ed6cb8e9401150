package import Objects

/// An access key with its secret in the clear, for as long as a request needs it.
package struct Credential: Sendable {
    package var keyID: KeyID
    package var project: ProjectID
    package var role: Role
    package var isPaused: Bool
    /// The bearer token, the S3 secret and the key of signed URLs.
    package var secret: [UInt8]
    /// The user or role that it acts as; nil for the account's root.
    package var actor: Actor?
    /// The key that a session stands on; nil for a key.
    package var source: KeyID?

    package init(keyID: KeyID, project: ProjectID, role: Role, isPaused: Bool = false, secret: [UInt8]) {
        self.keyID = keyID
        self.project = project
        self.role = role
        self.isPaused = isPaused
        self.secret = secret
    }
}

/// Printing a credential, also by accident, shows its id and never its secret.
extension Credential: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "key \(keyID.string)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: ["keyID": keyID.string]) }
}
