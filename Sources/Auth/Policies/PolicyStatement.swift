import Objects

/// One statement of a policy.
struct PolicyStatement: Sendable {
    /// A list, or all that is not in it.
    struct Choice<Item: Sendable>: Sendable {
        var items: [Item]
        var isExcluding: Bool
    }

    /// Keys whose fixed values narrow who a statement is for (AWS, "The meaning of public").
    private static let narrowingKeys: Set<String> = [
        "aws:sourceip", "aws:sourcearn", "aws:sourcevpc", "aws:sourcevpce", "aws:sourceowner",
        "aws:sourceaccount",
        "aws:userid", "aws:principalorgid", "aws:principalorgpaths", "aws:principalarn",
        "aws:principalaccount",
        "s3:x-amz-server-side-encryption-aws-kms-key-id", "s3:dataaccesspointarn",
        "s3:dataaccesspointaccount",
    ]

    let allows: Bool
    private let principals: Choice<PolicyPrincipal>
    private let actions: Choice<PolicyPattern>
    private let resources: Choice<PolicyPattern>
    private let conditions: [PolicyCondition]

    init(_ value: JSONValue, of subject: PolicySubject) throws(BucketPolicy.Malformed) {
        guard case .object(let members) = value else { throw .init(why: "A statement must be an object") }
        let known = [
            "Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource",
            "Condition",
        ]
        for member in members where !known.contains(member.name) {
            throw .init(why: "Unknown field \(member.name)")
        }
        switch value["Effect"]?.string {
        case "Allow": allows = true
        case "Deny": allows = false
        default: throw .init(why: "Invalid effect: \(value["Effect"]?.string ?? "")")
        }
        switch subject {
        case .bucket(let bucket):
            principals = try Self.principals(value)
            actions = try Self.actions(value, ofAnyService: false)
            resources = try Self.resources(value, bucket)
        case .identity:
            guard value["Principal"] == nil, value["NotPrincipal"] == nil else {
                throw .init(why: "Policy document should not specify a principal.")
            }
            principals = Choice(items: [.everybody], isExcluding: false)
            actions = try Self.actions(value, ofAnyService: true)
            resources = try Self.resources(value)
        case .trust:
            guard value["Resource"] == nil, value["NotResource"] == nil else {
                throw .init(why: "Has prohibited field Resource")
            }
            principals = try Self.principals(value)
            actions = try Self.actions(value, ofAnyService: true)
            resources = Choice(items: [PolicyPattern("*")], isExcluding: false)
        }
        conditions = try Self.conditions(value["Condition"])
        if allows, principals.isExcluding {
            throw .init(why: "Allow with NotPrincipal is not allowed.")
        }
    }

    /// Whether it says something about the request, and how it means whoever asks.
    func applies(to request: PolicyRequest) -> PrincipalMatch {
        let match = self.match(request.caller)
        guard match != .none,
            actions.items.contains(where: { $0.matches(request.action) }) != actions.isExcluding,
            hasResource(request) != resources.isExcluding,
            conditions.allSatisfy({ $0.holds(request.values) })
        else { return .none }
        return match
    }

    private func match(_ caller: PolicyCaller) -> PrincipalMatch {
        let closest = principals.items.map { $0.match(caller, allows: allows) }.max() ?? .none
        guard principals.isExcluding else {
            // What is forbidden to an account is forbidden to all in it.
            return closest
        }
        return closest == .none ? .caller : .none
    }

    private func hasResource(_ request: PolicyRequest) -> Bool {
        resources.items.contains { $0.resolved(request.values)?.matches(request.resource) ?? false }
    }

    var isPublic: Bool {
        guard allows, principals.items.contains(.everybody) else { return false }
        return !conditions.contains { condition in
            Self.narrowingKeys.contains(condition.key) && !condition.comparison.isNegated
                && !condition.isOptional && condition.comparison != .null
                && condition.values.allSatisfy {
                    PolicyPattern($0).isExact && $0 != "0.0.0.0/0" && $0 != "::/0"
                }
        }
    }
}

extension PolicyStatement {
    private static func principals(
        _ value: JSONValue
    ) throws(BucketPolicy.Malformed) -> Choice<PolicyPrincipal> {
        let (written, isExcluding) = try choice(value, "Principal", "NotPrincipal")
        switch written {
        case .string("*"): return Choice(items: [.everybody], isExcluding: isExcluding)
        case .object(let members):
            var items: [PolicyPrincipal] = []
            for member in members {
                for text in try texts(member.value, "Principal") {
                    guard let principal = PolicyPrincipal(kind: member.name, text) else {
                        throw .init(why: "Invalid principal in policy")
                    }
                    items.append(principal)
                }
            }
            guard !items.isEmpty else { throw .init(why: "Invalid principal in policy") }
            return Choice(items: items, isExcluding: isExcluding)
        default: throw .init(why: "Invalid principal in policy")
        }
    }

    private static func actions(
        _ value: JSONValue, ofAnyService: Bool
    ) throws(BucketPolicy.Malformed) -> Choice<PolicyPattern> {
        let (written, isExcluding) = try choice(value, "Action", "NotAction")
        var items: [PolicyPattern] = []
        for text in try texts(written, "Action") {
            let pattern = PolicyPattern(lowercased: text)
            guard
                text == "*" || Action.allCases.contains(where: { pattern.matches($0.rawValue.lowercased()) })
                    || text.lowercased().hasPrefix("s3:") || ofAnyService && isOfService(text)
            else { throw .init(why: "Policy has invalid action") }
            items.append(pattern)
        }
        return Choice(items: items, isExcluding: isExcluding)
    }

