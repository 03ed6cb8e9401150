package import Objects

/// The authoriser's answer.
package enum Decision: Hashable, Sendable {
    case allow
    /// As a key with role `upload` may: write with `WritePreconditions.forbidsOverwrite`, and touch only uploads
    /// whose author it is.
    case allowNewKeysOnly
    case deny(Reason)

    /// Why not, for logs and messages.
    package enum Reason: Hashable, Sendable {
        /// No credential, and what was asked is not public.
        case anonymous
        case paused
        /// The bucket or domain belongs to another project.
        case otherProject
        /// The domain does not deliver this bucket.
        case otherBucket
        case role(Role)
        /// The link is for another method.
        case linkMethod
        /// The link is for another path.
        case linkPath
        /// Links of this form are not accepted here.
        case linkForm
        /// The policies of the user, role or session do not allow it.
        case identityPolicy
        /// The bucket's policy says no.
        case policy
        /// The bucket is closed to everybody but its own account.
        case publicAccessBlock
        /// The object belongs to another account, which has not granted this.
        case objectOwner
        /// What the bucket keeps about access cannot be read.
        case unreadable
    }

    /// Whether anything may be done at all.
    package var isAllowed: Bool {
        switch self {
        case .allow, .allowNewKeysOnly: true
        case .deny: false
        }
    }
}
