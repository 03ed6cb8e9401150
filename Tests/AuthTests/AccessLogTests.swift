import HTTPServer
import Objects
import Testing

@testable import Auth

@Suite struct AccessLogTests {
    private static func bucket(_ id: Int64 = 1) throws -> Bucket {
        Bucket(
            id: BucketID(id), name: try #require(BucketName("demo")), project: ProjectID("owner"), created: 0)
    }

    private static func record(
        _ target: String = "/demo/a", _ headers: HeaderFields = [:], key: [UInt8] = [0x61], bucket: Int64 = 1,
        receivedAt: Int64 = 1_549_411_238_000
    ) throws -> AccessRecord {
        var record = AccessRecord(
            bucket: try Self.bucket(bucket),
            request: HTTPRequest(target: target, headers: headers, receivedAt: receivedAt),
            operation: "REST.GET.OBJECT", key: key, response: HTTPResponse(status: 200))
        record.turnAround = 1
        record.total = 2
        return record
    }

    private static func text(_ record: AccessRecord) -> String {
        String(decoding: record.line, as: UTF8.self)
    }

    @Test func theLineOfAWS() throws {
        var record = try Self.record(
            "/demo/a?versionId=1", ["Host": "s3.example", "Referer": "http://x/ y", "User-Agent": "curl"])
        record.sentBytes = 5
        record.objectSize = 7
        record.errorCode = "NoSuchKey"
        record.hostID = "h"
        #expect(
            Self.text(record)
                == "owner demo [06/Feb/2019:00:00:38 +0000] 127.0.0.1 - \(record.request.id) REST.GET.OBJECT a "
                + "\"GET /demo/a?versionId=1 HTTP/1.1\" 200 NoSuchKey 5 7 2 1 \"http://x/ y\" \"curl\" - h "
                + "- - - s3.example - - -\n")
    }

    /// A field or a line ends where the server ends it, whatever a client sends.
    @Test func noClientForgesARecord() throws {
        for text in ["a\" \"b", "a\u{0}b", "a\u{7F}b", "ä\" b", "\"", "\t", " "] {
            let headers = HeaderFields([("Referer", text), ("User-Agent", text), ("Host", text)])
            let line = Self.text(try Self.record("/demo/\(text)", headers, key: Array(text.utf8)))
            #expect(line.utf8.count { $0 == UInt8(ascii: "\n") } == 1, "\(text)")
            #expect(line.utf8.count { $0 == UInt8(ascii: "\"") } == 6, "\(text): \(line)")
            #expect(line.utf8.allSatisfy { $0 == 0x0A || $0 >= 0x20 && $0 != 0x7F }, "\(text)")
        }
    }

    @Test func signaturesAreLeftOut() {
        #expect(
            AccessRecord.withoutSecrets("/k?a=1&X-Amz-Signature=abc&signature=x&X-AMZ-Security-Token=t&b")
                == "/k?a=1&X-Amz-Signature=...&signature=...&X-AMZ-Security-Token=...&b")
        #expect(AccessRecord.withoutSecrets("/signature=x") == "/signature=x")
    }

    @Test func batchesAreOfOneBucketAndDay() throws {
        let log = AccessLog()
        let day: Int64 = 86_400_000
        log.add(try Self.record(receivedAt: day), now: 5)
        log.add(try Self.record(receivedAt: day + 1), now: 9)
        log.add(try Self.record(receivedAt: 2 * day), now: 9)
        log.add(try Self.record(bucket: 2, receivedAt: day), now: 9)
        #expect(log.take(begunBefore: 5).isEmpty)
        let first = log.take(begunBefore: 9)
        #expect(first.map(\.day) == [1])
        #expect(first.first?.lines.count { $0 == 0x0A } == 2)
        #expect(log.take(begunBefore: .max).map { "\($0.bucket.rawValue) \($0.day)" } == ["1 2", "2 1"])
        #expect(log.take(begunBefore: .max).isEmpty)
    }

    @Test func memoryIsBounded() throws {
        let log = AccessLog()
        let long = try Self.record("/" + String(repeating: "x", count: 20_000))
        for _ in 0..<2 * AccessLog.maximumBytes / 20_000 { log.add(long, now: 0) }
        #expect(log.dropped > 0)
        let taken = log.take(begunBefore: 0)
        #expect(taken.count == 1)
        #expect(try #require(taken.first).lines.count <= AccessLog.maximumBytes)
        log.add(long, now: 0)
        #expect(log.take(begunBefore: .max).count == 1)
    }
}
