import Objects

/// What a policy is asked about.
struct PolicyRequest {
    /// Whoever asks.
    let caller: PolicyCaller
    /// The action's name in lower case: names of actions are compared without it.
    let action: [UInt8]
    /// `arn:aws:s3:::bucket` or `arn:aws:s3:::bucket/key`, `*` for what is about none in particular, or the ARN of a
    /// user, group or role.
    let resource: [UInt8]
    /// The values of a condition key, in lower case but for the names of tags; nil when the request has none.
    let values: (String) -> [String]?

    init(
        caller: PolicyCaller, action: String, resource: String, values: @escaping (String) -> [String]?
    ) {
        self.caller = caller
        self.action = Array(action.lowercased().utf8)
        self.resource = Array(resource.utf8)
        self.values = values
    }

    /// - Parameters:
    ///   - bucket: nil for actions on none.
    ///   - key: nil for actions on the bucket itself.
    init(
        caller: PolicyCaller, action: Action, bucket: BucketName?, key: ObjectKey?,
        values: @escaping (String) -> [String]?
    ) {
        self.caller = caller
        self.action = Array(action.rawValue.lowercased().utf8)
        resource =
            bucket.map {
                Array("arn:aws:s3:::\($0.string)".utf8) + (key.map { [UInt8(ascii: "/")] + $0.bytes } ?? [])
            } ?? [UInt8(ascii: "*")]
        self.values = values
    }
}
