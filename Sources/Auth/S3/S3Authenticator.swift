import Digests
package import HTTPServer
import Objects

/// Finds out who sends an S3 request: Signature Version 4 in the Authorization field or the query, Version 2 in
/// the query, or nobody.
///
/// Source: AWS S3 API Reference, "Authenticating Requests (AWS Signature Version 4)".
package struct S3Authenticator: Sendable {
    static let algorithm = "AWS4-HMAC-SHA256"
    /// Seconds by which the clock of a client may differ.
    package static let maximumSkew: Int64 = 15 * 60
    /// Seconds, a week.
    package static let maximumPresignedLifetime: Int64 = 604_800
    /// Names in a list of signed headers.
    static let signedHeadersLimit = 200

    private static let bothKinds =
        "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string "
        + "parameter or the Authorization header should be specified"

    package let keys: KeyRing
    let signingKeys = SigningKeys()
    let chunkBudget: ChunkBudget
    /// Stands in for the secret of a key that does not exist, so that asking for one costs the same.
    let decoySecret = randomBytes(40)

    package init(keys: KeyRing, chunkBudget: ChunkBudget = ChunkBudget()) {
        self.keys = keys
        self.chunkBudget = chunkBudget
    }

    /// Throws unless the request is signed by a key that may be used, or carries no credential at all: then the
    /// principal is `anonymous`.
    ///
    /// `region` is the one that signatures must name; `now` is milliseconds since 1970. `virtualHostBucket` is
    /// the bucket that the Host names, which Version 2 signs as a part of the path. Nothing of the body is read;
    /// `bodyDigest`, its SHA-256 in hex, is for services whose clients do not send it.
    package func authenticate(
        _ request: HTTPRequest, service: String = "s3", region: String, now: Int64,
        virtualHostBucket: String? = nil, bodyDigest: String? = nil
    ) async throws(S3AuthError) -> S3Identity {
        guard let query = CanonicalQuery(request.rawQuery) else { throw .invalidURI }
        let authorization = request.headers.values("authorization")
        let isVersion4Query =
            query.contains("X-Amz-Algorithm") || query.contains("X-Amz-Signature")
            || query.contains("X-Amz-Credential")
        let isVersion2Query = query.contains("AWSAccessKeyId") || query.contains("Signature")
        guard authorization.count <= 1 else {
            throw .authorizationHeaderMalformed("there is more than one authorization header.")
        }
        guard [!authorization.isEmpty, isVersion4Query, isVersion2Query].count(where: { $0 }) <= 1 else {
            throw .invalidArgument(name: "Authorization", value: nil, message: Self.bothKinds)
        }
        let context = Context(
            request: request, query: query, service: service, region: region, now: now / 1000,
            virtualHostBucket: virtualHostBucket, bodyDigest: bodyDigest)
        if let field = authorization.first {
            return try await authenticateHeader(field, context)
        }
        if isVersion4Query { return try await authenticateQuery(context) }
        if isVersion2Query { return try await authenticateVersion2(context) }
        return try anonymous(request)
    }

    /// What the forms of authentication share.
    struct Context: Sendable {
        var request: HTTPRequest
        var query: CanonicalQuery
        var service: String
        var region: String
        /// Seconds since 1970.
        var now: Int64
        var virtualHostBucket: String?
        var bodyDigest: String?
    }

    private func anonymous(_ request: HTTPRequest) throws(S3AuthError) -> S3Identity {
        let payload = try payload(request)?.mode ?? .unspecified
        if case .streamingSigned = payload {
            throw .accessDenied("A body of signed chunks needs a signed request.")
        }
        return S3Identity(
            principal: .anonymous, payload: payload, signing: nil, isPresigned: false,
            hoistedHeaders: HeaderFields(), chunkBudget: chunkBudget)
    }

    /// What `x-amz-content-sha256` says, and its text, which is a part of what is signed; nil when it is absent.
    func payload(_ request: HTTPRequest) throws(S3AuthError) -> (mode: PayloadMode, text: String)? {
        let lines = request.headers.values(PayloadMode.header)
        guard !lines.isEmpty else { return nil }
        let text = CanonicalRequest.headerValue(lines)
        return (try Self.payload(text), text)
    }

    static func payload(_ text: String) throws(S3AuthError) -> PayloadMode {
        guard let mode = PayloadMode(text) else {
            throw .invalidArgument(
                name: PayloadMode.header, value: text,
                message: "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, "
                    + "STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER "
                    + "or a valid sha256 value.")
        }
        return mode
    }

    /// The key with this id. Nil stands for no such key: the caller does its work all the same and then refuses.
    ///
    /// - Parameter token: of a session, which is known by nothing else.
    func credential(_ id: String, token: String?) async throws(S3AuthError) -> Credential? {
        guard SecretRules.isValid(id: KeyID(id)) else { return nil }
        do {
            if let token { return try await keys.credential(id: KeyID(id), token: token) }
            return try await keys.credential(id: KeyID(id))
        } catch KeyRing.TokenFault.expired {
            throw .expiredToken
        } catch KeyRing.TokenFault.malformed {
            throw .invalidToken
        } catch {
            throw .store(error as? StoreError ?? .internalFault("\(error)"))
        }
    }

    /// Decides by the signature; the order tells a stranger only what AWS tells: whether a key exists.
    func accept(_ credential: Credential?, _ isGenuine: Bool, _ evidence: SignatureEvidence)
        throws(S3AuthError)
        -> Credential
    {
        guard let credential else { throw .invalidAccessKeyID(evidence.accessKeyID) }
        guard isGenuine else { throw .signatureDoesNotMatch(evidence) }
        guard !credential.isPaused else { throw .accessDenied("The access key is paused.") }
        return credential
    }
}
