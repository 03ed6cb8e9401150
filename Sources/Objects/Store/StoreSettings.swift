/// Limits and periods of the store; each is a setting of the server.
package struct StoreSettings: Sendable {
    /// Bytes of one object.
    package var maximumObjectSize: Int64 = 5 << 40
    package var dedup: DedupPolicy = .instance
    /// How long an upload may rest before the reaper takes it, ms.
    package var uploadLifetime: Int64 = 7 * 86_400_000
    /// After this long without a chunk, ms, only a client that asks first may continue a range upload.
    package var rangeIdle: Int64 = 15 * 60_000
    /// How long a finished upload answers repeats, ms.
    package var keepFinished: Int64 = 86_400_000
    /// A reader that holds its content longer than this, ms, is cut off.
    package var maximumReadTime: Int64 = 12 * 3_600_000
    /// Range uploads up to this many bytes have an announced digest verified before the answer.
    package var verifyBeforeAnswer: Int64 = 1 << 30
    /// S3 parts but the last, bytes.
    package var minimumPartSize: Int64 = 5 << 20

    package init() {}
}

/// Whose content a chunk may be shared with. The client always sends its bytes; only disk is saved.
package enum DedupPolicy: String, Sendable, CaseIterable {
    case instance, project, off
}
