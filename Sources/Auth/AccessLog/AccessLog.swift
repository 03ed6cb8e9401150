package import HTTPServer
package import Objects
import Synchronization

/// Records of requests until they are written into their target buckets.
///
/// Delivery is best effort, as AWS says of its own: records wait in memory, a crash loses those of the last minutes, and
/// when too many wait the newest are dropped and counted.
package final class AccessLog: Sendable {
    /// Bytes of all records that wait.
    package static let maximumBytes = 16 << 20
    /// Bytes of a batch that is written before its time.
    package static let batchBytes = 1 << 20

    /// Records of one bucket and one day, in the order in which the answers ended.
    package struct Batch: Sendable {
        package let bucket: BucketID
        /// Since 1970, of the requests.
        package let day: Int64
        /// When the first of the records came, milliseconds since 1970.
        package let began: Int64
        package fileprivate(set) var lines: [UInt8]
    }

    private struct Name: Hashable {
        var bucket: BucketID
        var day: Int64
    }

    private struct State {
        var batches: [Name: Batch] = [:]
        var bytes = 0
        var dropped = 0
    }

    private let state = Mutex(State())

    package init() {}

    package func add(_ record: AccessRecord, now: Int64) {
        let line = record.line
        let name = Name(bucket: record.bucket.id, day: record.request.receivedAt / 86_400_000)
        state.withLock { state in
            guard state.bytes + line.count <= Self.maximumBytes else {
                state.dropped += 1
                return
            }
            state.bytes += line.count
            state.batches[
                name, default: Batch(bucket: name.bucket, day: name.day, began: now, lines: [])
            ].lines += line
        }
    }

    /// Takes the batches that are large, or that began before a moment in milliseconds since 1970.
    package func take(begunBefore moment: Int64) -> [Batch] {
        state.withLock { state in
            let due = state.batches.filter {
                $0.value.began < moment || $0.value.lines.count >= Self.batchBytes
            }
            for (name, batch) in due {
                state.batches[name] = nil
                state.bytes -= batch.lines.count
            }
            return due.values.sorted { ($0.bucket.rawValue, $0.day) < ($1.bucket.rawValue, $1.day) }
        }
    }

    /// Records that were dropped for want of room since the start.
    package var dropped: Int { state.withLock { $0.dropped } }
}

extension AccessLog {
    /// Adds the record when the answer has been sent, and says in it what went out.
    ///
    /// - Parameter isHead: the answer's body is never sent.
    package func record(_ record: AccessRecord, whenSent response: inout HTTPResponse, isHead: Bool) {
        let length = isHead ? 0 : response.body.length
        response.onSent = { [self, onSent = response.onSent] isSent in
            var record = record
            let now = wallClockMilliseconds()
            record.total = max(now - record.request.receivedAt, record.turnAround)
            record.sentBytes = isSent ? length : nil
            add(record, now: now)
            onSent?(isSent)
        }
    }
}
