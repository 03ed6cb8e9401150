package import Auth
package import HTTPServer
package import Logging
package import Objects
import XML

/// The S3 protocol: takes requests apart, asks who may do what, and calls the store.
///
/// Every refusal that does not depend on the body comes before the body is asked for, so a client that sent
/// `Expect: 100-continue` keeps its bytes.
package final class S3Door: Sendable {
    /// AWS's second name of a request, for its own support; here it only has to be there.
    static let hostID = "coffer"

    let store: ObjectStore
    let settings: S3Settings
    let logger: Logger
    let authenticator: S3Authenticator
    let authorizer: Authorizer
    let vault: KeyVault
    let accessLog: AccessLog
    private let router = S3Router()

    package init(
        store: ObjectStore, authenticator: S3Authenticator, authorizer: Authorizer,
        settings: S3Settings = S3Settings(), accessLog: AccessLog = AccessLog(), logger: Logger
    ) {
        self.store = store
        self.authenticator = authenticator
        vault = authenticator.keys.vault
        self.authorizer = authorizer
        self.accessLog = accessLog
        var settings = settings
        settings.hostSuffixes.sort { $0.utf8.count > $1.utf8.count }
        self.settings = settings
        self.logger = logger
    }

    /// Answers one request; every failure is an answer.
    package func respond(_ request: HTTPRequest) async -> HTTPResponse {
        var facts = S3Facts()
        var response: HTTPResponse
        do {
            let target = try S3Target(request, hostSuffixes: settings.hostSuffixes)
            facts.target = target
            response = try await answer(request, target, &facts)
        } catch {
            let error = S3Error(any: error)
            facts.errorCode = error.code
            response = refusal(error, request, facts.target)
        }
        if request.method == .head, facts.target?.level == .bucket, response.status != 404 {
            // From a refusal too, as on AWS: tools ask so, unsigned or for a wrong region, to learn the right one.
            response.headers.add("x-amz-bucket-region", settings.region)
        }
        response.operation = facts.operation?.rawValue
        await addGrant(to: &response, request, facts.target)
        response.headers.add("x-amz-request-id", request.id)
        response.headers.add("x-amz-id-2", Self.hostID)
        await addRecord(to: &response, request, facts)
        return response
    }

    private func refusal(_ error: S3Error, _ request: HTTPRequest, _ target: S3Target?) -> HTTPResponse {
        if let cause = error.cause {
            logger.error(
                "S3 request failed",
                metadata: ["request": "\(request.id)", "code": "\(error.code)", "cause": "\(cause)"])
        }
        return error.response(to: request, target)
    }
}

extension S3Door {
    /// `facts` are set as soon as they are known, for refusals too.
    private func answer(
        _ request: HTTPRequest, _ target: S3Target, _ facts: inout S3Facts
    ) async throws -> HTTPResponse {
        if request.method == .options { return try await preflight(request, target) }
        let query = try S3Query(request.rawQuery)
        let identity: S3Identity
        do {
            identity = try await authenticator.authenticate(
                request, region: settings.region, now: store.now,
                virtualHostBucket: target.isVirtualHost ? target.bucket : nil)
        } catch {
            throw S3Error(auth: error)
        }
        facts.identity = identity
        let headers = try Self.headers(request, identity)
        let row = try router.row(target.level, request.method, query: query, headers: headers)
        facts.operation = row.operation
        guard let action = row.action, row.isAnswered else {
            throw S3Error(.notImplemented, fields: [("Operation", row.operation.rawValue)])
        }
        let call = try await allowed(request, headers, query, row, action, identity, target)
        switch row.answer {
        case .served(let handler): return try await handler(self, call)
        case .emptyDocument(let root): return .xml { $0.empty(root, ("xmlns", XMLNamespace.s3)) }
        case .notConfigured(let code):
            throw S3Error.notConfigured(code, call.bucket)
        case .notImplemented, .sameAs: preconditionFailure("The router gives neither")
        }
    }

    /// Looks the bucket up and asks whether the caller may do this; CreateBucket has no bucket yet.
    private func allowed(
        _ request: HTTPRequest, _ headers: HeaderFields, _ query: S3Query, _ row: S3OperationRow,
        _ action: Action, _ identity: S3Identity, _ target: S3Target
    ) async throws -> S3Call {
        var bucket: Bucket?
        if let text = target.bucket, row.operation != .createBucket {
            let name = try BucketName(wire: text)
            bucket = try await store.bucket(name)
            if bucket == nil { throw S3Error(.noSuchBucket) }
        }
        let key: ObjectKey? = if let bytes = target.key { try ObjectKey(wire: bytes) } else { nil }
        if let bucket, let owner = headers[first: "x-amz-expected-bucket-owner"],
            owner != bucket.project.string
        {
            throw S3Error(.accessDenied)
        }
        if let bucket, bucket.requesterPays, identity.principal.credential?.project != bucket.project,
            headers[first: "x-amz-request-payer"]?.lowercased() != "requester"
        {
            throw S3Error(.accessDenied)
        }
        var call = S3Call(
            request: request, headers: headers, target: target, query: query, row: row, identity: identity,
            resolvedBucket: bucket, resolvedKey: key, allowsNewKeysOnly: false)
        // Each key of a list of deletions is decided about by itself, and the fields of a form say who sends it.
        if row.operation != .deleteObjects, row.operation != .postObject {
            call.allowsNewKeysOnly = try await authorize(call, action)
        }
        return call
    }

    /// The request's header fields and those that a presigned URL carries as parameters.
    ///
    /// AWS honours the latter but for checksums, which some SDKs sign for an empty body before they know the real
    /// one. Throws `InvalidArgument` for a value that could not have come in a header.
    private static func headers(_ request: HTTPRequest, _ identity: S3Identity) throws(S3Error)
        -> HeaderFields
    {
        guard identity.isPresigned, !identity.hoistedHeaders.isEmpty else { return request.headers }
        var headers = request.headers
        for (name, value) in identity.hoistedHeaders
        where !name.hasPrefix("x-amz-checksum-") && !bodyFields.contains(name) {
            guard value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
                throw .argument(name, value, "Invalid header value")
            }
            headers.add(name, value)
        }
        return headers
    }

    /// Fields about how the body comes, which was not known when the URL was made.
    private static let bodyFields: Set<String> = [
        "x-amz-content-sha256", "x-amz-sdk-checksum-algorithm", "x-amz-trailer",
        "x-amz-decoded-content-length",
    ]
}
