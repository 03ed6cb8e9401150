import Auth
import Objects
import XML

extension IdentityOperation {
    /// Source: AWS IAM API Reference, the actions on inline policies of users, groups and roles.
    static let inlinePolicies: [IdentityOperation] = [
        put("PutUserPolicy", "PutUserPolicyResponse", .user),
        put("PutGroupPolicy", "PutGroupPolicyResponse", .group),
        put("PutRolePolicy", "PutRolePolicyResponse", .role),
        get("GetUserPolicy", "GetUserPolicyResponse", "GetUserPolicyResult", .user),
        get("GetGroupPolicy", "GetGroupPolicyResponse", "GetGroupPolicyResult", .group),
        get("GetRolePolicy", "GetRolePolicyResponse", "GetRolePolicyResult", .role),
        delete("DeleteUserPolicy", "DeleteUserPolicyResponse", .user),
        delete("DeleteGroupPolicy", "DeleteGroupPolicyResponse", .group),
        delete("DeleteRolePolicy", "DeleteRolePolicyResponse", .role),
        list("ListUserPolicies", "ListUserPoliciesResponse", "ListUserPoliciesResult", .user),
        list("ListGroupPolicies", "ListGroupPoliciesResponse", "ListGroupPoliciesResult", .group),
        list("ListRolePolicies", "ListRolePoliciesResponse", "ListRolePoliciesResult", .role),
    ]

    private static let policyNameLength = 128

    private static func put(
        _ name: StaticString, _ response: StaticString, _ kind: Identity.Kind
    ) -> IdentityOperation {
        IdentityOperation(name, response, .named(kind)) { door, call, _ in
            let policy = try call.name("PolicyName", limit: policyNameLength)
            let document = Array(try call.required("PolicyDocument").utf8)
            _ = try IdentityPolicy(document)
            try await door.change(try call.subject(kind), .putPolicy(policy, document))
        }
    }

    private static func get(
        _ name: StaticString, _ response: StaticString, _ result: StaticString, _ kind: Identity.Kind
    ) -> IdentityOperation {
        IdentityOperation(name, response, result, .named(kind)) { _, call, xml in
            let policy = try call.name("PolicyName", limit: policyNameLength)
            let identity = try call.subject(kind)
            guard let document = identity.policies[policy] else { throw IdentityError.noSuchPolicy(policy) }
            switch kind {
            case .user: xml.element("UserName", identity.name)
            case .group: xml.element("GroupName", identity.name)
            case .role: xml.element("RoleName", identity.name)
            }
            xml.element("PolicyName", policy)
            xml.document("PolicyDocument", document)
        }
    }

    private static func delete(
        _ name: StaticString, _ response: StaticString, _ kind: Identity.Kind
    ) -> IdentityOperation {
        IdentityOperation(name, response, .named(kind)) { door, call, _ in
            let policy = try call.name("PolicyName", limit: policyNameLength)
            let identity = try call.subject(kind)
            guard identity.policies[policy] != nil else { throw IdentityError.noSuchPolicy(policy) }
            try await door.change(identity, .deletePolicy(policy))
        }
    }

    private static func list(
        _ name: StaticString, _ response: StaticString, _ result: StaticString, _ kind: Identity.Kind
    ) -> IdentityOperation {
        IdentityOperation(name, response, result, .named(kind)) { _, call, xml in
            let (after, limit) = try call.page()
            let names = try call.subject(kind).policies.keys.filter { $0 > after ?? "" }.sorted()
            xml.page("PolicyNames", names, limit: limit, marker: \.self) { $0.element("member", $1) }
        }
    }
}
