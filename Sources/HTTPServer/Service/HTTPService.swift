import Glibc
package import Logging
package import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// Listens on addresses and answers requests with a handler.
package final class HTTPService: Sendable {
    let group: any EventLoopGroup
    let limits: ServerLimits
    let logger: Logger
    let handler: HTTPHandler
    let counters = ServerCounters()
    let budget: SlabBudget
    private let listeners = Mutex<[any Channel]>([])
    private let connections = Mutex<[ObjectIdentifier: any Channel]>([:])

    package init(
        group: any EventLoopGroup, limits: ServerLimits = ServerLimits(), logger: Logger,
        handler: @escaping HTTPHandler
    ) {
        self.group = group
        self.limits = limits
        self.logger = logger
        self.handler = handler
        budget = SlabBudget(limit: limits.slabBudget)
    }

    /// Listens on an address; port 0 lets the system choose one. Throws what the system says (address in use).
    package func bind(host: String, port: Int, name: String) async throws -> BoundListener {
        let channel = try await bootstrap(name).bind(host: host, port: port).get()
        listeners.withLock { $0.append(channel) }
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
        listeners.withLock { $0.append(channel) }
    }

    private func bootstrap(_ name: String) -> ServerBootstrap {
        ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: Int32(limits.backlog))
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.autoRead, value: false)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelOption(
                .recvAllocator,
                value: AdaptiveRecvByteBufferAllocator(minimum: 4096, initial: 65_536, maximum: 524_288)
            )
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try self.set(up: channel, listener: name) }
            }
    }

    private func set(up channel: any Channel, listener: String) throws {
        counters.connectionsAccepted.wrappingAdd(1, ordering: .relaxed)
        guard counters.connections.wrappingAdd(1, ordering: .relaxed).newValue <= limits.maxConnections else {
            counters.connections.wrappingSubtract(1, ordering: .relaxed)
            counters.connectionsRefused.wrappingAdd(1, ordering: .relaxed)
            refuse(channel)
            return
        }
        // A socket of the file system knows no such option.
        if channel.localAddress?.ipAddress != nil {
            try channel.syncOptions?.setOption(.tcpOption(.tcp_nodelay), value: 1)
        }
        let id = ObjectIdentifier(channel)
        connections.withLock { $0[id] = channel }
        channel.closeFuture.whenComplete { _ in
            self.counters.connections.wrappingSubtract(1, ordering: .relaxed)
            self.connections.withLock { $0[id] = nil }
        }
        var configuration = NIOHTTPDecoderLimitConfiguration()
        configuration.maxHeaderFieldSize = limits.maxHeaderBytes
        configuration.maxHeaderListSize = limits.maxHeaderBytes
        configuration.maxHeaderFieldCount = limits.maxHeaderCount
        let decoder = HTTPRequestDecoder(
            leftOverBytesStrategy: .dropBytes, informationalResponseStrategy: .drop,
            limitConfiguration: configuration)
        try channel.pipeline.syncOperations.addHandlers([
            ByteToMessageHandler(decoder, maximumBufferSize: Self.decoderBytes),
            ConnectionHandler(service: self, executor: executor(channel.eventLoop), listener: listener),
        ])
    }

    /// Bytes that the decoder may hold: what one receive brings and a head that is not complete.
    private static let decoderBytes = 1024 * 1024

    private func executor(_ eventLoop: any EventLoop) -> EventLoopTaskExecutor {
        let id = ObjectIdentifier(eventLoop)
        return executors.withLock { executors in
            if let known = executors[id] { return known }
            let executor = EventLoopTaskExecutor(eventLoop)
            executors[id] = executor
            return executor
        }
    }

    private let executors = Mutex<[ObjectIdentifier: EventLoopTaskExecutor]>([:])

    private func refuse(_ channel: any Channel) {
        let answer =
            "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nRetry-After: 1\r\nConnection: close\r\n\r\n"
        channel.writeAndFlush(ByteBuffer(string: answer)).whenComplete { _ in channel.close(promise: nil) }
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
        for channel in connections.withLock({ Array($0.values) }) {
            channel.pipeline.fireUserInboundEventTriggered(ConnectionHandler.ShutDown())
        }
        let deadline = ContinuousClock.now + (grace ?? limits.shutdownGrace)
        while ContinuousClock.now < deadline, !connections.withLock({ $0.isEmpty }) {
            try? await Task.sleep(for: .milliseconds(20))
        }
        for channel in connections.withLock({ Array($0.values) }) {
            try? await channel.close().get()
        }
    }

    package var statistics: ServerStatistics {
        counters.snapshot(slabBytes: budget.bytes)
    }
}
