import HTTPServer
import NIOCore
import Objects
import Synchronization

/// What `/health/…` and `/metrics` on the admin listener say.
final class Health: Sendable {
    enum State: String, Sendable { case starting, ready, stopping, failed }

    let metrics = RequestMetrics()
    private let state = Mutex(State.starting)
    private let expired = Atomic<Int>(0)
    private let swept = Atomic<Int>(0)
    private let sweptBytes = Atomic<Int>(0)
    private let store: ObjectStore
    private let data: DataDirectory

    init(store: ObjectStore, data: DataDirectory) {
        self.store = store
        self.data = data
    }

    /// A failed process stays failed.
    func become(_ next: State) {
        state.withLock { if $0 != .failed { $0 = next } }
    }

    func note(_ sweep: SweepResult) {
        swept.wrappingAdd(sweep.removed, ordering: .relaxed)
        sweptBytes.wrappingAdd(Int(sweep.bytes), ordering: .relaxed)
    }

    func note(expiredUploads: Int) {
        expired.wrappingAdd(expiredUploads, ordering: .relaxed)
    }

    func respond(_ request: HTTPRequest, statistics: ServerStatistics) async -> HTTPResponse {
        guard request.method == .get || request.method == .head else { return .text(405, "GET or HEAD\n") }
        switch request.rawPath {
        case "/health/live": return .text(200, "alive\n")
        case "/health/ready": return await ready()
        case "/metrics":
            return HTTPResponse(
                status: 200, headers: ["Content-Type": "text/plain; version=0.0.4; charset=utf-8"],
                body: .bytes(ByteBuffer(string: await metricsText(statistics))))
        default: return .text(404, "not found\n")
        }
    }

    private func ready() async -> HTTPResponse {
        let now = state.withLock { $0 }
        guard now == .ready else { return .text(503, "\(now.rawValue)\n") }
        do {
            _ = try await store.accounts.projects(after: nil, limit: 1)
            return .text(200, "ready\n")
        } catch {
            return .text(503, "the catalog does not answer\n")
        }
    }

    private func metricsText(_ server: ServerStatistics) async -> String {
        var text = MetricsText()
        text.family("coffer_build_info", "gauge", "The version that runs.")
        text.sample("coffer_build_info", [("version", Version.text)], 1)
        metrics.write(to: &text)
        text.metric("coffer_connections", "gauge", "Open connections.", Double(server.connections))
        text.metric(
            "coffer_requests_in_flight", "gauge", "Requests without a finished answer.",
            Double(server.requestsInFlight))
        text.metric(
            "coffer_connections_refused_total", "counter", "Connections over the limit.",
            Double(server.connectionsRefused))
        text.metric(
            "coffer_requests_refused_total", "counter", "Requests that broke the protocol or a limit.",
            Double(server.requestsRefused))
        text.metric(
            "coffer_received_bytes_total", "counter", "Bytes of request bodies.", Double(server.bytesIn))
        text.metric(
            "coffer_sent_bytes_total", "counter", "Bytes of response bodies.", Double(server.bytesOut))
        text.metric("coffer_slab_bytes", "gauge", "Request bodies in memory.", Double(server.slabBytes))
        text.metric(
            "coffer_uploads_expired_total", "counter", "Uploads dropped after their lifetime.",
            Double(expired.load(ordering: .relaxed)))
        text.metric(
            "coffer_swept_total", "counter", "Places freed by the sweeper.",
            Double(swept.load(ordering: .relaxed)))
        text.metric(
            "coffer_swept_bytes_total", "counter", "Bytes freed by the sweeper.",
            Double(sweptBytes.load(ordering: .relaxed)))
        let space = data.space
        text.metric(
            "coffer_disk_free_bytes", "gauge", "Free space of the data directory.", Double(space.free))
        text.metric("coffer_disk_size_bytes", "gauge", "Size of its file system.", Double(space.total))
        if let totals = try? await store.statistics() {
            text.metric("coffer_objects", "gauge", "Current versions.", Double(totals.catalog.objects))
            text.metric(
                "coffer_logical_bytes", "gauge", "Sizes of all versions.", Double(totals.catalog.logicalBytes)
            )
            text.metric(
                "coffer_segment_bytes", "gauge", "Disk blocks of all segments.", Double(totals.segmentBytes))
            text.metric(
                "coffer_open_uploads", "gauge", "Uploads in progress.", Double(totals.catalog.uploads))
            text.metric(
                "coffer_awaiting_sweep", "gauge", "Contents and places that wait for the sweeper.",
                Double(totals.catalog.awaitingSweep))
        }
        return text.text
    }
}

/// The version of this program.
package enum Version {
    package static let text = "0.1.0"
}
