import Objects
import XML

/// One action of IAM or STS: what it is about, and what answers it.
struct IdentityOperation: Sendable {
    typealias Handler = @Sendable (IdentityDoor, IdentityCall, inout XMLWriter) async throws -> Void

    /// What the caller's policies are asked about.
    enum Subject: Sendable {
        /// Nothing in particular.
        case nothing
        /// Everybody may, or the operation decides by itself.
        case unjudged
        case new(Identity.Kind)
        case named(Identity.Kind)
        /// The user that is named, else whoever asks.
        case callerOrUser
    }

    let name: StaticString
    let response: StaticString
    /// The element around the answer; nil for answers that say nothing.
    let result: StaticString?
    let subject: Subject
    let run: Handler

    init(
        _ name: StaticString, _ response: StaticString, _ subject: Subject, _ run: @escaping Handler
    ) {
        self.init(name, response, nil, subject, run)
    }

    init(
        _ name: StaticString, _ response: StaticString, _ result: StaticString?, _ subject: Subject,
        _ run: @escaping Handler
    ) {
        self.name = name
        self.response = response
        self.result = result
        self.subject = subject
        self.run = run
    }

    /// What would change what an answer means, were it passed over.
    static let refusedParameters = [
        "PermissionsBoundary", "Tags.member.1.Key", "TransitiveTagKeys.member.1", "SourceIdentity",
    ]

    static let all: [IdentityService: [String: IdentityOperation]] = [
        .sts: table(sessions),
        .iam: table(users + accessKeys + groups + roles + inlinePolicies + attachedPolicies + account),
    ]

    private static func table(_ rows: [IdentityOperation]) -> [String: IdentityOperation] {
        Dictionary(uniqueKeysWithValues: rows.map { ($0.name.description, $0) })
    }
}
