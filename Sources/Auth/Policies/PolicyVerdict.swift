/// What a policy says of one request.
package enum PolicyVerdict: Sendable {
    case allow
    case deny
    case silent

    /// Of two policies together: an explicit deny wins over every allow.
    func joined(with other: PolicyVerdict) -> PolicyVerdict {
        if self == .deny || other == .deny { return .deny }
        return self == .allow || other == .allow ? .allow : .silent
    }
}

/// How the principals of a statement mean whoever asks.
enum PrincipalMatch: Comparable, Sendable {
    case none
    /// By its account, which decides itself what its users may do with that.
    case account
    /// By its own name, or as anybody.
    case caller
    /// By the name of its session: no policy of the session narrows that.
    case session
}
