import Digests

/// The id of a user, group or role, in AWS's shape: its kind in four letters, then seventeen at random.
package struct IdentityID: Hashable, Sendable, CustomStringConvertible {
    package let string: String
    package init(_ string: String) { self.string = string }
    package var description: String { string }

    package static func random(_ kind: Identity.Kind) -> IdentityID {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)
        let letters = randomBytes(17).map { alphabet[Int($0) % alphabet.count] }
        return IdentityID(kind.prefix + String(decoding: letters, as: UTF8.self))
    }
}

/// A user, group or role of a project, which is the account; the project's own keys are its root.
///
/// Source: AWS IAM API Reference, "User", "Group", "Role".
package struct Identity: Hashable, Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        case user, group, role

        /// Of an account, as AWS's default quotas have it.
        package var limit: Int {
            switch self {
            case .user: 5000
            case .group: 300
            case .role: 1000
            }
        }

        /// Bytes of all inline policies of one, without white space.
        package var policyLimit: Int {
            switch self {
            case .user: 2048
            case .group: 5120
            case .role: 10_240
            }
        }

        fileprivate var prefix: String {
            switch self {
            case .user: "AIDA"
            case .group: "AGPA"
            case .role: "AROA"
            }
        }
    }

    /// Access keys of a user.
    package static let keyLimit = 2
    /// Groups that a user is in.
    package static let groupLimit = 10
    /// Managed policies of one user, group or role.
    package static let attachmentLimit = 10
    /// Bytes of a role's trust policy, without white space.
    package static let trustLimit = 2048

    package var id: IdentityID
    package var project: ProjectID
    package var kind: Kind
    /// Unique among its kind in the project, whatever the case of its letters.
    package var name: String
    /// Begins and ends with a slash.
    package var path: String
    /// Milliseconds since 1970.
    package var created: Int64
    /// Inline policies by their names, as they were written.
    package var policies: [String: [UInt8]] = [:]
    /// ARNs of managed policies, in the order attached.
    package var attachments: [String] = []
    /// Of a user.
    package var groups: [IdentityID] = []
    /// Of a role: who may take it on.
    package var trust: [UInt8] = []
    package var description: String?
    /// Of a role: the longest that a session may last.
    package var sessionSeconds = 3600

    package init(
        _ kind: Kind, id: IdentityID? = nil, project: ProjectID, name: String, path: String, created: Int64
    ) {
        self.id = id ?? .random(kind)
        self.project = project
        self.kind = kind
        self.name = name
        self.path = path
        self.created = created
    }

    package var arn: String { "arn:aws:iam::\(project):\(kind.rawValue)\(path)\(name)" }

    /// The name by which it is found.
    package var foldedName: String { Self.folded(name) }

    package static func folded(_ name: String) -> String { name.lowercased() }

    /// Bytes that count against a limit.
    package static func weight(_ document: [UInt8]) -> Int {
        document.count { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
    }
}
