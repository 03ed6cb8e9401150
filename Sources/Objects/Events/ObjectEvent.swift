/// A change of an object, as those who subscribed to its bucket hear of it.
///
/// Source: AWS, "Event notification types and destinations".
package struct ObjectEvent: Hashable, Sendable {
    /// What happened; the raw value is S3's name for it.
    package enum Kind: String, Sendable, CaseIterable {
        case createdPut = "ObjectCreated:Put"
        case createdPost = "ObjectCreated:Post"
        case createdCopy = "ObjectCreated:Copy"
        case createdByUpload = "ObjectCreated:CompleteMultipartUpload"
        case removed = "ObjectRemoved:Delete"
        case markerCreated = "ObjectRemoved:DeleteMarkerCreated"
        case expired = "LifecycleExpiration:Delete"
        case expiredToMarker = "LifecycleExpiration:DeleteMarkerCreated"
        case moved = "LifecycleTransition"
        case tagged = "ObjectTagging:Put"
        case untagged = "ObjectTagging:Delete"
        case aclChanged = "ObjectAcl:Put"
        /// Not of an object: that a configuration was put.
        case test = "TestEvent"

        /// The same of a deletion that left a marker.
        package var withMarker: Kind {
            switch self {
            case .removed: .markerCreated
            case .expired: .expiredToMarker
            default: self
            }
        }
    }

    package var kind: Kind
    /// Of the subscription.
    package var configurationID: String
    package var origin: ChangeOrigin
    package var bucket: BucketName
    package var owner: ProjectID
    package var key: [UInt8]
    /// Nil where versions are not kept.
    package var versionID: VersionID?
    package var size: Int64
    package var etag: String
    /// Grows with each change of a key.
    package var sequence: Int64
    /// Milliseconds since 1970.
    package var time: Int64

    package init(
        kind: Kind, configurationID: String, origin: ChangeOrigin, bucket: BucketName, owner: ProjectID,
        key: [UInt8] = [], versionID: VersionID? = nil, size: Int64 = 0, etag: String = "",
        sequence: Int64 = 0, time: Int64
    ) {
        self.kind = kind
        self.configurationID = configurationID
        self.origin = origin
        self.bucket = bucket
        self.owner = owner
        self.key = key
        self.versionID = versionID
        self.size = size
        self.etag = etag
        self.sequence = sequence
        self.time = time
    }
}

/// What of an object an event tells.
package struct EventSubject: Hashable, Sendable {
    package var key: ObjectKey
    package var versionID: VersionID?
    package var size: Int64
    package var etag: String
    package var sequence: Int64

    package init(
        key: ObjectKey, versionID: VersionID?, size: Int64 = 0, etag: String = "", sequence: Int64
    ) {
        self.key = key
        self.versionID = versionID
        self.size = size
        self.etag = etag
        self.sequence = sequence
    }

    package init(_ version: ObjectVersion) {
        self.init(
            key: version.key, versionID: version.versionID, size: version.size, etag: version.etag.string,
            sequence: version.sequence)
    }
}

/// Who changes something, and what the change is called.
package struct ChangeOrigin: Hashable, Sendable {
    package var kind: ObjectEvent.Kind
    /// Nil for anonymous requests and for the server's own upkeep.
    package var account: ProjectID?
    package var address: String
    package var requestID: String

    package init(
        _ kind: ObjectEvent.Kind, account: ProjectID? = nil, address: String = "", requestID: String = ""
    ) {
        self.kind = kind
        self.account = account
        self.address = address
        self.requestID = requestID
    }

    /// The same request, as it removes something.
    package var removing: ChangeOrigin {
        var origin = self
        origin.kind = .removed
        return origin
    }
}

/// An event that waits to be delivered to one webhook.
package struct OutboxEntry: Hashable, Sendable {
    package var id: Int64
    package var project: ProjectID
    /// The webhook's name.
    package var webhook: String
    package var event: OutboxEvent
    /// Deliveries that failed.
    package var attempts: Int
    /// Milliseconds since 1970, when it was kept and when it is tried again.
    package var created: Int64
    package var due: Int64

    package init(
        id: Int64, project: ProjectID, webhook: String, event: OutboxEvent, attempts: Int = 0, created: Int64,
        due: Int64
    ) {
        self.id = id
        self.project = project
        self.webhook = webhook
        self.event = event
        self.attempts = attempts
        self.created = created
        self.due = due
    }
}
