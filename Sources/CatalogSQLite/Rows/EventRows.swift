import GRDB
import Objects

/// Rows of `webhook` and `outbox`.
enum EventRows {
    static let webhook = "SELECT project, name, url, sealed_secret, created FROM webhook"

    static func webhook(_ row: StatementRow) -> Webhook {
        Webhook(
            project: ProjectID(row.text(0)), name: row.text(1), url: row.text(2), sealedSecret: row.bytes(3),
            created: row.integer(4))
    }

    static let entry =
        "SELECT o.id, o.project, o.webhook, o.event, o.attempts, o.created, o.due FROM outbox o"

    static func entry(_ row: StatementRow) throws -> OutboxEntry {
        OutboxEntry(
            id: row.integer(0), project: ProjectID(row.text(1)), webhook: row.text(2),
            event: try row.withBytes(3, EventCoding.decode), attempts: Int(row.integer(4)),
            created: row.integer(5), due: row.integer(6))
    }
}

/// An event: kind, configuration, origin, bucket, owner, key, version (empty for none), size, tag, sequence, time.
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
