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

    init(_ value: JSONValue, for bucket: BucketName) throws(BucketPolicy.Malformed) {
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
        principals = try Self.principals(value)
        actions = try Self.actions(value)
        resources = try Self.resources(value, bucket)
        conditions = try Self.conditions(value["Condition"])
        if allows, principals.isExcluding {
            throw .init(why: "Allow with NotPrincipal is not allowed.")
        }
    }

    func applies(to request: PolicyRequest) -> Bool {
        principals.items.contains { $0.matches(request.caller, allows: allows) } != principals.isExcluding
            && actions.items.contains { $0.matches(request.action) } != actions.isExcluding
            && hasResource(request) != resources.isExcluding
            && conditions.allSatisfy { $0.holds(request.values) }
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

    private static func actions(_ value: JSONValue) throws(BucketPolicy.Malformed) -> Choice<PolicyPattern> {
        let (written, isExcluding) = try choice(value, "Action", "NotAction")
        var items: [PolicyPattern] = []
        for text in try texts(written, "Action") {
            let pattern = PolicyPattern(lowercased: text)
            guard
                text == "*" || Action.allCases.contains(where: { pattern.matches($0.rawValue.lowercased()) })
                    || text.lowercased().hasPrefix("s3:")
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
    case service(String)
    /// A kind of user that this server does not have: nobody who could ask.
    case nobodyHere

    /// `AWS`: `*`, an account's id, or an ARN of the account or of a user, who are one here. Nil for what is none.
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
        } else if resource.hasPrefix("user/") {
            self = .account(ProjectID(String(resource.dropFirst("user/".count))))
        } else if resource.hasPrefix("role/") || resource.hasPrefix("assumed-role/")
            || resource.hasPrefix("group/")
        {
            self = .nobodyHere
        } else {
            return nil
        }
    }

    /// - Parameter allows: of the statement. Services must be allowed by their names, and are denied with everybody.
    func matches(_ caller: PolicyCaller, allows: Bool) -> Bool {
        switch (self, caller) {
        case (.everybody, .service): !allows
        case (.everybody, _): true
        case (.account(let id), .account(let account)): id == account
        case (.service(let name), .service(let caller)): name == caller
        default: false
        }
    }
}
