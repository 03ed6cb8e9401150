/// What a blob store can fail with.
package enum BlobError: Error, Hashable, Sendable {
    /// No such segment is published.
    case missing(SegmentID)
    /// The segment ends before the bytes asked for.
    case truncated(Place)
    /// What was read contradicts its own checksum or form; the text says where.
    case corrupt(String)
    /// A segment of this id is published already: ids were given out twice (an older catalog was restored).
    case exists(SegmentID)
    /// The bytes may not be durable. Never retried: the system may have dropped them after the failure.
    case syncFailed(errno: Int32)
    /// The disk or the quota is full.
    case noSpace
    case io(operation: String, errno: Int32)
    /// The stage or writer was already published, discarded or has failed.
    case closed
}
