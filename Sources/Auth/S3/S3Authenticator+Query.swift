import HTTPServer

extension S3Authenticator {
    private static let required =
        "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, "
        + "X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters."

    /// Parameters that authenticate; every other `x-amz-*` one stands for a header field.
    private static let authenticating: Set<String> = [
        "x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-expires", "x-amz-signedheaders",
        "x-amz-signature", "x-amz-security-token", "x-amz-content-sha256",
    ]

    /// A URL signed with Version 4.
    ///
    /// Source: AWS S3 API Reference, "Authenticating Requests: Using Query Parameters".
    func authenticateQuery(_ context: Context) async throws(S3AuthError) -> S3Identity {
        let query = context.query
        guard try Self.parameter("X-Amz-Algorithm", query) == Self.algorithm else {
            throw .authorizationQueryParameters("X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256\"")
        }
        let credentialText = try Self.parameter("X-Amz-Credential", query)
        let signature = try Self.parameter("X-Amz-Signature", query)
        let dateText = try Self.parameter("X-Amz-Date", query)
        let signedHeaders = try Self.parameter("X-Amz-SignedHeaders", query)
        let lifetime = try Self.lifetime(try Self.parameter("X-Amz-Expires", query))
        let scope = try Self.queryScope(credentialText, context)
        guard let timestamp = AWSTimestamp(dateText) else {
            throw .authorizationQueryParameters(
                "X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"")
        }
        guard timestamp.date.utf8.elementsEqual(scope.date.utf8) else {
            throw .authorizationQueryParameters(
                "Invalid credential date \"\(scope.date)\". This date is not the same as X-Amz-Date: "
                    + "\"\(timestamp.date)\".")
        }
        try Self.checkTime(timestamp, lifetime: lifetime, now: context.now)
        let tokens = query.values("X-Amz-Security-Token")
        guard tokens.count <= 1, !query.contains("X-Amz-Security-Token") || tokens.first?.isEmpty == false
        else { throw .invalidToken }
        let payload = try queryPayload(context)
        let (credential, signer) = try await verify(
            Version4(
                scope: scope, timestamp: timestamp, signedHeaders: signedHeaders, signature: signature,
                payloadText: payload?.text ?? context.bodyDigest ?? PayloadMode.unsignedText,
                query: query.canonical(excluding: "X-Amz-Signature"), token: tokens.first), context)
        return S3Identity(
            principal: .key(credential), payload: payload?.mode ?? .unspecified, signing: signer,
            isPresigned: true, hoistedHeaders: Self.hoisted(context, except: Self.authenticating),
            chunkBudget: chunkBudget, form: SignatureForm(.query, signedAt: timestamp, now: context.now))
    }

    /// Fields that some tools put into a URL that they sign.
    static func hoisted(_ context: Context, except names: Set<String>) -> HeaderFields {
        var fields = HeaderFields()
        for item in context.query.items {
            let name = item.encodedName.lowercased()
            if name.hasPrefix("x-amz-"), !names.contains(name), !context.request.headers.contains(name) {
                fields.add(name, item.value ?? "")
            }
        }
        return fields
    }

    private static func parameter(_ name: String, _ query: CanonicalQuery) throws(S3AuthError) -> String {
        let values = query.values(name)
        guard values.count == 1, let value = values.first, !value.isEmpty else {
            throw .authorizationQueryParameters(required)
        }
        return value
    }

    /// Seconds; 0 is a URL that has expired already.
    private static func lifetime(_ text: String) throws(S3AuthError) -> Int64 {
        guard let seconds = Int64(text), text.utf8.first != 0x2B else {
            throw .authorizationQueryParameters("X-Amz-Expires should be a number")
        }
        guard seconds >= 0 else {
            throw .lifetimeOutOfRange("X-Amz-Expires must be non-negative")
        }
        guard seconds <= maximumPresignedLifetime else {
            throw .lifetimeOutOfRange(
                "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be "
                    + "less than \(maximumPresignedLifetime) seconds")
        }
        return seconds
    }

    private static func checkTime(
        _ timestamp: AWSTimestamp, lifetime: Int64, now: Int64
    ) throws(S3AuthError) {
        guard timestamp.seconds <= now + maximumSkew else {
            throw .accessDenied("Request is not valid yet")
        }
        let expires = timestamp.seconds + lifetime
        guard lifetime > 0, now <= expires else {
            throw .requestExpired(expires: expires, lifetime: lifetime, serverTime: now)
        }
    }

    static func queryScope(
        _ credential: String, _ context: Context
    ) throws(S3AuthError) -> CredentialScope {
        let prefix = "Error parsing the X-Amz-Credential parameter; "
        do {
            return try CredentialScope.parse(credential, service: context.service, region: context.region)
        } catch {
            switch error {
            case .malformed:
                throw .authorizationQueryParameters(
                    prefix + "the Credential is mal-formed; expecting "
                        + "\"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\".")
            case .date(let sent):
                throw .authorizationQueryParameters(
                    prefix + "incorrect date format \"\(sent)\". This date in the credential must be in the "
                        + "format \"yyyyMMdd\".")
            case .region(let sent):
                throw .authorizationQueryParameters(
                    prefix + "the region '\(sent)' is wrong; expecting '\(context.region)'",
                    region: context.region)
            case .service(let sent):
                throw .authorizationQueryParameters(
                    prefix + "incorrect service \"\(sent)\". This endpoint belongs to \"\(context.service)\"."
                )
            case .terminator(let sent):
                throw .authorizationQueryParameters(
                    prefix + "incorrect terminal \"\(sent)\". This endpoint uses "
                        + "\"\(CredentialScope.terminator)\".")
            }
        }
    }

    /// The field, or the parameter that some tools make of it; both only if they say the same.
    private func queryPayload(_ context: Context) throws(S3AuthError) -> (mode: PayloadMode, text: String)? {
        let inHeader = try payload(context.request)
        let inQuery = context.query.values("X-Amz-Content-Sha256")
        guard let text = inQuery.first else { return inHeader }
        guard inQuery.count == 1, inHeader == nil || inHeader?.text == text else {
            throw .invalidArgument(
                name: PayloadMode.header, value: text,
                message: "x-amz-content-sha256 is given more than once.")
        }
        return (try Self.payload(text), text)
    }
}
