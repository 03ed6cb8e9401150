import Synchronization

/// What the server did so far and does now.
package struct ServerStatistics: Sendable, Equatable {
    /// Connections open now.
    package var connections = 0
    /// Requests whose head was read and whose response is not finished.
    package var requestsInFlight = 0
    package var connectionsAccepted = 0
    /// Connections refused because of `maxConnections`.
    package var connectionsRefused = 0
    package var requests = 0
    /// Requests that broke the protocol or a limit and never reached the handler.
    package var requestsRefused = 0
    /// Bytes of request bodies.
    package var bytesIn: Int64 = 0
    /// Bytes of response bodies.
    package var bytesOut: Int64 = 0
    /// Bytes of request bodies in memory now.
    package var slabBytes = 0

    /// Nothing yet.
    package init() {}
}

/// The counters behind `ServerStatistics`.
final class ServerCounters: Sendable {
    let requestsInFlight = Atomic<Int>(0)
    let connectionsAccepted = Atomic<Int>(0)
    let connectionsRefused = Atomic<Int>(0)
    let requests = Atomic<Int>(0)
    let requestsRefused = Atomic<Int>(0)
    let bytesIn = Atomic<Int>(0)
    let bytesOut = Atomic<Int>(0)

    func snapshot(connections: Int, slabBytes: Int) -> ServerStatistics {
        var statistics = ServerStatistics()
        statistics.connections = connections
        statistics.requestsInFlight = requestsInFlight.load(ordering: .relaxed)
        statistics.connectionsAccepted = connectionsAccepted.load(ordering: .relaxed)
        statistics.connectionsRefused = connectionsRefused.load(ordering: .relaxed)
        statistics.requests = requests.load(ordering: .relaxed)
        statistics.requestsRefused = requestsRefused.load(ordering: .relaxed)
        statistics.bytesIn = Int64(bytesIn.load(ordering: .relaxed))
        statistics.bytesOut = Int64(bytesOut.load(ordering: .relaxed))
        statistics.slabBytes = slabBytes
        return statistics
    }
}
