import Auth
import Objects

extension S3Door {
    /// Decides about the request that a call is; returns whether only new keys may be written.
    ///
    /// A key that is not there is `NoSuchKey` to whoever may list the bucket, and `AccessDenied` to others.
    func authorize(_ call: S3Call, _ action: Action) async throws -> Bool {
        let version = try call.versionID
        let action = version == nil ? action : action.onVersion
        guard let bucket = call.resolvedBucket else { return try permit(call, action, nil, nil) }
        // What belongs to the caller's own account, and has nothing configured, needs no look at the object.
        let isPlain =
            bucket.configurations.isEmpty && call.account == bucket.project && call.credential?.actor == nil
        guard !isPlain, action.isAboutExistingObject, let key = call.resolvedKey else {
            return try permit(call, action, bucket, call.resolvedKey)
        }
        let attributes: ObjectAttributes?
        do {
            attributes = try await store.head(bucket, key, version: version).attributes
        } catch is StoreError {
            attributes = nil
        }
        do throws(S3Error) {
            return try permit(call, action, bucket, key, attributes)
        } catch {
            guard attributes == nil, mayList(call, bucket, key) else { throw error }
            throw S3Error(version == nil ? .noSuchKey : .noSuchVersion)
        }
    }

    /// Throws `AccessDenied`, or returns whether only new keys may be written.
    @discardableResult
    func permit(
        _ call: S3Call, _ action: Action, _ bucket: Bucket?, _ key: ObjectKey?,
        _ object: ObjectAttributes? = nil
    ) throws(S3Error) -> Bool {
        let decision = authorizer.authorize(
            call.identity.principal, action, bucket: bucket,
            name: call.target.bucket.flatMap { BucketName($0) }, key: key, object: object,
            conditions: call.conditions(tags: object?.tags), via: .s3)
        switch decision {
        case .allow: return false
        case .allowNewKeysOnly: return true
        case .deny: throw S3Error(.accessDenied)
        }
    }

    /// Whether the caller may learn that a key is not there.
    func mayList(_ call: S3Call, _ bucket: Bucket, _ key: ObjectKey) -> Bool {
        let asked = call.conditions().values
        let conditions = RequestConditions { name in
            name == "s3:prefix" ? [String(decoding: key.bytes, as: UTF8.self)] : asked(name)
        }
        return authorizer.authorize(
            call.identity.principal, .listBucket, bucket: bucket, conditions: conditions, via: .s3
        ).isAllowed
    }
}
