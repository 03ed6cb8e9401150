import HTTPServer
import NIOCore
import Objects

/// What `/metrics` shows.
final class MetricsPage: Sendable {
    private let requests: RequestMetrics
    private let upkeep: UpkeepMetrics
    private let totals: StoreTotals
    private let data: DataDirectory
    private let doors: HTTPService

    init(
        requests: RequestMetrics, upkeep: UpkeepMetrics, totals: StoreTotals, data: DataDirectory,
        doors: HTTPService
    ) {
        self.requests = requests
        self.upkeep = upkeep
        self.totals = totals
        self.data = data
        self.doors = doors
    }

    func response() async -> HTTPResponse {
        HTTPResponse(
            status: 200, headers: ["Content-Type": "text/plain; version=0.0.4; charset=utf-8"],
            body: .bytes(ByteBuffer(string: await text())))
    }

    private func text() async -> String {
        var text = MetricsText()
        text.family("coffer_build_info", "gauge", "The version that runs.")
        text.sample("coffer_build_info", [("version", Version.text)], 1)
        requests.write(to: &text)
        write(doors.statistics, to: &text)
        upkeep.write(to: &text)
        let space = data.space
        text.metric(
            "coffer_disk_free_bytes", "gauge", "Free space of the data directory.", Double(space.free))
        text.metric("coffer_disk_size_bytes", "gauge", "Size of its file system.", Double(space.total))
        if let totals = await totals.current() { write(totals, to: &text) }
        return text.text
    }

    private func write(_ server: ServerStatistics, to text: inout MetricsText) {
        let rows: [(String, String, String, Int64)] = [
            ("coffer_connections", "gauge", "Open connections.", Int64(server.connections)),
            (
                "coffer_connections_total", "counter", "Connections accepted.",
                Int64(server.connectionsAccepted)
            ),
            (
                "coffer_connections_refused_total", "counter", "Connections over the limit.",
                Int64(server.connectionsRefused)
            ),
            (
                "coffer_requests_in_flight", "gauge", "Requests without a finished answer.",
                Int64(server.requestsInFlight)
            ),
            (
                "coffer_requests_refused_total", "counter",
                "Requests that broke the protocol or a limit before they reached a door.",
                Int64(server.requestsRefused)
            ),
            ("coffer_received_bytes_total", "counter", "Bytes of request bodies.", server.bytesIn),
            ("coffer_sent_bytes_total", "counter", "Bytes of response bodies.", server.bytesOut),
            ("coffer_slab_bytes", "gauge", "Request bodies in memory.", Int64(server.slabBytes)),
        ]
        for (name, type, help, value) in rows { text.metric(name, type, help, Double(value)) }
    }

    private func write(_ totals: StoreStatistics, to text: inout MetricsText) {
        let catalog = totals.catalog
        let rows: [(String, String, Int64)] = [
            ("coffer_buckets", "Buckets.", catalog.buckets),
            ("coffer_objects", "Current versions.", catalog.objects),
            ("coffer_logical_bytes", "Sizes of all versions.", catalog.logicalBytes),
            ("coffer_segment_bytes", "Disk blocks of all segments.", totals.segmentBytes),
            ("coffer_open_uploads", "Uploads in progress.", catalog.uploads),
            (
                "coffer_awaiting_sweep", "Contents and places that wait for the sweeper.",
                catalog.awaitingSweep
            ),
        ]
        for (name, help, value) in rows { text.metric(name, "gauge", help, Double(value)) }
    }
}