    private static func resources(
        _ value: JSONValue, _ bucket: BucketName
    ) throws(BucketPolicy.Malformed) -> Choice<PolicyPattern> {
        let (written, isExcluding) = try choice(value, "Resource", "NotResource")
        var items: [PolicyPattern] = []
        for text in try texts(written, "Resource") {
            let own = "arn:aws:s3:::\(bucket.string)"
            let pattern = PolicyPattern(text)
            guard
                text == "*" || text == own || text.hasPrefix(own + "/") || pattern.matches(own)
                    || text.hasPrefix("arn:aws:s3:::")
                        && PolicyPattern(text.prefix { $0 != "/" }).matches(own)
            else { throw .init(why: "Policy has invalid resource") }
            items.append(pattern)
        }
        return Choice(items: items, isExcluding: isExcluding)
    }

    private static func isOfService(_ action: String) -> Bool {
        let parts = action.split(separator: ":", omittingEmptySubsequences: false)
        return parts.count == 2 && !parts[0].isEmpty && !parts[1].isEmpty
    }

    /// Those of a policy that is about anything.
    private static func resources(_ value: JSONValue) throws(BucketPolicy.Malformed) -> Choice<PolicyPattern>
    {
        let (written, isExcluding) = try choice(value, "Resource", "NotResource")
        var items: [PolicyPattern] = []
        for text in try texts(written, "Resource") {
            guard text == "*" || text.hasPrefix("arn:") || text.hasPrefix("*") else {
                throw .init(why: "Resource \(text) must be in ARN format or \"*\".")
            }
            items.append(PolicyPattern(text))
        }
        return Choice(items: items, isExcluding: isExcluding)
    }

    private static func conditions(_ value: JSONValue?) throws(BucketPolicy.Malformed) -> [PolicyCondition] {
        guard let value else { return [] }
        guard case .object(let operators) = value else { throw .init(why: "Invalid Condition") }
        var conditions: [PolicyCondition] = []
        for comparison in operators {
            guard case .object(let keys) = comparison.value else { throw .init(why: "Invalid Condition") }
            for key in keys {
                guard
                    let condition = PolicyCondition(
                        operator: comparison.name, key: key.name, values: try texts(key.value, "Condition"))
                else { throw .init(why: "Invalid Condition type : \(comparison.name)") }
                conditions.append(condition)
            }
        }
        return conditions
    }

    /// The one of two members that must be there alone.
    private static func choice(
        _ value: JSONValue, _ name: String, _ excluding: String
    ) throws(BucketPolicy.Malformed) -> (JSONValue, isExcluding: Bool) {
        switch (value[name], value[excluding]) {
        case (let written?, nil): return (written, false)
        case (nil, let written?): return (written, true)
        default: throw .init(why: "Missing required field \(name)")
        }
    }

    /// A text or a list of texts; numbers and booleans count as they are written.
    private static func texts(_ value: JSONValue, _ name: String) throws(BucketPolicy.Malformed) -> [String] {
        switch value {
        case .string(let text): return [text]
        case .number(let text): return [text]
        case .bool(let flag): return [flag ? "true" : "false"]
        case .array(let values):
            var all: [String] = []
            for value in values {
                if case .array = value { throw .init(why: "Invalid \(name)") }
                all += try texts(value, name)
            }
            return all
        case .null, .object: throw .init(why: "Invalid \(name)")
        }
    }
}

/// Whom a statement is for.
enum PolicyPrincipal: Hashable, Sendable {
    case everybody
    case account(ProjectID)
    /// A user, a role or a session of one, by its ARN.
    case named(String)
    case service(String)
    /// A kind of user that this server does not have: nobody who could ask.
    case nobodyHere

    /// `AWS`: `*`, an account's id, or an ARN of the account or of somebody in it; a user's ARN without an account
    /// means the account of that name. Nil for what is none.
    init?(kind: String, _ text: String) {
        switch kind {
        case "AWS": break
        case "CanonicalUser":
            self = .account(ProjectID(text))
            return
        case "Service":
            self = .service(text)
            return
        case "Federated":
            self = .nobodyHere
            return
        default: return nil
        }
        guard text != "*" else {
            self = .everybody
            return
        }
        guard text.hasPrefix("arn:") else {
            guard !text.isEmpty else { return nil }
            self = .account(ProjectID(text))
            return
        }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 6, parts[2] == "iam" || parts[2] == "sts" else { return nil }
        let resource = parts[5]
        if !parts[4].isEmpty, resource == "root" {
            self = .account(ProjectID(String(parts[4])))
        } else if resource.hasPrefix("user/"), parts[4].isEmpty {
            self = .account(ProjectID(String(resource.dropFirst("user/".count))))
        } else if ["user/", "role/", "assumed-role/"].contains(where: { resource.hasPrefix($0) }) {
            self = .named(text)
        } else if resource.hasPrefix("group/") {
            self = .nobodyHere
        } else {
            return nil
        }
    }

    /// - Parameter allows: of the statement. Services must be allowed by their names, and are denied with everybody.
    func match(_ caller: PolicyCaller, allows: Bool) -> PrincipalMatch {
        switch (self, caller) {
        case (.everybody, .service): allows ? .none : .caller
        case (.everybody, _): .caller
        case (.account(let id), .account(let account)): id == account ? .caller : .none
        case (.account(let id), .actor(_, let account)): id == account ? .account : .none
        case (.named(let arn), .actor(let actor, _)): actor.match(arn)
        case (.service(let name), .service(let caller)): name == caller ? .caller : .none
        default: .none
        }
    }
}
