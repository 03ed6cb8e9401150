/// Which changes of a bucket's objects are told to whom.
///
/// Source: AWS, "Amazon S3 Event Notifications" and "Configuring event notifications using object key name filtering".
package struct NotificationConfiguration: Hashable, Sendable {
    /// Subscriptions of one bucket.
    package static let maximumRules = 100

    /// The kinds of destination that AWS's documents tell apart; here all are webhooks.
    package enum Destination: Int64, Sendable {
        case queue, topic, function
    }

    package struct Rule: Hashable, Sendable {
        package var id: String
        package var destination: Destination
        /// As the client wrote it.
        package var arn: String
        /// The webhook that the ARN names, of the bucket's project.
        package var webhook: String
        /// `s3:ObjectCreated:*`, `s3:ObjectRemoved:Delete` and the like.
        package var events: [String]
        package var prefix: String?
        package var suffix: String?

        package init(
            id: String, destination: Destination, arn: String, webhook: String, events: [String],
            prefix: String? = nil, suffix: String? = nil
        ) {
            self.id = id
            self.destination = destination
            self.arn = arn
            self.webhook = webhook
            self.events = events
            self.prefix = prefix
            self.suffix = suffix
        }

        package func wants(_ kind: ObjectEvent.Kind, _ key: [UInt8]) -> Bool {
            events.contains { Self.covers($0, kind) }
                && key.starts(with: (prefix ?? "").utf8)
                && key.reversed().starts(with: (suffix ?? "").utf8.reversed())
        }

        /// Whether an event's name, which may end in `:*`, stands for a kind.
        package static func covers(_ name: String, _ kind: ObjectEvent.Kind) -> Bool {
            let full = "s3:\(kind.rawValue)"
            return name.hasSuffix(":*") ? full.hasPrefix(name.dropLast()) : full == name
        }
    }

    package var rules: [Rule]

    package init(rules: [Rule]) {
        self.rules = rules
    }
}

extension NotificationConfiguration {
    /// As the catalog keeps it.
    package var encoded: [UInt8] {
        var writer = DocumentWriter()
        writer.list(rules) { writer, rule in
            writer.text(rule.id)
            writer.number(rule.destination.rawValue)
            writer.text(rule.arn)
            writer.text(rule.webhook)
            writer.list(rule.events) { $0.text($1) }
            writer.optional(rule.prefix) { $0.text($1) }
            writer.optional(rule.suffix) { $0.text($1) }
        }
        return writer.bytes
    }

    /// Throws `corrupt` for what `encoded` never gave.
    package init(encoded bytes: [UInt8]) throws(StoreError) {
        var reader = DocumentReader(bytes)
        rules = try reader.list { reader throws(StoreError) in
            let id = try reader.text()
            guard let destination = Destination(rawValue: try reader.number()) else {
                throw DocumentReader.broken
            }
            return Rule(
                id: id, destination: destination, arn: try reader.text(), webhook: try reader.text(),
                events: try reader.list { reader throws(StoreError) in try reader.text() },
                prefix: try reader.optional { reader throws(StoreError) in try reader.text() },
                suffix: try reader.optional { reader throws(StoreError) in try reader.text() })
        }
    }
}

extension Bucket {
    /// Nil for a bucket that tells nobody.
    package var notifications: NotificationConfiguration? {
        get throws(StoreError) {
            try configurations[.notification]?.form(NotificationConfiguration.init(encoded:))
        }
    }

    /// What a change puts into the outbox: the webhook and the event of each subscription that wants it.
    ///
    /// - Parameter kind: when it is another than the origin's.
    package func events(
        _ origin: ChangeOrigin?, _ kind: ObjectEvent.Kind? = nil, of subject: EventSubject, time: Int64
    ) throws(StoreError) -> [(webhook: String, event: ObjectEvent)] {
        guard let origin, let notifications = try notifications else { return [] }
        let kind = kind ?? origin.kind
        return notifications.rules.filter { $0.wants(kind, subject.key.bytes) }.map { rule in
            (
                rule.webhook,
                ObjectEvent(
                    kind: kind, configurationID: rule.id, origin: origin, bucket: name, owner: project,
                    key: subject.key.bytes, versionID: versioning == .off ? nil : subject.versionID,
                    size: subject.size, etag: subject.etag, sequence: subject.sequence, time: time)
            )
        }
    }
}
