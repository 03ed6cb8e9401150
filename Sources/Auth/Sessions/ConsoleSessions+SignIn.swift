extension ConsoleSessions {
    /// Bytes of a request to sign in.
    package static let maximumSignIn = 4096

    /// The key that a sign-in names, `{"key": secret}`; nil when no active key has this secret.
    ///
    /// Throws `StoreError`.
    package func credential(signIn body: [UInt8]) async throws -> Credential? {
        guard let document = try? JSONValue(body), let secret = document["key"]?.string,
            let credential = try await keys.credential(bearer: secret), !credential.isPaused
        else { return nil }
        return credential
    }
}
