package import Objects

/// Decides what a principal may do: the one place that every door asks. Pure.
///
/// Three grants exist: a key opens its own project within its role; a link opens one key of its project within
/// its method and its key's role; a public domain lets anybody read its bucket, through that domain only.
package struct Authorizer: Sendable {
    package init() {}

    /// `bucket` is nil for actions on no bucket, and for a bucket that does not exist: whoever may act in
    /// principle then learns so. `key` is what a link must be for; nil leaves that to whoever verified the link.
    package func authorize(
        _ principal: Principal, _ action: Action, bucket: Bucket?, key: ObjectKey? = nil, via door: Door
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
        return switch credential.role {
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
