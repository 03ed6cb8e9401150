package import Auth
import Digests
package import HTTPServer
package import Logging
import NIOCore
import Objects
import XML

/// STS and IAM, as far as tools and applications use them: the S3 host takes their requests too.
///
/// The account is the project, and the project's own keys are its root.
package final class IdentityDoor: Sendable {
    let accounts: any AccountCatalog
    let keys: KeyRing
    let authorizer: Authorizer
    private let authenticator: S3Authenticator
    let region: String
    private let logger: Logger

    package init(authenticator: S3Authenticator, authorizer: Authorizer, region: String, logger: Logger) {
        self.authenticator = authenticator
        keys = authenticator.keys
        accounts = authenticator.keys.accounts
        self.authorizer = authorizer
        self.region = region
        self.logger = logger
    }

    /// Whether a request to the S3 host is for this door: a form, or a query, that names an action.
    package static func isAddressed(by request: HTTPRequest) -> Bool {
        guard request.rawPath == "/" else { return false }
        switch request.method {
        case .post:
            return request.headers[first: "content-type"]?.lowercased()
                .hasPrefix("application/x-www-form-urlencoded") == true
        case .get:
            guard let query = request.rawQuery else { return false }
            let names = query.split(separator: "&").compactMap { $0.split(separator: "=").first }
            return names.contains("Action") && names.contains("Version")
        default: return false
        }
    }

    /// Answers one request; every failure is an answer.
    package func respond(_ request: HTTPRequest) async -> HTTPResponse {
        var service = IdentityService.iam
        var operation: String?
        var response: HTTPResponse
        do {
            response = try await answer(request, &service, &operation)
        } catch {
            let refusal = IdentityError(any: error)
            if let cause = refusal.cause {
                logger.error(
                    "IAM request failed",
                    metadata: ["request": "\(request.id)", "code": "\(refusal.code)", "cause": "\(cause)"])
            }
            response = refusal.response(request, namespace: service.namespace)
        }
        response.operation = operation
        response.headers.add("x-amzn-RequestId", request.id)
        return response
    }

    private func answer(
        _ request: HTTPRequest, _ service: inout IdentityService, _ named: inout String?
    ) async throws -> HTTPResponse {
        let bytes: [UInt8]
        if request.method == .post {
            request.body.limit(to: Int64(QueryForm.maximumLength))
            bytes = Array((try await request.body.collect(upTo: QueryForm.maximumLength)).readableBytesView)
        } else {
            bytes = []
        }
        let form = try QueryForm(
            request.method == .post ? String(decoding: bytes, as: UTF8.self) : request.rawQuery ?? "")
        guard let version = form["Version"], let known = IdentityService(version: version) else {
            throw IdentityError(
                400, "InvalidAction", "Could not find operation for version \(form["Version"] ?? "")")
        }
        service = known
        let action = form["Action"] ?? ""
        guard let operation = IdentityOperation.all[known]?[action] else {
            throw IdentityError(
                400, "InvalidAction", "Could not find operation \(action) for version \(version)")
        }
        named = operation.name.description
        let identity = try await authenticator.authenticate(
            request, service: known.name, region: Self.region(request) ?? region,
            now: request.receivedAt, bodyDigest: SHA256Digest.hash(bytes).hex)
        guard let credential = identity.principal.credential else { throw IdentityError.missingToken }
        var call = IdentityCall(
            request: request, form: form, credential: credential, principal: identity.principal,
            conditions: RequestConditions(request, identity.principal, tags: nil))
        try await permit(&call, operation, known)
        var xml = XMLWriter()
        xml.open(operation.response, ("xmlns", known.namespace))
        if let result = operation.result {
            xml.open(result)
            try await operation.run(self, call, &xml)
            xml.close()
        } else {
            try await operation.run(self, call, &xml)
        }
        xml.open("ResponseMetadata")
        xml.element("RequestId", request.id)
        xml.close()
        xml.close()
        return HTTPResponse(
            status: 200, headers: ["Content-Type": "text/xml"],
            body: .bytes(xml.withBytes { ByteBuffer(bytes: $0) }))
    }

    /// Finds what the request is about and asks whether the caller may do this; what does not exist is judged by
    /// the name that it would have.
    private func permit(
        _ call: inout IdentityCall, _ operation: IdentityOperation, _ service: IdentityService
    ) async throws {
        for name in IdentityOperation.refusedParameters where call.form[name] != nil {
            throw IdentityError(501, "NotImplemented", "The parameter \(name) is not implemented.")
        }
        var resource = "*"
        switch operation.subject {
        case .nothing: break
        case .unjudged: return
        case .new(let kind):
            let name = try call.name(kind.parameter, limit: kind.nameLimit)
            resource = Self.arn(call.account, kind, (try call.path("Path") ?? "/") + name)
        case .named(let kind):
            let name = try call.name(kind.parameter, limit: kind.nameLimit)
            call.found = try await accounts.identity(kind, of: call.account, named: name)
            resource = call.found?.arn ?? Self.arn(call.account, kind, "/" + name)
        case .callerOrUser:
            if call.form["UserName"] != nil {
                let name = try call.name("UserName")
                call.found = try await accounts.identity(.user, of: call.account, named: name)
                resource = call.found?.arn ?? Self.arn(call.account, .user, "/" + name)
            } else if let actor = call.credential.actor {
                guard actor.userName != nil else {
                    throw IdentityError.validation(
                        "Must specify userName when calling with non-User credentials")
                }
                call.found = try await accounts.identity(actor.identity)
                resource = actor.arn
            } else {
                resource = call.callerARN
            }
        }
        let action = "\(service.name):\(operation.name)"
        guard
            authorizer.authorize(call.principal, action, on: resource, conditions: call.conditions).isAllowed
        else { throw IdentityError.denied(call.callerARN, action, resource) }
    }

    private static func arn(_ account: ProjectID, _ kind: Identity.Kind, _ name: String) -> String {
        "arn:aws:iam::\(account):\(kind.rawValue)\(name)"
    }

    /// The region that the client signed for: IAM has one for the whole world, whichever the S3 host has.
    private static func region(_ request: HTTPRequest) -> String? {
        let text = request.headers[first: "authorization"] ?? request.rawQuery ?? ""
        guard let mark = text.firstRange(of: "Credential=") else { return nil }
        let scope = text[mark.upperBound...].prefix { $0 != "," && $0 != "&" }
        let parts = String(scope).replacing("%2F", with: "/").split(
            separator: "/", omittingEmptySubsequences: false)
        return parts.count == 5 ? String(parts[2]) : nil
    }
}
