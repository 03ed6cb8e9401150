/// What a user, group, role or session may and may not do.
package struct IdentityPolicy: Sendable {
    /// Bytes of one, as AWS has it for a role; what they may be together is less for some.
    package static let maximumLength = 128 * 1024

    private let statements: [PolicyStatement]

    package init(_ bytes: [UInt8]) throws(BucketPolicy.Malformed) {
        statements = try PolicyDocument.statements(bytes, of: .identity, maximumLength: Self.maximumLength)
    }

    func verdict(on request: PolicyRequest) -> PolicyVerdict {
        var verdict = PolicyVerdict.silent
        for statement in statements where statement.applies(to: request) != .none {
            if !statement.allows { return .deny }
            verdict = .allow
        }
        return verdict
    }
}

/// Who may take on a role.
package struct TrustPolicy: Sendable {
    private let statements: [PolicyStatement]

    package init(_ bytes: [UInt8]) throws(BucketPolicy.Malformed) {
        statements = try PolicyDocument.statements(
            bytes, of: .trust, maximumLength: IdentityPolicy.maximumLength)
    }

    func verdict(on request: PolicyRequest) -> (PolicyVerdict, PrincipalMatch) {
        statements.verdict(on: request)
    }
}

extension [PolicyStatement] {
    /// What they say together, and how closely those that allow mean the caller.
    func verdict(on request: PolicyRequest) -> (PolicyVerdict, PrincipalMatch) {
        var closest = PrincipalMatch.none
        for statement in self {
            let match = statement.applies(to: request)
            guard match != .none else { continue }
            if !statement.allows { return (.deny, match) }
            closest = Swift.max(closest, match)
        }
        return (closest == .none ? .silent : .allow, closest)
    }
}
