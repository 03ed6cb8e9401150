import Auth
import HTTPServer
import Objects
import XML

extension IdentityOperation {
    private static let sessionSeconds = 3600...43_200
    private static let descriptionLength = 1000

    /// Source: AWS IAM API Reference, the actions on roles.
    static let roles: [IdentityOperation] = [
        IdentityOperation("CreateRole", "CreateRoleResponse", "CreateRoleResult", .new(.role)) {
            door, call, xml in
            var role = Identity(
                .role, project: call.account, name: try call.name("RoleName"),
                path: try call.path("Path") ?? "/",
                created: call.request.receivedAt)
            role.trust = try trust(call, "AssumeRolePolicyDocument")
            role.description = try description(call)
            role.sessionSeconds =
                try call.number("MaxSessionDuration", sessionSeconds) ?? role.sessionSeconds
            try await door.create(role)
            xml.identity(role, as: "Role")
        },
        IdentityOperation("GetRole", "GetRoleResponse", "GetRoleResult", .named(.role)) { _, call, xml in
            xml.identity(try call.subject(.role), as: "Role", withDetails: true)
        },
        IdentityOperation("UpdateRole", "UpdateRoleResponse", "UpdateRoleResult", .named(.role)) {
            door, call, _ in
            try await door.change(
                try call.subject(.role),
                .describe(
                    try description(call),
                    sessionSeconds: try call.number("MaxSessionDuration", sessionSeconds)))
        },
        IdentityOperation("DeleteRole", "DeleteRoleResponse", .named(.role)) { door, call, _ in
            try await door.delete(try call.subject(.role))
        },
        IdentityOperation("ListRoles", "ListRolesResponse", "ListRolesResult", .nothing) { door, call, xml in
            try await door.list(.role, "Roles", call, &xml, withDetails: true)
        },
        IdentityOperation(
            "UpdateAssumeRolePolicy", "UpdateAssumeRolePolicyResponse", .named(.role)
        ) { door, call, _ in
            try await door.change(try call.subject(.role), .trust(try trust(call, "PolicyDocument")))
        },
    ]

    private static func description(_ call: IdentityCall) throws(IdentityError) -> String? {
        guard let text = call.form["Description"] else { return nil }
        guard text.utf8.count <= descriptionLength else {
            throw .validation(
                "Value at 'description' must have length less than or equal to \(descriptionLength)")
        }
        return text
    }

    private static func trust(_ call: IdentityCall, _ parameter: String) throws -> [UInt8] {
        let document = Array(try call.required(parameter).utf8)
        guard Identity.weight(document) <= Identity.trustLimit else {
            throw IdentityError(
                409, "LimitExceeded", "Cannot exceed quota for ACLSizePerRole: \(Identity.trustLimit)")
        }
        _ = try TrustPolicy(document)
        return document
    }
}
