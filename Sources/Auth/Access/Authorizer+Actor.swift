package import Objects

extension Authorizer {
    /// Decides for a user or a role's session, whom `own` opens no more than its account has.
    ///
    /// Within the account either its own policies or the bucket's suffice, from another account both are needed; a
    /// deny of any wins, and a session's policy narrows what its role may.
    ///
    /// Source: AWS IAM, "Policy evaluation logic".
    func narrowed(
        _ own: Decision, _ actor: Actor, of account: ProjectID, _ request: PolicyRequest, _ action: Action,
        _ bucket: Bucket?,
        _ object: ObjectAttributes?, _ door: Door
    ) -> Decision {
        var isForeign = false
        switch own {
        case .allow, .allowNewKeysOnly: break
        case .deny(.otherProject):
            guard case .s3 = door, bucket != nil else { return own }
            isForeign = true
        case .deny: return own
        }
        guard actor.verdict(on: request) != .deny, actor.sessionVerdict(on: request) != .deny else {
            return .deny(.identityPolicy)
        }
        guard let bucket else { return actor.mayByItself(request) ? .allow : .deny(.identityPolicy) }
        do {
            return try together(actor, account, request, action, bucket, object, isForeign: isForeign)
        } catch {
            return .deny(.unreadable)
        }
    }

    private func together(
        _ actor: Actor, _ account: ProjectID, _ request: PolicyRequest, _ action: Action, _ bucket: Bucket,
        _ object: ObjectAttributes?, isForeign: Bool
    ) throws(StoreError) -> Decision {
        let policy = try bucket.policy
        var (verdict, match) = policy?.statements.verdict(on: request) ?? (.silent, .none)
        if verdict == .deny { return .deny(.policy) }
        let isShut = policy?.isPublic == true && bucket.publicAccessBlock.restrictsPublicBuckets
        let lists = AccessLists(bucket, object)
        let mayByItself = actor.mayByItself(request)
        if isForeign {
            let isGranted = verdict == .allow && !isShut
            guard try isGranted ? true : lists.allow(action, account) else { return .deny(.otherProject) }
            return mayByItself ? .allow : .deny(.identityPolicy)
        }
        if lists.isForeignObject, action.needsObjectOwner, try !lists.allow(action, account) {
            return .deny(.objectOwner)
        }
        if mayByItself { return .allow }
        // The account was meant, and it decides by its own policies, which said no.
        if match == .account { verdict = .silent }
        let isWithinSession = match == .session || actor.sessionVerdict(on: request) == .allow
        // Of the account's own list only what is granted to everybody: the rest is the account's to give.
        guard isWithinSession, try verdict == .allow ? true : lists.allow(action, nil) else {
            return .deny(.identityPolicy)
        }
        return .allow
    }

    /// Decides about an action of IAM or STS, by its name with the service's before it.
    ///
    /// - Parameter resource: an ARN, or `*` for what is about none in particular.
    package func authorize(
        _ principal: Principal, _ action: String, on resource: String, conditions: RequestConditions
    ) -> Decision {
        guard let credential = principal.credential else { return .deny(.anonymous) }
        if credential.isPaused { return .deny(.paused) }
        guard let actor = credential.actor else {
            let verb = action.split(separator: ":").last ?? ""
            let isRead = verb.hasPrefix("Get") || verb.hasPrefix("List")
            switch credential.role {
            case .full: return .allow
            case .read: return isRead ? .allow : .deny(.role(.read))
            case .upload: return .deny(.role(.upload))
            }
        }
        let request = PolicyRequest(
            caller: PolicyCaller(principal), action: action, resource: resource, values: conditions.values)
        return actor.mayByItself(request) ? .allow : .deny(.identityPolicy)
    }

    /// Whether the caller may take on a role whose trust policy is `trust`.
    ///
    /// A policy that names the caller is enough within the account; one that names the account, or is another
    /// account's, leaves it to the caller's own policies too.
    package func authorize(
        _ principal: Principal, toAssume role: Identity, trust: TrustPolicy, conditions: RequestConditions
    ) -> Decision {
        guard let credential = principal.credential else { return .deny(.anonymous) }
        if credential.isPaused { return .deny(.paused) }
        let action = "sts:AssumeRole"
        let request = PolicyRequest(
            caller: PolicyCaller(principal), action: action, resource: role.arn, values: conditions.values)
        let (verdict, match) = trust.verdict(on: request)
        guard verdict == .allow else { return .deny(.policy) }
        let own = authorize(principal, action, on: role.arn, conditions: conditions)
        if own.isAllowed { return .allow }
        guard let actor = credential.actor, credential.project == role.project, match >= .caller,
            actor.verdict(on: request) != .deny, actor.sessionVerdict(on: request) == .allow
        else { return own }
        return .allow
    }
}
