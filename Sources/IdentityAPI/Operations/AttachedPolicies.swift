import Auth
import Objects
import XML

extension IdentityOperation {
    /// Source: AWS IAM API Reference, the actions on managed policies of users, groups and roles.
    static let attachedPolicies: [IdentityOperation] = [
        attach("AttachUserPolicy", "AttachUserPolicyResponse", .user),
        attach("AttachGroupPolicy", "AttachGroupPolicyResponse", .group),
        attach("AttachRolePolicy", "AttachRolePolicyResponse", .role),
        detach("DetachUserPolicy", "DetachUserPolicyResponse", .user),
        detach("DetachGroupPolicy", "DetachGroupPolicyResponse", .group),
        detach("DetachRolePolicy", "DetachRolePolicyResponse", .role),
        attached(
            "ListAttachedUserPolicies", "ListAttachedUserPoliciesResponse", "ListAttachedUserPoliciesResult",
            .user),
        attached(
            "ListAttachedGroupPolicies", "ListAttachedGroupPoliciesResponse",
            "ListAttachedGroupPoliciesResult", .group),
        attached(
            "ListAttachedRolePolicies", "ListAttachedRolePoliciesResponse", "ListAttachedRolePoliciesResult",
            .role),
    ]

    private static func attach(
        _ name: StaticString, _ response: StaticString, _ kind: Identity.Kind
    ) -> IdentityOperation {
        IdentityOperation(name, response, .named(kind)) { door, call, _ in
            let arn = try call.required("PolicyArn")
            let identity = try call.subject(kind)
            guard ManagedPolicy.named(arn) != nil else { throw missing(arn) }
            try await door.change(identity, .attach(arn))
        }
    }

    private static func detach(
        _ name: StaticString, _ response: StaticString, _ kind: Identity.Kind
    ) -> IdentityOperation {
        IdentityOperation(name, response, .named(kind)) { door, call, _ in
            let arn = try call.required("PolicyArn")
            let identity = try call.subject(kind)
            guard identity.attachments.contains(arn) else { throw missing(arn) }
            try await door.change(identity, .detach(arn))
        }
    }

    private static func attached(
        _ name: StaticString, _ response: StaticString, _ result: StaticString, _ kind: Identity.Kind
    ) -> IdentityOperation {
        IdentityOperation(name, response, result, .named(kind)) { _, call, xml in
            let (after, limit) = try call.page()
            let arns = try call.subject(kind).attachments.filter { $0 > after ?? "" }.sorted()
            xml.page("AttachedPolicies", arns, limit: limit, marker: \.self) { xml, arn in
                xml.open("member")
                xml.element("PolicyArn", arn)
                xml.element("PolicyName", ManagedPolicy.named(arn)?.name ?? arn)
                xml.close()
            }
        }
    }

    private static func missing(_ arn: String) -> IdentityError {
        IdentityError(404, "NoSuchEntity", "Policy \(arn) does not exist or is not attachable.")
    }
}
