import Glibc
package import Logging
package import NIOCore
import NIOPosix

/// Listens on addresses and answers requests with a handler.
package final class HTTPService: Sendable {
    let group: any EventLoopGroup
    let limits: ServerLimits
    let logger: Logger
    let handler: HTTPHandler
    let counters = ServerCounters()
    let budget: SlabBudget
    let roster: ConnectionRoster
    private let loops: [ObjectIdentifier: LoopContext]

    package init(
        group: any EventLoopGroup, limits: ServerLimits = ServerLimits(), logger: Logger,
        handler: @escaping HTTPHandler
    ) {
        self.group = group
        self.limits = limits
        self.logger = logger
        self.handler = handler
        budget = SlabBudget(limit: limits.slabBudget)
        roster = ConnectionRoster(limit: limits.maxConnections)
        var loops: [ObjectIdentifier: LoopContext] = [:]
        for loop in group.makeIterator() {
            loops[ObjectIdentifier(loop)] = LoopContext(loop)
        }
        self.loops = loops
    }

    /// Listens on an address; port 0 lets the system choose one.
    ///
    /// Throws what the system says (address in use, no right to the port), and `CancellationError` after
    /// `shutdown`.
    package func bind(host: String, port: Int, name: String) async throws -> BoundListener {
        let channel = try await bootstrap(name).bind(host: host, port: port).get()
        try await keep(channel)
        return BoundListener(
            name: name, address: channel.localAddress?.ipAddress ?? host,
            port: channel.localAddress?.port ?? port)
    }

    /// Listens on a socket in the file system, which is replaced when it exists. Only this user may connect.
    package func bind(unixSocket path: String, name: String) async throws {
        let previous = umask(0o177)
        defer { umask(previous) }
        let channel = try await bootstrap(name)
            .bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true).get()
        try await keep(channel)
    }

    private func keep(_ listener: any Channel) async throws {
        guard roster.add(listener: listener) else {
            try? await listener.close().get()
            throw CancellationError()
        }
    }

    private func bootstrap(_ name: String) -> ServerBootstrap {
        ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: Int32(clamping: limits.backlog))
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.autoRead, value: false)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelOption(.maxMessagesPerRead, value: 1)
            .childChannelOption(
                .recvAllocator,
                value: AdaptiveRecvByteBufferAllocator(minimum: 4096, initial: 65536, maximum: 524_288)
            )
            .childChannelOption(
                .writeBufferWaterMark,
                value: .init(low: max(1, limits.maxUnsentBytes / 4), high: max(1, limits.maxUnsentBytes))
            )
            .childChannelInitializer { [self] channel in
                channel.eventLoop.makeCompletedFuture {
                    // A socket of the file system has no such option.
                    if channel.localAddress?.ipAddress != nil {
                        try channel.syncOptions?.setOption(.tcpOption(.tcp_nodelay), value: 1)
                    }
                    let connection = Connection(
                        service: self, loop: context(of: channel.eventLoop), name: name)
                    try channel.pipeline.syncOperations.addHandler(connection)
                }
            }
    }

    /// Takes no new connections, lets running requests finish for at most `grace`, then closes what is left.
    ///
    /// Idle connections are closed at once; a response that begins from now on says `Connection: close`. After
    /// `grace` the tasks of the remaining requests are cancelled. A second call waits like the first.
    package func shutdown(grace: Duration? = nil) async {
        for listener in roster.close() {
            // It is closed when it cannot be closed.
            try? await listener.close().get()
        }
        roster.tellAll(.finish)
        let roster = roster
        let alarm = group.next().scheduleTask(in: TimeAmount(grace ?? limits.shutdownGrace)) {
            roster.tellAll(.abort)
        }
        await roster.empty()
        alarm.cancel()
    }

    /// What the server did so far and does now.
    package var statistics: ServerStatistics {
        counters.snapshot(connections: roster.count, slabBytes: budget.used)
    }

    private func context(of loop: any EventLoop) -> LoopContext {
        guard let context = loops[ObjectIdentifier(loop)] else {
            preconditionFailure("a connection runs on a loop of the service's group")
        }
        return context
    }
}
