/// What happened in a project's library, as its webhooks hear of it.
package struct LibraryEvent: Hashable, Sendable {
    /// What happened; the raw value is the topic that webhooks subscribe to.
    package enum Topic: String, Sendable, CaseIterable {
        case mediaCreated = "media.created"
        case fileCreated = "file.created"
        case fileUpdated = "file.updated"
        case fileDeleted = "file.deleted"
        case uploadExpired = "upload.expired"
        case taskCompleted = "task.completed"
        case taskFailed = "task.failed"
    }

    package var topic: Topic
    package var project: ProjectID
    /// The file, media object or task; 0 for an upload.
    package var subject: Int64
    package var media: Int64
    /// Where the file is, or was.
    package var bucket: BucketName?
    package var key: [UInt8]
    /// The stored type.
    package var type: String
    /// Bytes.
    package var size: Int64
    package var upload: UploadID?
    /// Milliseconds since 1970.
    package var time: Int64

    package init(
        _ topic: Topic, project: ProjectID, subject: Int64, media: Int64 = 0, bucket: BucketName? = nil,
        key: [UInt8] = [], type: String = "", size: Int64 = 0, upload: UploadID? = nil, time: Int64
    ) {
        self.topic = topic
        self.project = project
        self.subject = subject
        self.media = media
        self.bucket = bucket
        self.key = key
        self.type = type
        self.size = size
        self.upload = upload
        self.time = time
    }

    /// Events of one line are told in order.
    package var line: [UInt8] {
        Array(
            (upload?.string
                ?? "\(topic == .taskCompleted || topic == .taskFailed ? "task" : "file"):\(subject)").utf8)
    }
}

/// What waits in the outbox.
package enum OutboxEvent: Hashable, Sendable {
    /// Of a bucket's own notification configuration.
    case bucket(ObjectEvent)
    case library(LibraryEvent)

    package var bucketEvent: ObjectEvent? {
        if case .bucket(let event) = self { event } else { nil }
    }

    /// Of the object; empty for what is none.
    package var place: (bucket: String, key: [UInt8]) {
        switch self {
        case .bucket(let event): (event.bucket.string, event.key)
        case .library(let event): (event.bucket?.string ?? "", event.key)
        }
    }

    package var topic: String {
        switch self {
        case .bucket(let event): event.kind.rawValue
        case .library(let event): event.topic.rawValue
        }
    }

    /// Milliseconds since 1970.
    package var time: Int64 {
        switch self {
        case .bucket(let event): event.time
        case .library(let event): event.time
        }
    }
}

/// One attempt to deliver an event, as the log of a webhook shows it.
package struct DeliveryRecord: Hashable, Sendable {
    /// Records of one webhook that are kept.
    package static let maximumOfWebhook = 1000

    package var project: ProjectID
    /// The webhook's name.
    package var webhook: String
    /// The number in the event's id.
    package var event: Int64
    package var topic: String
    /// From 1.
    package var attempt: Int
    /// Milliseconds since 1970.
    package var time: Int64
    /// How long it took.
    package var milliseconds: Int
    /// What the receiver answered; nil when it did not.
    package var status: Int?
    package var error: String?

    package init(
        project: ProjectID, webhook: String, event: Int64, topic: String, attempt: Int, time: Int64,
        milliseconds: Int, status: Int?, error: String?
    ) {
        self.project = project
        self.webhook = webhook
        self.event = event
        self.topic = topic
        self.attempt = attempt
        self.time = time
        self.milliseconds = milliseconds
        self.status = status
        self.error = error
    }
}
