import Objects

/// What a policy is attached to, which decides what may stand in it.
enum PolicySubject: Sendable {
    /// A bucket: every resource must be in it, and principals are named.
    case bucket(BucketName)
    /// A user, group, role or session: it is about itself.
    case identity
    /// Of a role: who may take it on.
    case trust
}

/// The statements of a policy.
///
/// Source: AWS IAM, "IAM JSON policy elements reference".
enum PolicyDocument {
    /// Statements of a policy: more cannot stand in its bytes.
    static let maximumStatements = 512

    static func statements(
        _ bytes: [UInt8], of subject: PolicySubject, maximumLength: Int
    ) throws(BucketPolicy.Malformed) -> [PolicyStatement] {
        guard bytes.count <= maximumLength else { throw .init(why: "Policy is too large") }
        let root: JSONValue
        do {
            root = try JSONValue(bytes)
        } catch {
            throw .init(why: "Policies must be valid JSON and the first byte must be '{'")
        }
        guard case .object(let members) = root else {
            throw .init(why: "Policies must be valid JSON and the first byte must be '{'")
        }
        for member in members where !["Version", "Id", "Statement"].contains(member.name) {
            throw .init(why: "Unknown field \(member.name)")
        }
        if let version = root["Version"] {
            guard let text = version.string, text == "2012-10-17" || text == "2008-10-17" else {
                throw .init(why: "The policy must contain a valid version string")
            }
        }
        let written: [JSONValue]
        switch root["Statement"] {
        case .array(let list): written = list
        case .object(let members): written = [.object(members)]
        default: throw .init(why: "Missing required field Statement")
        }
        guard (1...maximumStatements).contains(written.count) else {
            throw .init(why: "Could not parse the policy: Statement is empty!")
        }
        var statements: [PolicyStatement] = []
        for value in written { statements.append(try PolicyStatement(value, of: subject)) }
        if case .bucket = subject { return statements }
        let names = written.compactMap { $0["Sid"]?.string }
        guard Set(names).count == names.count else {
            throw .init(why: "Statement IDs (SID) in a single policy must be unique.")
        }
        return statements
    }
}
