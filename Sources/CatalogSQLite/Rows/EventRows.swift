import GRDB
import Objects

/// Rows of `webhook` and `outbox`.
enum EventRows {
    static let webhook =
        "SELECT project, name, url, sealed_secret, created, topics, is_paused FROM webhook"

    static func webhook(_ row: StatementRow) -> Webhook {
        Webhook(
            project: ProjectID(row.text(0)), name: row.text(1), url: row.text(2), sealedSecret: row.bytes(3),
            topics: row.text(5).split(separator: " ").map(String.init), isPaused: row.flag(6),
            created: row.integer(4))
    }

    static let entry =
        "SELECT o.id, o.project, o.webhook, o.event, o.attempts, o.created, o.due FROM outbox o"

    static func entry(_ row: StatementRow) throws -> OutboxEntry {
        OutboxEntry(
            id: row.integer(0), project: ProjectID(row.text(1)), webhook: row.text(2),
            event: try row.withBytes(3, OutboxCoding.decode), attempts: Int(row.integer(4)),
            created: row.integer(5), due: row.integer(6))
    }
}

/// An event of a library begins with a word that names no kind of a bucket's event, which begins with its kind.
enum OutboxCoding {
    private static let library = "library"

    static func encode(_ event: OutboxEvent) -> [UInt8] {
        switch event {
        case .bucket(let event): return EventCoding.encode(event)
        case .library(let event):
            var writer = RecordWriter()
            for text in [library, event.topic.rawValue, event.project.string, event.bucket?.string ?? ""] {
                writer.text(text)
            }
            writer.signed(event.subject)
            writer.signed(event.media)
            writer.run(event.key)
            writer.text(event.type)
            writer.signed(event.size)
            writer.text(event.upload?.string ?? "")
            writer.signed(event.time)
            return writer.bytes
        }
    }

    static func decode(_ bytes: UnsafeRawBufferPointer) throws -> OutboxEvent {
        var reader = RecordReader(bytes)
        guard try reader.text() == library else { return .bucket(try EventCoding.decode(bytes)) }
        let name = try reader.text()
        guard let topic = LibraryEvent.Topic(rawValue: name) else {
            throw StoreError.corrupt("the catalog names an unknown topic, \(name)")
        }
        var event = LibraryEvent(topic, project: ProjectID(try reader.text()), subject: 0, time: 0)
        event.bucket = BucketName(try reader.text())
        event.subject = try reader.signed()
        event.media = try reader.signed()
        event.key = Array(try reader.run())
        event.type = try reader.text()
        event.size = try reader.signed()
        let upload = try reader.text()
        event.upload = upload.isEmpty ? nil : UploadID(upload)
        event.time = try reader.signed()
        return .library(event)
    }
}

/// An event of a bucket: kind, configuration, origin, bucket, owner, key, version (empty for none), size, tag, sequence, time.
enum EventCoding {
    static func encode(_ event: ObjectEvent) -> [UInt8] {
        var writer = RecordWriter()
        for text in [
            event.kind.rawValue, event.configurationID, event.origin.kind.rawValue,
            event.origin.account?.string ?? "", event.origin.address, event.origin.requestID,
            event.bucket.string, event.owner.string,
        ] {
            writer.text(text)
        }
        writer.run(event.key)
        writer.text(event.versionID?.string ?? "")
        writer.number(Int(event.size))
        writer.text(event.etag)
        writer.number(Int(event.sequence))
        writer.number(Int(event.time))
        return writer.bytes
    }

    static func decode(_ bytes: UnsafeRawBufferPointer) throws -> ObjectEvent {
        var reader = RecordReader(bytes)
        let kind = try kind(&reader)
        let configuration = try reader.text()
        let cause = try Self.kind(&reader)
        let account = try reader.text()
        let origin = ChangeOrigin(
            cause, account: account.isEmpty ? nil : ProjectID(account), address: try reader.text(),
            requestID: try reader.text())
        guard let bucket = BucketName(try reader.text()) else {
            throw StoreError.corrupt("an event names no bucket")
        }
        let owner = ProjectID(try reader.text())
        let key = Array(try reader.run())
        let version = try reader.text()
        return ObjectEvent(
            kind: kind, configurationID: configuration, origin: origin, bucket: bucket, owner: owner,
            key: key,
            versionID: version.isEmpty ? nil : VersionID(version), size: Int64(try reader.number()),
            etag: try reader.text(), sequence: Int64(try reader.number()), time: Int64(try reader.number()))
    }

    private static func kind(_ reader: inout RecordReader) throws -> ObjectEvent.Kind {
        let name = try reader.text()
        guard let kind = ObjectEvent.Kind(rawValue: name) else {
            throw StoreError.corrupt("the catalog names an unknown event, \(name)")
        }
        return kind
    }
}
