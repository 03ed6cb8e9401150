import Objects

/// What a policy is asked about.
struct PolicyRequest {
    let caller: PolicyCaller
    /// The action's name in lower case: names of actions are compared without it.
    let action: [UInt8]
    /// `arn:aws:s3:::bucket` or `arn:aws:s3:::bucket/key`.
    let resource: [UInt8]
    /// The values of a condition key, in lower case but for the names of tags; nil when the request has none.
    let values: (String) -> [String]?

    /// - Parameter key: nil for actions on the bucket itself.
    init(
        caller: PolicyCaller, action: Action, bucket: BucketName, key: ObjectKey?,
        values: @escaping (String) -> [String]?
    ) {
        self.caller = caller
        self.action = Array(action.rawValue.lowercased().utf8)
        resource =
            Array("arn:aws:s3:::\(bucket.string)".utf8) + (key.map { [UInt8(ascii: "/")] + $0.bytes } ?? [])
        self.values = values
    }
}

/// Who asks.
enum PolicyCaller: Hashable, Sendable {
    case anybody
    case account(ProjectID)
    /// A part of the server itself, by the name that AWS's policies have for it.
    case service(String)

    init(_ account: ProjectID?) {
        self = account.map { .account($0) } ?? .anybody
    }
}
