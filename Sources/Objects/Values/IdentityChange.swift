/// The argument of `changeIdentity`, judged and applied in its transaction.
package enum IdentityChange: Hashable, Sendable {
    /// What is nil stays.
    case rename(name: String?, path: String?)
    case putPolicy(String, [UInt8])
    case deletePolicy(String)
    case attach(String)
    case detach(String)
    case join(IdentityID)
    case leave(IdentityID)
    case trust([UInt8])
    /// What is nil stays.
    case describe(String?, sessionSeconds: Int?)

    /// Throws `noSuchIdentity` for what is to be taken away and is not there, and `identityLimit`.
    package func applied(to present: Identity) throws(StoreError) -> Identity {
        var identity = present
        switch self {
        case .rename(let name, let path):
            identity.name = name ?? identity.name
            identity.path = path ?? identity.path
        case .putPolicy(let name, let document):
            identity.policies[name] = document
            let limit = identity.kind.policyLimit
            guard identity.policies.values.reduce(0, { $0 + Identity.weight($1) }) <= limit else {
                throw .identityLimit(
                    "Maximum policy size of \(limit) bytes exceeded for \(identity.kind.rawValue) \(identity.name)"
                )
            }
        case .deletePolicy(let name):
            guard identity.policies.removeValue(forKey: name) != nil else { throw .noSuchIdentity }
        case .attach(let arn):
            guard !identity.attachments.contains(arn) else { break }
            guard identity.attachments.count < Identity.attachmentLimit else {
                throw .identityLimit(
                    "Cannot exceed quota for PoliciesPer\(identity.kind.rawValue.capitalizedASCII): "
                        + "\(Identity.attachmentLimit)")
            }
            identity.attachments.append(arn)
        case .detach(let arn):
            guard let index = identity.attachments.firstIndex(of: arn) else { throw .noSuchIdentity }
            identity.attachments.remove(at: index)
        case .join(let group):
            guard !identity.groups.contains(group) else { break }
            guard identity.groups.count < Identity.groupLimit else {
                throw .identityLimit("Cannot exceed quota for GroupsPerUser: \(Identity.groupLimit)")
            }
            identity.groups.append(group)
        case .leave(let group):
            guard let index = identity.groups.firstIndex(of: group) else { throw .noSuchIdentity }
            identity.groups.remove(at: index)
        case .trust(let document):
            identity.trust = document
        case .describe(let text, let seconds):
            identity.description = text ?? identity.description
            identity.sessionSeconds = seconds ?? identity.sessionSeconds
        }
        return identity
    }
}

extension String {
    /// With its first letter, one of ASCII, as a capital.
    fileprivate var capitalizedASCII: String { prefix(1).uppercased() + dropFirst() }
}
