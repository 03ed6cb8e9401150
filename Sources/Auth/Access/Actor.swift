package import Objects

/// Who acts for an account without being its root: a user, or a session of a role.
package struct Actor: Sendable {
    /// The user or role.
    package let identity: IdentityID
    /// Of the user, or of the session.
    package let arn: String
    /// Of the role of a session; nil for a user.
    package let roleARN: String?
    /// The user's id, or the role's and the session's name: AWS's `UserId` of a caller.
    package let userID: String
    /// Of a user; nil for a session.
    package let userName: String?
    let policies: [IdentityPolicy]
    /// What a session was narrowed to when it began.
    let sessionPolicies: [IdentityPolicy]

    /// How a principal that is an ARN means this one.
    func match(_ other: String) -> PrincipalMatch {
        if arn == other { return roleARN == nil ? .caller : .session }
        return roleARN == other ? .caller : .none
    }

    /// What the identity's own policies say.
    func verdict(on request: PolicyRequest) -> PolicyVerdict {
        policies.reduce(.silent) { $0.joined(with: $1.verdict(on: request)) }
    }

    /// What the session's policies leave; everything when there is none.
    func sessionVerdict(on request: PolicyRequest) -> PolicyVerdict {
        sessionPolicies.isEmpty
            ? .allow : sessionPolicies.reduce(.silent) { $0.joined(with: $1.verdict(on: request)) }
    }

    /// Whether the identity's own policies let it do something, within its session.
    func mayByItself(_ request: PolicyRequest) -> Bool {
        verdict(on: request) == .allow && sessionVerdict(on: request) == .allow
    }
}

/// Who asks, as principals of policies see it.
enum PolicyCaller: Sendable {
    case anybody
    /// An account's root.
    case account(ProjectID)
    /// A user, or a session of a role, of an account.
    case actor(Actor, of: ProjectID)
    /// A part of the server itself, by the name that AWS's policies have for it.
    case service(String)

    init(_ account: ProjectID?) {
        self = account.map { .account($0) } ?? .anybody
    }

    init(_ principal: Principal) {
        switch (principal.credential, principal.credential?.actor) {
        case (let credential?, let actor?): self = .actor(actor, of: credential.project)
        case (let credential, _): self.init(credential?.project)
        }
    }
}
