import Auth
import HTTPServer
import Objects

extension DeliveryDoor {
    /// Who sends the request. What is sent must be valid: a wrong credential is refused even where none is needed.
    func authenticate(
        _ request: HTTPRequest, site: Site, key: ObjectKey, query: DeliveryQuery
    ) async throws -> Principal {
        let fields = request.headers.values("authorization")
        if query.isSigned {
            guard fields.isEmpty else {
                throw Refusal.invalid("Send an Authorization field or a signed URL, not both.")
            }
            return try await link(request, site: site)
        }
        guard let field = fields.first else { return .anonymous }
        guard fields.count == 1 else { throw Refusal.invalid("There is more than one Authorization field.") }
        guard let token = bearerToken(field) else { throw Refusal.wrongCredential }
        guard let credential = try await keys.credential(bearer: token), !credential.isPaused else {
            throw Refusal.wrongCredential
        }
        return .key(credential)
    }

    /// What stands behind `Bearer` (RFC 6750 section 2.1; the scheme is without case).
    private func bearerToken(_ field: String) -> String? {
        let parts = field.split(separator: " ", omittingEmptySubsequences: true)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return String(parts[1])
    }

    /// Asks the one authoriser; returns whether only new keys may be written.
    @discardableResult
    func authorize(
        _ visit: Visit, _ action: Action, object: ObjectAttributes? = nil
    ) throws(Refusal) -> Bool {
        switch decision(visit, visit.principal, action, object) {
        case .allow: return false
        case .allowNewKeysOnly: return true
        case .deny(let reason):
            // What anybody may read, the holder of a key that may not read may read too.
            let isOpenToAll = action == .getObject && decision(visit, .anonymous, action, object).isAllowed
            if isOpenToAll, case .key = visit.principal { return false }
            throw Refusal(reason)
        }
    }

    private func decision(
        _ visit: Visit, _ principal: Principal, _ action: Action, _ object: ObjectAttributes?
    ) -> Decision {
        // Without a policy nobody asks for conditions, and a GET of a plain bucket makes none.
        let hasPolicy = visit.site.bucket.configurations[.policy] != nil
        return authorizer.authorize(
            principal, action, bucket: visit.site.bucket, key: visit.key, object: object,
            conditions: hasPolicy ? RequestConditions(visit.request, principal, tags: object?.tags) : .none,
            via: visit.site.door)
    }

    /// The key that an upload belongs to.
    func author(_ visit: Visit) throws(Refusal) -> KeyID {
        guard let credential = visit.principal.credential else { throw .noCredential }
        return credential.keyID
    }

    private func link(_ request: HTTPRequest, site: Site) async throws -> Principal {
        let credentials = try await keys.credentials(of: site.bucket.project)
        let verdict = SignedURL.verify(
            rawPath: request.rawPath, rawQuery: request.rawQuery, credentials: credentials, now: store.now)
        switch verdict {
        case .valid(let credential, let grant):
            return .signedLink(credential, grant)
        case .invalid(.expired):
            throw Refusal.signature("The signed URL has expired.")
        case .absent, .invalid(.malformed), .invalid(.mismatch):
            throw Refusal.signature("The signed URL is incomplete, altered, or for something else.")
        }
    }
}

extension Refusal {
    /// What is told of the authoriser's reasons.
    init(_ reason: Decision.Reason) {
        switch reason {
        case .anonymous: self = .noCredential
        case .paused: self = .wrongCredential
        case .otherProject, .otherBucket: self = .forbidden("The key belongs to another project.")
        case .role(let role): self = .forbidden("A key with the role \(role.rawValue) does not permit this.")
        case .identityPolicy: self = .forbidden("The policies of the key's user do not permit this.")
        case .policy, .publicAccessBlock, .objectOwner, .unreadable:
            self = .forbidden("The bucket does not permit this.")
        case .linkMethod, .linkPath, .linkForm: self = .signature("The signed URL is for something else.")
        }
    }
}
