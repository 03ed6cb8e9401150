import Files
import HTTPServer
import Objects

/// The JSON that a webhook is sent for an event.
///
/// Source: AWS, "Event message structure", version 2.1 of it, and "s3:TestEvent" of "Supported event destinations".
struct EventDocument {
    static let version = "2.1"

    let event: ObjectEvent
    let region: String

    var bytes: [UInt8] {
        var json = JSONWriter()
        if event.kind == .test { writeTest(&json) } else { writeRecords(&json) }
        return json.bytes
    }

    private func writeTest(_ json: inout JSONWriter) {
        json.beginObject()
        json.member("Service", "Amazon S3")
        json.member("Event", "s3:TestEvent")
        json.member("Time", timestamp(event.time))
        json.member("Bucket", event.bucket.string)
        json.member("RequestId", event.origin.requestID)
        json.member("HostId", Self.hostID)
        json.endObject()
    }

    private func writeRecords(_ json: inout JSONWriter) {
        json.beginObject()
        json.name("Records")
        json.beginArray()
        json.beginObject()
        json.member("eventVersion", Self.version)
        json.member("eventSource", "aws:s3")
        json.member("awsRegion", region)
        json.member("eventTime", timestamp(event.time))
        json.member("eventName", event.kind.rawValue)
        object("userIdentity", [("principalId", principal)], &json)
        object("requestParameters", [("sourceIPAddress", event.origin.address)], &json)
        object(
            "responseElements",
            [("x-amz-request-id", event.origin.requestID), ("x-amz-id-2", Self.hostID)], &json)
        json.name("s3")
        json.beginObject()
        json.member("s3SchemaVersion", "1.0")
        json.member("configurationId", event.configurationID)
        json.name("bucket")
        json.beginObject()
        json.member("name", event.bucket.string)
        object("ownerIdentity", [("principalId", event.owner.string)], &json)
        json.member("arn", "arn:aws:s3:::\(event.bucket.string)")
        json.endObject()
        writeObject(&json)
        json.endObject()
        json.endObject()
        json.endArray()
        json.endObject()
    }

    private func writeObject(_ json: inout JSONWriter) {
        json.name("object")
        json.beginObject()
        json.member("key", key)
        switch event.kind {
        // What is gone has no size.
        case .removed, .markerCreated, .expired, .expiredToMarker: break
        default:
            json.member("size", event.size)
            json.member("eTag", event.etag)
        }
        if let version = event.versionID { json.member("versionId", version.string) }
        json.member("sequencer", sequencer)
        json.endObject()
    }

    private static let hostID = "coffer"

    private var principal: String { event.origin.account?.string ?? "Anonymous" }

    /// As a query writes it: `red flower.jpg` is `red+flower.jpg`.
    private var key: String {
        percentEncode(event.key, keepingSlash: true).replacing("%20", with: "+")
    }

    /// Hexadecimal digits of one length, so that later changes of a key compare as greater texts.
    private var sequencer: String {
        let digits = String(event.sequence, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(16 - digits.count, 0)) + digits
    }

    private func object(_ name: String, _ members: [(String, String)], _ json: inout JSONWriter) {
        json.name(name)
        json.beginObject()
        for (name, value) in members { json.member(name, value) }
        json.endObject()
    }
}
