/// Numbers that S3 fixes.
enum S3Limits {
    /// Entries of one page of any listing.
    static let page = 1000
    /// Buckets of one page of ListBuckets.
    static let bucketPage = 10_000
    /// Keys of one DeleteObjects.
    static let deletions = 1000
    static let parts = 1...10_000
    /// Bytes of all names and values of `x-amz-meta-*`, without the prefix.
    static let userMetadata = 2048
    /// Bytes of a DeleteObjects body: a thousand keys of 1,024 bytes, each byte escaped as up to six.
    static let deletionBody = 8 << 20
    /// Bytes of a CompleteMultipartUpload body: ten thousand parts with an ETag and a checksum each.
    static let completionBody = 4 << 20
    /// Bytes of a body that configures something.
    static let configurationBody = 256 << 10
}
