import Digests
package import Objects

/// Temporary credentials, as AWS's STS gives them.
package struct IssuedSession: Sendable {
    package let keyID: KeyID
    package let secret: String
    package let token: String
    /// Seconds since 1970.
    package let expires: Int64
}

extension KeyRing {
    /// Why a session token opens nothing.
    enum TokenFault: Error {
        case malformed
        case expired
    }

    /// Makes credentials that act as `credential` does, or as a role.
    ///
    /// - Parameters:
    ///   - name: of the session of a role.
    ///   - policies: what it is narrowed to; at most eleven of 4,096 bytes.
    ///   - seconds: how long it is good.
    package func newSession(
        of credential: Credential, role: Identity? = nil, name: String = "", policies: [[UInt8]] = [],
        seconds: Int64
    ) -> IssuedSession {
        let id = Self.makeSessionKeyID()
        let secret = Self.makeSecret()
        let token = SessionToken(
            secret: Array(secret.utf8), source: credential.source ?? credential.keyID, role: role?.id,
            name: name,
            policies: policies, expires: now() / 1000 + seconds)
        return IssuedSession(
            keyID: id, secret: secret, token: Base64.encode(tokenSeal.seal(token.bytes, of: id.string)),
            expires: token.expires)
    }

    /// The credential of a session; nil when the key, user or role that it stands on is gone.
    ///
    /// It is paused when the key is. Throws `TokenFault`, `StoreError`.
    func credential(id: KeyID, token text: String) async throws -> Credential? {
        guard text.utf8.count <= SessionToken.maximumLength, let sealed = Base64.decode(text),
            let bytes = tokenSeal.open(sealed, of: id.string), let token = SessionToken(bytes)
        else { throw TokenFault.malformed }
        let asked = now()
        guard asked / 1000 < token.expires else { throw TokenFault.expired }
        guard var credential = try await credential(id: token.source) else { return nil }
        credential.source = credential.keyID
        credential.keyID = id
        credential.secret = token.secret
        guard let roleID = token.role else { return credential }
        if let known = byRole.value(token, now: asked) {
            credential.project = known.project
            credential.actor = known.actor
        } else {
            guard let role = try await accounts.identity(roleID) else { return nil }
            let actor = try await actor(
                for: role, session: token.name, policies: token.policies.map { try IdentityPolicy($0) })
            byRole.keep((role.project, actor), for: token, loaded: asked)
            credential.project = role.project
            credential.actor = actor
        }
        credential.role = .full
        return credential
    }

    /// A user with its own policies and those of its groups, or a session of a role.
    ///
    /// Throws `corrupt` for a policy that cannot be read.
    func actor(
        for identity: Identity, session: String? = nil, policies sessionPolicies: [IdentityPolicy] = []
    ) async throws -> Actor {
        var policies = try Self.policies(of: identity)
        for id in identity.groups {
            if let group = try await accounts.identity(id) { policies += try Self.policies(of: group) }
        }
        guard let session else {
            return Actor(
                identity: identity.id, arn: identity.arn, roleARN: nil, userID: identity.id.string,
                userName: identity.name, policies: policies, sessionPolicies: [])
        }
        return Actor(
            identity: identity.id,
            arn: "arn:aws:sts::\(identity.project):assumed-role/\(identity.name)/\(session)",
            roleARN: identity.arn, userID: "\(identity.id):\(session)", userName: nil, policies: policies,
            sessionPolicies: sessionPolicies)
    }

    private static func policies(of identity: Identity) throws(StoreError) -> [IdentityPolicy] {
        var policies = identity.attachments.compactMap { ManagedPolicy.named($0)?.policy }
        for (name, document) in identity.policies {
            do {
                policies.append(try IdentityPolicy(document))
            } catch {
                throw .corrupt("the policy \(name) of \(identity.arn): \(error.why)")
            }
        }
        return policies
    }
}
