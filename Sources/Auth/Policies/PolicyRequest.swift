import Objects

/// What a policy is asked about.
struct PolicyRequest {
    /// The account of whoever asks, nil for nobody in particular.
    var account: ProjectID?
    var action: Action
    var bucket: BucketName
    /// Nil for actions on the bucket itself.
    var key: ObjectKey?
    /// The values of a condition key, in lower case but for the names of tags; nil when the request has none.
    var values: (String) -> [String]?

    /// `arn:aws:s3:::bucket` or `arn:aws:s3:::bucket/key`.
    var resource: [UInt8] {
        Array("arn:aws:s3:::\(bucket.string)".utf8) + (key.map { [UInt8(ascii: "/")] + $0.bytes } ?? [])
    }
}
