import Auth
import Foundation
import Logging
import NIOCore
import Objects
import ServiceLifecycle
import Synchronization

/// Writes the access logs of buckets into their targets, and what is left when the server stops.
struct AccessLogUpkeep: Service {
    /// How often it is looked whether a batch is large enough, or old enough.
    private static let pause = Duration.seconds(1)

    let parts: Parts
    let authorizer: Authorizer
    let region: String
    /// How old the first record of a batch gets, in milliseconds.
    let interval: Int64
    let logger: Logger

    func run() async {
        await cancelWhenGracefulShutdown {
            while await rests(Self.pause) { await deliver(begunBefore: parts.store.now - interval) }
        }
        await deliver(begunBefore: .max)
    }

    private func deliver(begunBefore moment: Int64) async {
        for batch in parts.accessLog.take(begunBefore: moment) {
            do {
                try await deliver(batch)
            } catch {
                logger.warning(
                    "records of an access log are lost",
                    metadata: ["bucket": "\(batch.bucket.rawValue)", "error": "\(error)"])
            }
        }
    }

    private func deliver(_ batch: AccessLog.Batch) async throws {
        // What was recorded before logging was switched off, or before the bucket went, is of no use to anybody.
        guard let source = try await parts.store.accounts.bucket(batch.bucket),
            let logging = try source.logging,
            let target = try await parts.store.bucket(logging.target)
        else { return }
        guard authorizer.allowsLogDelivery(from: source, to: target, prefix: logging.prefix) else {
            throw StoreError.invalidArgument("the target bucket does not let the log delivery write")
        }
        let now = parts.store.now
        guard let key = ObjectKey(Self.key(logging, source, batch, now: now, region: region)) else {
            throw StoreError.invalidName(logging.prefix)
        }
        let sealing = try await parts.keys.vault.sealing(for: target, now: now)
        let put = PutTarget(
            bucket: target, key: key, attributes: ObjectAttributes(acl: logging.acl), sealing: sealing,
            declaredLength: Int64(batch.lines.count))
        let body = BufferedBody(ByteBuffer(bytes: batch.lines))
        _ = try await parts.store.put(put, body: body, digests: BodyDigests(md5: true)) { facts in
            ObjectDescription(
                metadata: ObjectMetadata(contentType: "text/plain"), etag: facts.md5.map { ETag($0) })
        }
    }

    /// Source: AWS, "Logging requests with server access logging", on log object key formats.
    static func key(
        _ logging: LoggingConfiguration, _ source: Bucket, _ batch: AccessLog.Batch, now: Int64,
        region: String
    ) -> String {
        let day: Int64 = 86_400_000
        // Records of an earlier day carry its last moment.
        let isOfToday = now / day == batch.day
        let event = isOfToday ? now : (batch.day + 1) * day - 1000
        let moment = logging.keyFormat == .partitionedByEvent ? event : now
        let time = Date(timeIntervalSince1970: Double(moment / 1000))
        let parts = Self.calendar.dateComponents([.year, .month, .day, .hour, .minute, .second], from: time)
        func two(_ number: Int?) -> String { (number ?? 0) < 10 ? "0\(number ?? 0)" : "\(number ?? 0)" }
        let date = "\(parts.year ?? 0)-\(two(parts.month))-\(two(parts.day))"
        let clock =
            logging.keyFormat == .partitionedByEvent
            ? "00-00-00" : "\(two(parts.hour))-\(two(parts.minute))-\(two(parts.second))"
        let unique = (0..<16).map { _ in String(Int.random(in: 0..<16), radix: 16, uppercase: true) }.joined()
        let name = "\(date)-\(clock)-\(unique)"
        switch logging.keyFormat {
        case nil, .simple: return logging.prefix + name
        case .partitionedByEvent, .partitionedByDelivery:
            let folder = date.replacing("-", with: "/")
            return
                "\(logging.prefix)\(source.project.string)/\(region)/\(source.name.string)/\(folder)/\(name)"
        }
    }

    private static let calendar: Calendar = {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        return calendar
    }()
}

/// A body that is all there.
private final class BufferedBody: BodySource {
    private let rest: Mutex<ByteBuffer?>

    init(_ buffer: ByteBuffer) { rest = Mutex(buffer) }

    func next() async throws -> ByteBuffer? {
        rest.withLock { rest in
            defer { rest = nil }
            return rest
        }
    }
}
