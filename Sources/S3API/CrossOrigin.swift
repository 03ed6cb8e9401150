import HTTPServer
import Objects

/// Cross-origin access as a bucket's configuration grants it.
///
/// Source: the Fetch Standard, "CORS protocol"; AWS, "Testing CORS", for the refusals.
extension S3Door {
    /// Names that one preflight may ask for.
    private static let maximumHeaders = 256

    /// The answer to OPTIONS, which is never signed.
    func preflight(_ request: HTTPRequest, _ target: S3Target) async throws -> HTTPResponse {
        guard let origin = request.headers[first: "origin"] else {
            throw S3Error(.badRequest, "Insufficient information. Origin request header needed.")
        }
        let asked = request.headers[first: "access-control-request-method"]
        guard let method = asked, CORSConfiguration.methods.contains(method) else {
            throw S3Error(.badRequest, "Invalid Access-Control-Request-Method: \(asked ?? "null")")
        }
        guard let text = target.bucket else { throw S3Error(.accessForbidden) }
        guard let bucket = try await store.bucket(try BucketName(wire: text)) else {
            throw S3Error(.noSuchBucket, fields: [("BucketName", text)])
        }
        guard let cors = try bucket.cors else {
            throw S3Error(
                .accessForbidden, fields: [("Method", method), ("ResourceType", target.level.resourceType)])
        }
        let names = (request.headers[first: "access-control-request-headers"] ?? "").split(separator: ",")
            .map { $0.trimmed }.filter { !$0.isEmpty }
        guard names.count <= Self.maximumHeaders,
            let grant = cors.grant(origin: origin, method: method, headers: names)
        else {
            throw S3Error(
                .accessForbidden,
                "CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, "
                    + "request method / Access-Control-Request-Method or Access-Control-Request-Headers are not "
                    + "whitelisted by the resource's CORS spec.",
                fields: [("Method", method), ("ResourceType", target.level.resourceType)])
        }
        var headers = HeaderFields()
        headers.add(grant)
        return HTTPResponse(status: 200, headers: headers)
    }

    /// Adds what the bucket grants to the answer of a request from a page, refusals included: a page must be able to
    /// read why.
    func addGrant(to response: inout HTTPResponse, _ request: HTTPRequest, _ target: S3Target?) async {
        guard request.method != .options, let origin = request.headers[first: "origin"],
            let text = target?.bucket, let name = BucketName(text),
            let cors = try? await store.bucket(name)?.cors
        else { return }
        let method = request.headers[first: "access-control-request-method"] ?? request.method.name
        guard let grant = cors.grant(origin: origin, method: method) else {
            response.headers.add(HeaderFields.vary, HeaderFields.corsFields)
            return
        }
        response.headers.add(grant)
    }
}

extension HeaderFields {
    fileprivate static let vary = "Vary"
    fileprivate static let corsFields =
        "Origin, Access-Control-Request-Headers, Access-Control-Request-Method"

    fileprivate mutating func add(_ grant: CORSConfiguration.Grant) {
        add("Access-Control-Allow-Origin", grant.origin)
        add("Access-Control-Allow-Methods", grant.rule.methods.joined(separator: ", "))
        if !grant.headers.isEmpty {
            add("Access-Control-Allow-Headers", grant.headers.joined(separator: ", "))
        }
        if !grant.rule.exposedHeaders.isEmpty {
            add("Access-Control-Expose-Headers", grant.rule.exposedHeaders.joined(separator: ", "))
        }
        if let seconds = grant.rule.maximumAgeSeconds { add("Access-Control-Max-Age", String(seconds)) }
        if grant.allowsCredentials { add("Access-Control-Allow-Credentials", "true") }
        add(Self.vary, Self.corsFields)
    }
}
