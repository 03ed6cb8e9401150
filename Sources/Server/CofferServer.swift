import Auth
import DeliveryAPI
import Foundation
import HTTPServer
import Logging
import NIOCore
import NIOPosix
import Objects
import S3API
import ServiceLifecycle
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

    private let configuration: ServerConfiguration
    private let dataPath: String
    private let logger: Logger

    package init(configuration: ServerConfiguration, dataPath: String) {
        self.configuration = configuration
        self.dataPath = dataPath
        logger = JSONLogHandler.logger(level: configuration.logLevel)
    }

    /// Serves until SIGTERM or SIGINT; then readiness goes first and running requests get their time.
    package func run(onReady: @escaping @Sendable (Ready) -> Void) async throws {
        let logger = self.logger
        let parts = try Parts(dataPath: dataPath, configuration: configuration, logger: logger) { reason in
            // What is durable is unknown: going on could answer for what is not. A restart reads what is there.
            logger.critical("the catalog's disk failed; the process stops", metadata: ["reason": "\(reason)"])
            Foundation.exit(70)
        }
        let health = Health(store: parts.store, data: parts.data)
        let loops = configuration.eventLoops == 0 ? System.coreCount : configuration.eventLoops
        let group = MultiThreadedEventLoopGroup(numberOfThreads: loops)
        let doors = Doors(parts: parts, health: health, configuration: configuration, logger: logger)
        let http = HTTPService(group: group, limits: limits(), logger: logger) { await doors.respond($0) }
        doors.attach(http)
        let ready: Ready
        do {
            ready = try await bind(http, socket: parts.data.socketPath)
        } catch {
            await http.shutdown(grace: .zero)
            await parts.close()
            try await group.shutdownGracefully()
            throw error
        }
        let frontDoor = FrontDoor(http: http, health: health, grace: .seconds(configuration.shutdownSeconds))
        { onReady(ready) }
        let upkeep = Upkeep(admin: parts.admin, health: health, data: parts.data, logger: logger)
        let services = ServiceGroup(
            services: [upkeep, frontDoor], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        try await services.run()
        unlink(parts.data.socketPath)
        await parts.close()
        try await group.shutdownGracefully()
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

    private func bind(_ http: HTTPService, socket: String) async throws -> Ready {
        try await http.bind(unixSocket: socket, name: Doors.socketListener)
        func url(_ address: ServerConfiguration.Address, _ name: String) async throws -> String {
            let bound = try await http.bind(host: address.host, port: address.port, name: name)
            return "http://\(ServerConfiguration.Address(host: address.host, port: bound.port))"
        }
        return Ready(
            delivery: try await url(configuration.delivery, "delivery"),
            s3: try await url(configuration.s3, "s3"),
            api: try await url(configuration.api, "api"), admin: try await url(configuration.admin, "admin"))
    }
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
