import AsyncHTTPClient
import Auth
import Blobs
import Foundation
import HTTPServer
import Logging
import MediaProbe
import NIOCore
import NIOPosix
import Objects
import ServiceLifecycle
import Synchronization
import UnixSignals

/// The one server process: every door on one store.
package final class CofferServer: Sendable {
    /// What is printed when the server is ready.
    package struct Ready: Codable, Sendable {
        package var ready = true
        package var delivery: String
        package var s3: String
        package var api: String
        package var admin: String
    }

    /// Seconds beyond `shutdown-seconds` after which what still runs is cancelled.
    private static let shutdownMargin = 10

    private let configuration: ServerConfiguration
    private let dataPath: String
    private let logger: Logger
    private let stopSignals: [UnixSignal]
    private let running = Mutex<ServiceGroup?>(nil)

    package convenience init(configuration: ServerConfiguration, dataPath: String) {
        self.init(
            configuration: configuration, dataPath: dataPath,
            logger: JSONLogHandler.logger(level: configuration.logLevel), stopSignals: [.sigterm, .sigint])
    }

    init(
        configuration: ServerConfiguration, dataPath: String, logger: Logger, stopSignals: [UnixSignal]
    ) {
        self.configuration = configuration
        self.dataPath = dataPath
        self.logger = logger
        self.stopSignals = stopSignals
    }

    /// Serves until SIGTERM, SIGINT or `stop`; then readiness goes first and running requests get their time.
    ///
    /// The operator's listener answers from before the store is opened until after the doors are closed.
    /// - Throws: `DataDirectoryError`, `ListenError`, or what the catalog says. Everything is closed again.
    package func run(onReady: @escaping @Sendable (Ready) -> Void) async throws {
        OpenFiles.allowAll()
        let data = try DataDirectory(path: dataPath)
        let loops = configuration.eventLoops == 0 ? System.coreCount : configuration.eventLoops
        let group = MultiThreadedEventLoopGroup(numberOfThreads: loops)
        let health = Health()
        let operations = Operations(health: health)
        let side = HTTPService(group: group, limits: .forOperators, logger: logger) {
            await operations.respond($0)
        }
        try await closing {
            let admin = try await listen(side, DoorName.admin.rawValue, configuration.admin)
            let parts = try openParts(data)
            try await closing {
                try await serve(
                    Stage(data: data, parts: parts, group: group, side: side, admin: admin), health,
                    operations, onReady)
            } finally: {
                await parts.close()
            }
        } finally: {
            await side.shutdown(grace: .zero)
            try? await group.shutdownGracefully()
        }
    }

    /// Stops the server as SIGTERM does. Before `run` has its doors open this does nothing.
    package func stop() async {
        await running.withLock { $0 }?.triggerGracefulShutdown()
    }

    /// What is there once the store is open.
    private struct Stage {
        let data: DataDirectory
        let parts: Parts
        let group: MultiThreadedEventLoopGroup
        /// The operator's service, and the URL of its listener.
        let side: HTTPService
        let admin: String
    }

    private func openParts(_ data: DataDirectory) throws -> Parts {
        let logger = self.logger
        return try Parts(data: data, configuration: configuration, logger: logger) { reason in
            // What is durable is unknown: going on could answer for what is not. A restart reads what is there.
            logger.critical("the catalog's disk failed; the process stops", metadata: ["reason": "\(reason)"])
            Foundation.exit(70)
        }
    }

    private func serve(
        _ stage: Stage, _ health: Health, _ operations: Operations,
        _ onReady: @escaping @Sendable (Ready) -> Void
    ) async throws {
        let requests = RequestMetrics()
        let upkept = UpkeepMetrics()
        let desk = await mediaDesk(stage.parts)
        let client = HTTPClient(eventLoopGroupProvider: .shared(stage.group), configuration: Self.webhooks)
        let ingest = IngestUpkeep(
            parts: stage.parts,
            fetcher: HTTPIngestFetcher(
                group: stage.group, allowsPrivate: configuration.ingestsPrivateAddresses, logger: logger),
            logger: logger)
        let doors = Doors(
            parts: stage.parts, media: desk, ingest: ingest, metrics: requests, configuration: configuration,
            logger: logger)
        let http = HTTPService(group: stage.group, limits: limits(), logger: logger) {
            await doors.respond($0)
        }
        let page = MetricsPage(
            requests: requests, upkeep: upkept, totals: StoreTotals(stage.parts.store), data: stage.data,
            doors: http)
        health.watch(stage.parts)
        operations.open(stage.parts, page: page)
        let socket = SocketPath(in: stage.data.path)
        try await stage.side.bind(unixSocket: socket.path, name: DoorName.socket.rawValue)
        try await closing {
            let ready = try await open(http, doors.router, stage.parts, admin: stage.admin)
            let front = FrontDoor(http: http, health: health, grace: .seconds(configuration.shutdownSeconds))
            { onReady(ready) }
            try await run([
                // The first, because services stop from the last on: what the doors record is written after them.
                AccessLogUpkeep(
                    parts: stage.parts, authorizer: Authorizer(), region: configuration.region,
                    interval: Int64(configuration.accessLogSeconds) * 1000, logger: logger),
                Upkeep(parts: stage.parts, metrics: upkept, logger: logger),
                LifecycleUpkeep(
                    store: stage.parts.store,
                    calendar: LifecycleCalendar(daySeconds: configuration.lifecycleDaySeconds),
                    metrics: upkept, logger: logger),
                WebhookDelivery(
                    parts: stage.parts, client: client, group: stage.group,
                    allowsPrivate: configuration.ingestsPrivateAddresses, region: configuration.region,
                    metrics: upkept, logger: logger),
                MediaUpkeep(
                    parts: stage.parts, desk: desk, width: mediaWidth, metrics: upkept, logger: logger),
                ingest,
                front,
            ])
        } finally: {
            // Nobody is turned away who could have been served: the doors are closed by now, or never opened.
            await http.shutdown(grace: .zero)
            try? await client.shutdown()
            unlink(stage.data.socketPath)
        }
    }

    private var mediaWidth: Int {
        configuration.mediaTools == 0 ? System.coreCount : configuration.mediaTools
    }

    private func mediaDesk(_ parts: Parts) async -> MediaDesk {
        var settings = ProbeSettings(staging: parts.data.stagingPath)
        settings.sandbox = configuration.mediaSandbox == .required ? .required : .preferred
        settings.atOnce = mediaWidth
        let cache = PictureCache(
            directory: URL(filePath: parts.data.picturesPath), limit: configuration.pictureCacheBytes
        ) { job in
            try? await parts.pool.run(job)
        }
        await cache.open()
        return MediaDesk(
            parts: parts,
            probe: Probe(
                settings: settings, tools: await MediaTools.detect(settings: settings, log: logger),
                log: logger),
            cache: cache)
    }

    /// A receiver that moves says so to its operator: what is signed for one address is not sent to another.
    private static var webhooks: HTTPClient.Configuration {
        HTTPClient.Configuration(
            redirectConfiguration: .disallow, timeout: .init(connect: .seconds(5), read: .seconds(15)))
    }

    private func run(_ services: [any Service]) async throws {
        var settings = ServiceGroupConfiguration(
            services: services, gracefulShutdownSignals: stopSignals, logger: logger)
        settings.maximumGracefulShutdownDuration = .seconds(
            configuration.shutdownSeconds + Self.shutdownMargin)
        let group = ServiceGroup(configuration: settings)
        running.withLock { $0 = group }
        defer { running.withLock { $0 = nil } }
        try await group.run()
    }

    private func limits() -> ServerLimits {
        var limits = ServerLimits()
        limits.maxHeaderBytes = configuration.maximumHeaderBytes
        limits.maxConnections = configuration.maximumConnections
        limits.headerTimeout = .seconds(configuration.headerSeconds)
        limits.idleTimeout = .seconds(configuration.idleSeconds)
        limits.minBodyRate = configuration.minimumBodyRate
        limits.slabBudget = configuration.slabBudgetBytes
        limits.maxBodyBytes = configuration.maximumObjectBytes
        return limits
    }

    /// Binds every listener of the doors; one URL for each door, the same for doors that share a listener.
    private func open(
        _ http: HTTPService, _ router: HostRouter, _ parts: Parts, admin: String
    ) async throws -> Ready {
        var urls: [DoorName: String] = [:]
        for listener in router.listeners {
            let url = try await listen(http, listener.name, listener.address)
            for door in listener.doors { urls[door] = url }
        }
        parts.addresses.open(delivery: urls[.delivery] ?? "", storage: urls[.s3] ?? "")
        return Ready(
            delivery: urls[.delivery] ?? "", s3: urls[.s3] ?? "", api: urls[.api] ?? "", admin: admin)
    }

    private func listen(
        _ http: HTTPService, _ name: String, _ address: ServerConfiguration.Address
    ) async throws -> String {
        do {
            let bound = try await http.bind(host: address.host, port: address.port, name: name)
            return "http://\(ServerConfiguration.Address(host: address.host, port: bound.port))"
        } catch {
            throw ListenError(address, error)
        }
    }
}

/// Does the work, then the clean-up, whether the work threw or not.
private func closing(
    _ work: () async throws -> Void, finally cleanUp: () async -> Void
) async throws {
    do {
        try await work()
    } catch {
        await cleanUp()
        throw error
    }
    await cleanUp()
}

/// Says that the server is ready, and closes its listeners when it is told to stop.
private struct FrontDoor: Service {
    let http: HTTPService
    let health: Health
    let grace: Duration
    let onReady: @Sendable () -> Void

    func run() async throws {
        health.become(.ready)
        onReady()
        try? await gracefulShutdown()
        health.become(.stopping)
        await http.shutdown(grace: grace)
    }
}

extension ServerLimits {
    /// For few who ask little: they must be answered when the doors have no room left.
    fileprivate static var forOperators: ServerLimits {
        var limits = ServerLimits()
        limits.maxConnections = 256
        limits.slabBudget = 64 << 20
        limits.maxBodyBytes = Int64(AdminProtocol.maximumLength)
        return limits
    }
}
