import Auth
import Objects
import XML

extension IdentityOperation {
    /// Source: AWS STS API Reference.
    static let sessions: [IdentityOperation] = [
        IdentityOperation(
            "GetCallerIdentity", "GetCallerIdentityResponse", "GetCallerIdentityResult", .unjudged
        ) { _, call, xml in
            xml.element("Arn", call.callerARN)
            xml.element("UserId", call.credential.actor?.userID ?? call.account.string)
            xml.element("Account", call.account.string)
        },
        IdentityOperation(
            "GetSessionToken", "GetSessionTokenResponse", "GetSessionTokenResult", .unjudged
        ) { door, call, xml in
            guard call.credential.source == nil else {
                throw IdentityError(
                    403, "AccessDenied", "Cannot call GetSessionToken with session credentials")
            }
            let isRoot = call.credential.actor == nil
            let asked = try call.number("DurationSeconds", 900...129_600) ?? (isRoot ? 3600 : 43_200)
            // AWS shortens a root's session without a word.
            let seconds = isRoot ? min(asked, 3600) : asked
            xml.credentials(door.keys.newSession(of: call.credential, seconds: Int64(seconds)))
        },
        IdentityOperation("AssumeRole", "AssumeRoleResponse", "AssumeRoleResult", .unjudged, assumeRole),
    ]

    private static let policyLength = 2048
    private static let policyARNs = 10

    private static func assumeRole(
        _ door: IdentityDoor, _ call: IdentityCall, _ xml: inout XMLWriter
    ) async throws {
        let arn = try call.required("RoleArn")
        let session = try call.name("RoleSessionName")
        guard session.utf8.count >= 2 else {
            throw IdentityError.validation(
                "Value at 'roleSessionName' must have length greater than or equal to 2")
        }
        let asked = try call.number("DurationSeconds", 900...43_200)
        let policies = try sessionPolicies(call)
        let denied = IdentityError.denied(call.callerARN, "sts:AssumeRole", arn)
        guard let role = try await door.role(arn) else { throw denied }
        let decision = door.authorizer.authorize(
            call.principal, toAssume: role, trust: try TrustPolicy(role.trust), conditions: call.conditions)
        guard decision.isAllowed else { throw denied }
        let isChained = call.credential.source != nil
        let longest = isChained ? min(role.sessionSeconds, 3600) : role.sessionSeconds
        guard asked ?? 3600 <= longest || asked == nil else {
            throw IdentityError.validation(
                "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")
        }
        xml.credentials(
            door.keys.newSession(
                of: call.credential, role: role, name: session, policies: policies,
                seconds: Int64(asked ?? 3600)))
        xml.open("AssumedRoleUser")
        xml.element("AssumedRoleId", "\(role.id):\(session)")
        xml.element("Arn", "arn:aws:sts::\(role.project):assumed-role/\(role.name)/\(session)")
        xml.close()
        if !policies.isEmpty {
            let bytes = policies.reduce(0) { $0 + $1.count }
            xml.element("PackedPolicySize", min(100, max(1, bytes * 100 / (2 * policyLength))))
        }
    }

    private static func sessionPolicies(_ call: IdentityCall) throws -> [[UInt8]] {
        var policies: [[UInt8]] = []
        if let text = call.form["Policy"] {
            let document = Array(text.utf8)
            guard (1...policyLength).contains(document.count) else {
                throw IdentityError.validation(
                    "Value at 'policy' must have length between 1 and \(policyLength)")
            }
            _ = try IdentityPolicy(document)
            policies.append(document)
        }
        let arns = call.form.list("PolicyArns", "arn")
        guard arns.count <= policyARNs else {
            throw IdentityError.validation("PolicyArns must have at most \(policyARNs) items")
        }
        for arn in arns {
            guard let managed = ManagedPolicy.named(arn) else {
                throw IdentityError(400, "MalformedPolicyDocument", "Policy \(arn) does not exist.")
            }
            policies.append(Array(managed.document.utf8))
        }
        return policies
    }
}

extension IdentityDoor {
    /// The role that an ARN names, of any account.
    func role(_ arn: String) async throws -> Identity? {
        let parts = arn.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0] == "arn", parts[2] == "iam", parts[5].hasPrefix("role/"),
            let name = parts[5].split(separator: "/").last
        else { return nil }
        let found = try await accounts.identity(.role, of: ProjectID(String(parts[4])), named: String(name))
        return found?.arn == arn ? found : nil
    }
}

extension XMLWriter {
    fileprivate mutating func credentials(_ session: IssuedSession) {
        open("Credentials")
        element("AccessKeyId", session.keyID.string)
        element("SecretAccessKey", session.secret)
        element("SessionToken", session.token)
        element("Expiration", ISOTime.text(session.expires))
        close()
    }
}
