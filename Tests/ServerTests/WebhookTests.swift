import Objects
import Testing

@testable import Server

@Suite struct WebhookTests {
    private static func event(_ kind: ObjectEvent.Kind, key: String = "a b/ä+.txt") throws -> ObjectEvent {
        ObjectEvent(
            kind: kind, configurationID: "c\"1",
            origin: ChangeOrigin(.createdPut, account: ProjectID("who"), address: "::1", requestID: "req_1"),
            bucket: try #require(BucketName("demo")), owner: ProjectID("owner"), key: Array(key.utf8),
            versionID: VersionID("v1"), size: 5, etag: "abc", sequence: 255, time: 1_549_411_238_123)
    }

    @Test func theMessageOfAWS() throws {
        let document = EventDocument(event: try Self.event(.createdPut), region: "eu-west-1").bytes
        #expect(
            String(decoding: document, as: UTF8.self)
                == #"{"Records":[{"eventVersion":"2.1","eventSource":"aws:s3","awsRegion":"eu-west-1","#
                + #""eventTime":"2019-02-06T00:00:38.123Z","eventName":"ObjectCreated:Put","#
                + #""userIdentity":{"principalId":"who"},"requestParameters":{"sourceIPAddress":"::1"},"#
                + #""responseElements":{"x-amz-request-id":"req_1","x-amz-id-2":"coffer"},"#
                + #""s3":{"s3SchemaVersion":"1.0","configurationId":"c\"1","#
                + #""bucket":{"name":"demo","ownerIdentity":{"principalId":"owner"},"arn":"arn:aws:s3:::demo"},"#
                + #""object":{"key":"a+b/%C3%A4%2B.txt","size":5,"eTag":"abc","versionId":"v1","#
                + #""sequencer":"00000000000000FF"}}}]}"#)
    }

    @Test func whatIsGoneHasNoSize() throws {
        for kind in [ObjectEvent.Kind.removed, .markerCreated, .expired, .expiredToMarker] {
            let text = String(
                decoding: EventDocument(event: try Self.event(kind), region: "r").bytes, as: UTF8.self)
            #expect(!text.contains("size") && !text.contains("eTag"), "\(kind)")
            #expect(text.contains(kind.rawValue))
        }
    }

    @Test func pausesGrowForADay() throws {
        var entry = OutboxEntry(
            id: 1, project: ProjectID("p"), webhook: "w", event: .bucket(try Self.event(.createdPut)),
            created: 0,
            due: 0)
        var now: Int64 = 0
        var last: Int64 = 0
        for attempt in 0..<1000 {
            entry.attempts = attempt
            guard case .again(let moment) = DeliveryOutcome.afterFailure(of: entry, now: now) else { break }
            let pause = moment - now
            #expect(pause >= min(5000 << Int64(min(attempt, 12)), 3_600_000) && pause <= 4_500_000)
            (now, last) = (moment, pause)
        }
        #expect(last >= 3_600_000)
        #expect(now >= DeliveryOutcome.lifetime)
        #expect(DeliveryOutcome.afterFailure(of: entry, now: now) == .dead)
    }
}
