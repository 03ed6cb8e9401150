import HTTPServer
import Synchronization

/// Counts and times requests by door, method, operation and class of status.
final class RequestMetrics: Sendable {
    /// What requests are told apart by. Every part comes from a fixed list, so the number of series is bounded.
    struct Series: Hashable, Comparable, Sendable {
        var door: DoorName
        var method: String
        var operation: String

        /// `operation`: nil when the request was refused before it was known what it wants.
        init(door: DoorName, _ method: HTTPMethod, operation: String?) {
            self.door = door
            // Methods that clients invent share one label, or they could grow the series without end.
            self.method = if case .other = method { "other" } else { method.name }
            self.operation = operation ?? "none"
        }

        static func < (a: Self, b: Self) -> Bool {
            (a.door.rawValue, a.operation, a.method) < (b.door.rawValue, b.operation, b.method)
        }
    }

    private struct Values {
        /// By class of status: 1xx is the first.
        var statuses = [0, 0, 0, 0, 0]
        var firstByte = Histogram()
        var duration = Histogram()

        mutating func answered(_ index: Int, _ time: Duration, _ isWhole: Bool) {
            statuses[index] += 1
            firstByte.record(time)
            if isWhole { duration.record(time) }
        }
    }

    private struct State {
        var series: [Series: Values] = [:]
        /// Answers by status from 400 on.
        var refused: [Int: Int] = [:]
    }

    private let state = Mutex(State())

    /// The answer of a request is known; `isWhole` when it goes out in one piece, its last byte with its first.
    func answered(_ series: Series, status: Int, after time: Duration, isWhole: Bool) {
        let index = min(max(status / 100, 1), 5) - 1
        state.withLock { state in
            state.series[series, default: Values()].answered(index, time, isWhole)
            if status >= 400 { state.refused[min(status, 599), default: 0] += 1 }
        }
    }

    /// Its last byte was handed to the socket, or will never be.
    func finished(_ series: Series, after time: Duration) {
        state.withLock { $0.series[series, default: Values()].duration.record(time) }
    }

    func write(to text: inout MetricsText) {
        let state = self.state.withLock { $0 }
        let rows = state.series.sorted { $0.key < $1.key }
        Self.count(
            rows, "coffer_requests_total", "Requests answered, by method.", "method", \.method, &text)
        Self.count(
            rows, "coffer_operations_total", "Requests answered, by what they asked for.", "operation",
            \.operation, &text)
        text.family(
            "coffer_time_to_first_byte_seconds", "histogram", "Time from a request's head to its answer.")
        for (key, values) in rows {
            text.histogram("coffer_time_to_first_byte_seconds", Self.labels(key), values.firstByte)
        }
        text.family(
            "coffer_request_duration_seconds", "histogram",
            "Time from a request's head to the last byte of its answer.")
        for (key, values) in rows {
            text.histogram("coffer_request_duration_seconds", Self.labels(key), values.duration)
        }
        text.family("coffer_refused_total", "counter", "Requests answered 4xx or 5xx, by reason.")
        let reasons = state.refused.reduce(into: [String: Int]()) {
            $0[Self.reason($1.key), default: 0] += $1.value
        }
        for (reason, count) in reasons.sorted(by: { $0.key < $1.key }) {
            text.sample("coffer_refused_total", [("reason", reason)], Double(count))
        }
    }

    /// One counter by door, one more label and the class of status, summed over what else series differ in.
    private static func count(
        _ rows: [(key: Series, value: Values)], _ name: String, _ help: String, _ label: String,
        _ part: KeyPath<Series, String>, _ text: inout MetricsText
    ) {
        text.family(name, "counter", help)
        var sums: [[String]: Int] = [:]
        for (key, values) in rows {
            for (index, count) in values.statuses.enumerated() where count > 0 {
                sums[[key.door.rawValue, key[keyPath: part], "\(index + 1)xx"], default: 0] += count
            }
        }
        for (key, sum) in sums.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            text.sample(name, [("door", key[0]), (label, key[1]), ("status", key[2])], Double(sum))
        }
    }

    private static func labels(_ key: Series) -> [(String, String)] {
        [("door", key.door.rawValue), ("method", key.method), ("operation", key.operation)]
    }

    private static func reason(_ status: Int) -> String {
        switch status {
        case 400: "bad_request"
        case 401: "unauthenticated"
        case 403: "forbidden"
        case 404: "not_found"
        case 405: "method"
        case 408: "too_slow"
        case 409: "conflict"
        case 412: "precondition"
        case 413: "too_large"
        case 416: "range"
        case 500: "fault"
        case 501: "not_implemented"
        case 503: "overloaded"
        case 507: "storage_full"
        default: "other"
        }
    }
}
