package import Objects

/// Decides what a principal may do: the one place that every door asks. Pure.
///
/// A key opens its own project within its role; a link opens one key of its project within its method and its key's
/// role; a public domain lets anybody read its bucket, through that domain only. Policies and access control lists
/// open a bucket and its objects to others at the S3 door. What a policy denies is denied at every door.
package struct Authorizer: Sendable {
    package init() {}

    /// `bucket` is nil for actions on no bucket, and for a bucket that does not exist: whoever may act in
    /// principle then learns so. `key` is what a link must be for; nil leaves that to whoever verified the link.
    ///
    /// - Parameters:
    ///   - name: of a bucket that is to be made.
    ///   - object: of the version that the action is about, when it is about one that exists.
    package func authorize(
        _ principal: Principal, _ action: Action, bucket: Bucket?, name: BucketName? = nil,
        key: ObjectKey? = nil,
        object: ObjectAttributes? = nil, conditions: RequestConditions = .none, via door: Door
    ) -> Decision {
        let own = self.own(principal, action, bucket: bucket, key: key, via: door)
        if let credential = principal.credential, let actor = credential.actor {
            let request = PolicyRequest(
                caller: PolicyCaller(principal), action: action, bucket: bucket?.name ?? name, key: key,
                values: conditions.values)
            return narrowed(own, actor, of: credential.project, request, action, bucket, object, door)
        }
        guard let bucket, !bucket.configurations.isEmpty || object?.owner != nil || object?.acl != nil else {
            return own
        }
        do {
            return try widened(own, principal, action, bucket, key, object, conditions, door)
        } catch {
            return .deny(.unreadable)
        }
    }

    /// What keys, links and domains open by themselves.
    private func own(
        _ principal: Principal, _ action: Action, bucket: Bucket?, key: ObjectKey?, via door: Door
    ) -> Decision {
        if case .delivery(let domain) = door, let bucket, domain.bucket != bucket.id {
            return .deny(.otherBucket)
        }
        switch principal {
        case .anonymous:
            return anonymous(action, bucket: bucket, door: door)
        case .key(let credential):
            return self.key(credential, action, bucket: bucket, door: door)
        case .signedLink(let credential, let grant):
            guard case .delivery(let domain) = door, domain.acceptsFirstFormSignatures else {
                return .deny(.linkForm)
            }
            if let key, key.bytes != grant.path { return .deny(.linkPath) }
            guard grant.allows(action) else { return .deny(.linkMethod) }
            return self.key(credential, action, bucket: bucket, door: door)
        }
    }

    /// `own`, after the bucket's policy, its access control list and the object's have been asked.
    private func widened(
        _ own: Decision, _ principal: Principal, _ action: Action, _ bucket: Bucket, _ key: ObjectKey?,
        _ object: ObjectAttributes?, _ conditions: RequestConditions, _ door: Door
    ) throws(StoreError) -> Decision {
        let account = principal.credential?.project
        let policy = try bucket.policy
        let verdict =
            policy?.verdict(
                on: PolicyRequest(
                    caller: PolicyCaller(principal), action: action, bucket: bucket.name, key: key,
                    values: conditions.values
                ))
            ?? .silent
        // Else an owner could shut the bucket for good.
        let isOwnersWayBack = own.isAllowed && action.isAboutPolicy
        if verdict == .deny, !isOwnersWayBack { return .deny(.policy) }

        let lists = AccessLists(bucket, object)
        switch own {
        case .allow, .allowNewKeysOnly:
            if account == nil, bucket.publicAccessBlock.restrictsPublicBuckets {
                return .deny(.publicAccessBlock)
            }
            if lists.isForeignObject, action.needsObjectOwner, try !lists.allow(action, account) {
                return .deny(.objectOwner)
            }
            return own
        case .deny(let reason):
            guard case .s3 = door, reason == .anonymous || reason == .otherProject else { return own }
            if let role = principal.credential?.role, !within(role, action).isAllowed { return own }
            let isShut = policy?.isPublic == true && bucket.publicAccessBlock.restrictsPublicBuckets
            let isGranted = verdict == .allow && !isShut
            guard try isGranted ? true : lists.allow(action, account) else { return own }
            return principal.credential.map { within($0.role, action) } ?? .allow
        }
    }

    private func anonymous(_ action: Action, bucket: Bucket?, door: Door) -> Decision {
        guard case .delivery(let domain) = door, !domain.isPrivate, bucket != nil, action == .getObject else {
            return .deny(.anonymous)
        }
        return .allow
    }

    private func key(_ credential: Credential, _ action: Action, bucket: Bucket?, door: Door) -> Decision {
        if credential.isPaused { return .deny(.paused) }
        if let bucket, bucket.project != credential.project { return .deny(.otherProject) }
        if case .delivery(let domain) = door, domain.project != credential.project {
            return .deny(.otherProject)
        }
        return within(credential.role, action)
    }

    private func within(_ role: Role, _ action: Action) -> Decision {
        switch role {
        case .full: .allow
        case .read: action.isRead ? .allow : .deny(.role(.read))
        case .upload: Self.uploadRole(action)
        }
    }

    private static func uploadRole(_ action: Action) -> Decision {
        switch action {
        case .putObject, .abortMultipartUpload, .listMultipartUploadParts: .allowNewKeysOnly
        // Tools ask for the region before they upload; it tells nothing about what is stored.
        case .getBucketLocation: .allow
        default: .deny(.role(.upload))
        }
    }
}

extension LinkGrant {
    fileprivate func allows(_ action: Action) -> Bool {
        switch method {
        case .get: action == .getObject
        case .put:
            action == .putObject || action == .listMultipartUploadParts || action == .abortMultipartUpload
        }
    }
}
