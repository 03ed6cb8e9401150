/// How often a time fell between fixed bounds.
struct Histogram: Sendable {
    /// Upper bounds of the buckets in seconds, as OpenTelemetry has them for HTTP.
    static let bounds: [Double] = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]

    private(set) var count = 0
    /// Seconds.
    private(set) var sum = 0.0
    /// How many fell under each bound and over the one before; what is over the last is only in `count`.
    private(set) var buckets = Array(repeating: 0, count: Histogram.bounds.count)

    mutating func record(_ time: Duration) {
        let seconds = time / .seconds(1)
        count += 1
        sum += seconds
        if let bucket = Self.bounds.firstIndex(where: { seconds <= $0 }) { buckets[bucket] += 1 }
    }
}
