import HTTPServer
import Synchronization

/// Counts and times requests by door, method and status class, for `/metrics`.
final class RequestMetrics: Sendable {
    /// Upper bounds of the histogram's buckets in seconds, as OpenTelemetry has them.
    static let bounds: [Double] = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]

    private struct Series: Hashable, Comparable {
        var door: String
        var method: String
        var status: String

        static func < (a: Self, b: Self) -> Bool {
            (a.door, a.method, a.status) < (b.door, b.method, b.status)
        }
    }

    private struct Values {
        var count = 0
        var sum = 0.0
        var buckets = Array(repeating: 0, count: RequestMetrics.bounds.count)
    }

    private let series = Mutex<[Series: Values]>([:])

    /// Records a request that took `seconds` until its answer was known.
    func record(door: String, method: HTTPMethod, status: Int, seconds: Double) {
        let key = Series(door: door, method: Self.label(method), status: "\(status / 100)xx")
        let bucket = Self.bounds.firstIndex { seconds <= $0 }
        series.withLock { series in
            series[key, default: Values()].count += 1
            series[key, default: Values()].sum += seconds
            if let bucket { series[key, default: Values()].buckets[bucket] += 1 }
        }
    }

    /// Methods that clients invent share one label, or they could grow the series without end.
    private static func label(_ method: HTTPMethod) -> String {
        if case .other = method { "other" } else { method.name }
    }

    func write(to text: inout MetricsText) {
        let rows = series.withLock { $0.sorted { $0.key < $1.key } }
        text.family("coffer_requests_total", "counter", "Requests answered.")
        for (key, values) in rows { text.sample("coffer_requests_total", labels(key), Double(values.count)) }
        let name = "coffer_request_duration_seconds"
        text.family(name, "histogram", "Time until the answer was known.")
        for (key, values) in rows {
            var total = 0
            for (bound, count) in zip(Self.bounds, values.buckets) {
                total += count
                text.sample(name + "_bucket", labels(key) + [("le", "\(bound)")], Double(total))
            }
            text.sample(name + "_bucket", labels(key) + [("le", "+Inf")], Double(values.count))
            text.sample(name + "_sum", labels(key), values.sum)
            text.sample(name + "_count", labels(key), Double(values.count))
        }
    }

    private func labels(_ key: Series) -> [(String, String)] {
        [("door", key.door), ("method", key.method), ("status", key.status)]
    }
}

/// Prometheus's text format, version 0.0.4.
struct MetricsText {
    private(set) var text = ""

    mutating func family(_ name: String, _ type: String, _ help: String) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
    }

    mutating func sample(_ name: String, _ labels: [(String, String)] = [], _ value: Double) {
        let inside = labels.map { "\($0.0)=\"\($0.1)\"" }.joined(separator: ",")
        let number = value == value.rounded() && abs(value) < 1e15 ? "\(Int64(value))" : "\(value)"
        text += name + (inside.isEmpty ? "" : "{\(inside)}") + " \(number)\n"
    }

    mutating func metric(_ name: String, _ type: String, _ help: String, _ value: Double) {
        family(name, type, help)
        sample(name, [], value)
    }
}
