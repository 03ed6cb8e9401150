package import Objects

/// What a bucket's policy says: who may, or may not, do what with the bucket and its objects.
///
/// Source: AWS IAM, "IAM JSON policy elements reference" and "Policy evaluation logic".
package struct BucketPolicy: Sendable {
    /// Bytes of a policy, as AWS has it.
    package static let maximumLength = 20 * 1024
    /// Statements of a policy: more cannot stand in its bytes.
    static let maximumStatements = 512

    /// Why a policy is not taken.
    package struct Malformed: Error, Hashable {
        package let why: String
    }

    /// What a policy says of one request.
    package enum Verdict: Sendable {
        case allow
        case deny
        case silent
    }

    let statements: [PolicyStatement]

    /// - Parameter bucket: every resource must be in it.
    package init(_ bytes: [UInt8], for bucket: BucketName) throws(Malformed) {
        guard bytes.count <= Self.maximumLength else { throw Malformed(why: "Policy is too large") }
        let root: JSONValue
        do {
            root = try JSONValue(bytes)
        } catch {
            throw Malformed(why: "Policies must be valid JSON and the first byte must be '{'")
        }
        guard case .object(let members) = root else {
            throw Malformed(why: "Policies must be valid JSON and the first byte must be '{'")
        }
        for member in members where !["Version", "Id", "Statement"].contains(member.name) {
            throw Malformed(why: "Unknown field \(member.name)")
        }
        if let version = root["Version"] {
            guard let text = version.string, text == "2012-10-17" || text == "2008-10-17" else {
                throw Malformed(why: "The policy must contain a valid version string")
            }
        }
        let written: [JSONValue]
        switch root["Statement"] {
        case .array(let list): written = list
        case .object(let members): written = [.object(members)]
        default: throw Malformed(why: "Missing required field Statement")
        }
        guard (1...Self.maximumStatements).contains(written.count) else {
            throw Malformed(why: "Could not parse the policy: Statement is empty!")
        }
        var statements: [PolicyStatement] = []
        for value in written { statements.append(try PolicyStatement(value, for: bucket)) }
        self.statements = statements
    }

    /// An explicit deny wins over every allow.
    func verdict(on request: PolicyRequest) -> Verdict {
        var verdict = Verdict.silent
        for statement in statements where statement.applies(to: request) {
            if !statement.allows { return .deny }
            verdict = .allow
        }
        return verdict
    }

    /// Whether it lets everybody do something, as AWS defines it: some allowing statement is for all principals,
    /// and no condition narrows it to fixed values.
    package var isPublic: Bool { statements.contains { $0.isPublic } }
}
