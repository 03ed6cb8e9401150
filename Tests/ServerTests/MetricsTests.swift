import HTTPServer
import Testing

@testable import Server

@Suite struct MetricsTests {
    @Test func textHasTheFormOfVersion004() {
        var text = MetricsText()
        text.metric("a_total", "counter", "Things.", 3)
        text.family("b", "gauge", "Other things.")
        text.sample("b", [("name", "say \"hi\"\\\n"), ("other", "x")], 0.25)
        #expect(
            text.text == """
                # HELP a_total Things.
                # TYPE a_total counter
                a_total 3
                # HELP b Other things.
                # TYPE b gauge
                b{name="say \\"hi\\"\\\\\\n",other="x"} 0.25

                """)
    }

    @Test func histogramsCountUp() {
        var histogram = Histogram()
        for seconds in [0.001, 0.005, 0.0051, 9.9, 60.0] { histogram.record(.seconds(seconds)) }
        var text = MetricsText()
        text.histogram("t", [("door", "s3")], histogram)
        let lines = text.text.split(separator: "\n")
        #expect(lines.count == Histogram.bounds.count + 3)
        #expect(lines.contains("t_bucket{door=\"s3\",le=\"0.005\"} 2"))
        #expect(lines.contains("t_bucket{door=\"s3\",le=\"0.01\"} 3"))
        #expect(lines.contains("t_bucket{door=\"s3\",le=\"7.5\"} 3"))
        #expect(lines.contains("t_bucket{door=\"s3\",le=\"10\"} 4"))
        #expect(lines.contains("t_bucket{door=\"s3\",le=\"+Inf\"} 5"))
        #expect(lines.contains("t_count{door=\"s3\"} 5"))
    }

    @Test func requestsAreCountedByMethodAndByOperation() {
        let metrics = RequestMetrics()
        let read = RequestMetrics.Series(door: .delivery, .get, operation: "read")
        let list = RequestMetrics.Series(door: .s3, .get, operation: "ListObjectsV2")
        metrics.answered(read, status: 200, after: .milliseconds(1), isWhole: false)
        metrics.answered(read, status: 404, after: .milliseconds(1), isWhole: false)
        metrics.answered(list, status: 200, after: .milliseconds(1), isWhole: false)
        metrics.answered(list, status: 507, after: .milliseconds(1), isWhole: false)
        metrics.finished(read, after: .seconds(2))
        var text = MetricsText()
        metrics.write(to: &text)
        for line in [
            "coffer_requests_total{door=\"delivery\",method=\"GET\",status=\"2xx\"} 1",
            "coffer_requests_total{door=\"delivery\",method=\"GET\",status=\"4xx\"} 1",
            "coffer_requests_total{door=\"s3\",method=\"GET\",status=\"5xx\"} 1",
            "coffer_operations_total{door=\"s3\",operation=\"ListObjectsV2\",status=\"2xx\"} 1",
            "coffer_request_duration_seconds_count{door=\"delivery\",method=\"GET\",operation=\"read\"} 1",
            "coffer_request_duration_seconds_sum{door=\"delivery\",method=\"GET\",operation=\"read\"} 2",
            "coffer_time_to_first_byte_seconds_count{door=\"delivery\",method=\"GET\",operation=\"read\"} 2",
            "coffer_refused_total{reason=\"not_found\"} 1", "coffer_refused_total{reason=\"storage_full\"} 1",
        ] {
            #expect(text.text.contains(line + "\n"), "\(line)")
        }
    }

    /// Whatever clients invent, the number of series stays the same.
    @Test func inventedMethodsShareASeries() {
        let metrics = RequestMetrics()
        for number in 0..<100 {
            let series = RequestMetrics.Series(door: .delivery, .other("M\(number)"), operation: nil)
            metrics.answered(series, status: 405, after: .zero, isWhole: true)
        }
        var text = MetricsText()
        metrics.write(to: &text)
        #expect(text.text.contains("{door=\"delivery\",method=\"other\",status=\"4xx\"} 100\n"))
        #expect(!text.text.contains("M1"))
    }
}
