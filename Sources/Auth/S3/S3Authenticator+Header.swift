import HTTPServer

extension S3Authenticator {
    /// A request with one Authorization field.
    func authenticateHeader(_ field: String, _ context: Context) async throws(S3AuthError) -> S3Identity {
        let authorization = try AuthorizationField(try Self.version4(field))
        let scope = try Self.headerScope(authorization.credential, context)
        let timestamp = try Self.timestamp(context.request)
        guard timestamp.date.utf8.elementsEqual(scope.date.utf8) else {
            throw .authorizationHeaderMalformed(
                "Invalid credential date \"\(scope.date)\". This date is not the same as X-Amz-Date: "
                    + "\"\(timestamp.date)\".")
        }
        guard abs(context.now - timestamp.seconds) <= Self.maximumSkew else {
            throw .requestTimeTooSkewed(requestTime: timestamp.text, serverTime: context.now)
        }
        guard let payload = try payload(context) else {
            throw .invalidRequest("Missing required header for this request: x-amz-content-sha256")
        }
        let tokens = context.request.headers.values("x-amz-security-token")
        guard tokens.count <= 1 else { throw .invalidToken }
        let (credential, signer) = try await verify(
            Version4(
                scope: scope, timestamp: timestamp, signedHeaders: authorization.signedHeaders,
                signature: authorization.signature, payloadText: payload.text,
                query: context.query.canonical(), token: tokens.first.flatMap { $0.isEmpty ? nil : $0 }),
            context)
        return S3Identity(
            principal: .key(credential), payload: payload.mode, signing: signer, isPresigned: false,
            hoistedHeaders: HeaderFields(), chunkBudget: chunkBudget,
            form: SignatureForm(.header, signedAt: timestamp, now: context.now))
    }

    /// Of a request whose body is known, the digest of that, whatever the request says of it.
    private func payload(_ context: Context) throws(S3AuthError) -> (mode: PayloadMode, text: String)? {
        guard let digest = context.bodyDigest else { return try payload(context.request) }
        let sent = try payload(context.request)
        if let sent, case .signedDigest = sent.mode, sent.text != digest {
            throw .contentSHA256Mismatch(client: sent.text, computed: digest)
        }
        return (.unspecified, sent?.text ?? digest)
    }

    /// What follows the algorithm. Throws for other schemes what AWS answers to each.
    private static func version4(_ field: String) throws(S3AuthError) -> Substring {
        let parts = field.utf8.split(separator: 0x20, maxSplits: 1).map { Substring($0) }
        guard let scheme = parts.first, scheme.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw .accessDenied("Access Denied")
        }
        let rest = parts.count == 2 ? parts[1] : ""
        if scheme.utf8.elementsEqual(algorithm.utf8) { return rest }
        if scheme == "AWS" {
            guard rest.contains(":") else {
                throw .invalidArgument(
                    name: "Authorization", value: nil,
                    message: "AWS authorization header is invalid.  Expected AwsAccessKeyId:signature")
            }
        } else if !scheme.hasPrefix("AWS4-") {
            throw .invalidArgument(
                name: "Authorization", value: nil, message: "Unsupported Authorization Type")
        }
        throw .invalidRequest(
            "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.")
    }

    private static func headerScope(
        _ credential: String, _ context: Context
    ) throws(S3AuthError) -> CredentialScope {
        do {
            return try CredentialScope.parse(credential, service: context.service, region: context.region)
        } catch {
            switch error {
            case .malformed:
                throw .authorizationHeaderMalformed(
                    "the Credential is mal-formed; expecting "
                        + "\"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\".")
            case .date(let sent):
                throw .authorizationHeaderMalformed(
                    "incorrect date format \"\(sent)\". This date in the credential must be in the format "
                        + "\"yyyyMMdd\".")
            case .region(let sent):
                throw .authorizationHeaderMalformed(
                    "the region '\(sent)' is wrong; expecting '\(context.region)'", region: context.region)
            case .service(let sent):
                throw .authorizationHeaderMalformed(
                    "incorrect service \"\(sent)\". This endpoint belongs to \"\(context.service)\".")
            case .terminator(let sent):
                throw .authorizationHeaderMalformed(
                    "incorrect terminal \"\(sent)\". This endpoint uses \"\(CredentialScope.terminator)\".")
            }
        }
    }

    /// Python's mail library, by which boto writes `Date`, spells GMT as a number.
    private static func withZoneName(_ date: String) -> String {
        guard date.hasSuffix(" -0000") || date.hasSuffix(" +0000") else { return date }
        return String(date.dropLast(5)) + "GMT"
    }

    /// `x-amz-date`, else `Date`; either may have either format.
    private static func timestamp(_ request: HTTPRequest) throws(S3AuthError) -> AWSTimestamp {
        let amazon = request.headers.values("x-amz-date")
        let lines = amazon.isEmpty ? request.headers.values("date") : amazon
        let text = lines.count == 1 ? CanonicalRequest.headerValue(lines) : ""
        if let timestamp = AWSTimestamp(text) { return timestamp }
        if let seconds = HTTPDate.parse(Self.withZoneName(text)),
            let timestamp = AWSTimestamp(seconds: seconds)
        {
            return timestamp
        }
        throw .accessDenied("AWS authentication requires a valid Date or x-amz-date header")
    }
}
