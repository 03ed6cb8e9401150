import Auth
import Console
import DeliveryAPI
import HTTPServer
import IdentityAPI
import LibraryAPI
import Logging
import MediaProbe
import NIOCore
import Objects
import S3API

/// Takes each request to its door, then counts, times and logs what became of it.
final class Doors: Sendable {
    let router: HostRouter
    private let delivery: DeliveryDoor
    private let s3: S3Door
    private let identity: IdentityDoor
    private let library: LibraryDoor
    private let console: ConsoleDoor
    private let parts: Parts
    private let metrics: RequestMetrics
    private let trustedProxies: Set<String>
    private let logsRequests: Bool
    private let logger: Logger

    init(
        parts: Parts, media: any MediaService, ingest: IngestUpkeep, metrics: RequestMetrics,
        configuration: ServerConfiguration,
        logger: Logger
    ) {
        let authorizer = Authorizer()
        router = HostRouter(configuration)
        delivery = DeliveryDoor(
            store: parts.store, keys: parts.keys, authorizer: authorizer,
            media: media, accessLog: parts.accessLog, logger: logger)
        var settings = S3Settings()
        settings.region = configuration.region
        settings.calendar = LifecycleCalendar(daySeconds: configuration.lifecycleDaySeconds)
        settings.hostSuffixes = ["s3.\(configuration.baseDomain)"]
        let authenticator = S3Authenticator(keys: parts.keys)
        s3 = S3Door(
            store: parts.store, authenticator: authenticator, authorizer: authorizer, settings: settings,
            accessLog: parts.accessLog, logger: logger)
        identity = IdentityDoor(
            authenticator: authenticator, authorizer: authorizer, region: configuration.region, logger: logger
        )
        library = LibraryDoor(
            store: parts.store, library: parts.library, keys: parts.keys, addresses: parts.addresses,
            media: media, settings: Self.librarySettings(parts, configuration, ingest), logger: logger)
        console = ConsoleDoor(
            sessions: ConsoleSessions(keys: parts.keys), accounts: parts.keys.accounts, logger: logger,
            origins: { [addresses = parts.addresses] in try await addresses.origins(of: $0) })
        self.parts = parts
        self.metrics = metrics
        trustedProxies = Set(configuration.trustedProxies)
        logsRequests = configuration.logsRequests
        self.logger = logger
    }

    func respond(_ received: HTTPRequest) async -> HTTPResponse {
        let request = trustedProxies.isEmpty ? received : forwarded(received)
        let door = router.door(listener: request.listener, host: request.host)
        let start = ContinuousClock.now
        var response = await answer(request, at: door)
        let answered = start.duration(to: .now)
        let series = RequestMetrics.Series(door: door, request.method, operation: response.operation)
        switch response.body {
        case .empty, .bytes:
            metrics.answered(series, status: response.status, after: answered, isWhole: true)
        case .pieces, .stream:
            metrics.answered(series, status: response.status, after: answered, isWhole: false)
            response.onSent = { [metrics, onSent = response.onSent] isSent in
                metrics.finished(series, after: start.duration(to: .now))
                onSent?(isSent)
            }
        }
        if response.status == 507 { parts.noteFullDisk() }
        log(request, door, response, answered)
        return response
    }

    private func answer(_ request: HTTPRequest, at door: DoorName) async -> HTTPResponse {
        switch door {
        case .delivery: await delivery.respond(request)
        case .s3:
            if IdentityDoor.isAddressed(by: request) {
                await identity.respond(request)
            } else {
                await s3.respond(request)
            }
        case .api:
            if let page = await console.respond(request) { page } else { await library.respond(request) }
        case .admin, .socket: Self.nothingHere(request)
        }
    }

    /// The query is never written: it may hold a signature that still opens something.
    private func log(_ request: HTTPRequest, _ door: DoorName, _ response: HTTPResponse, _ time: Duration) {
        let level: Logger.Level =
            switch response.status {
            case 500: .error
            case 502...: .warning
            default: logsRequests ? .info : .debug
            }
        guard level >= logger.logLevel else { return }
        logger.log(
            level: level, "request",
            metadata: [
                "request": "\(request.id)", "door": "\(door.rawValue)", "method": "\(request.method.name)",
                "host": "\(request.host ?? "")", "path": "\(request.rawPath)",
                "operation": "\(response.operation ?? "none")", "status": "\(response.status)",
                "milliseconds": "\((time / .milliseconds(1)).rounded())", "peer": "\(request.remoteAddress)",
            ])
    }

    private static func librarySettings(
        _ parts: Parts, _ configuration: ServerConfiguration, _ ingest: IngestUpkeep
    ) -> LibrarySettings {
        let own = [configuration.baseDomain, configuration.contentDomain]
        return LibrarySettings(
            fetcher: ingest.fetcher,
            refusesHost: { host in
                if !HostNames.isValid(host) { return "\(host) is no host name." }
                return HostNames.isReserved(host: host, under: own)
                    ? "\(host) is a host of the store's own doors." : nil
            }, taskMade: { ingest.ring() })
    }

    /// Only peers that the operator named may speak for others.
    private func forwarded(_ request: HTTPRequest) -> HTTPRequest {
        guard trustedProxies.contains(request.remoteAddress) else { return request }
        var request = request
        if let client = request.headers.values("x-forwarded-for").last?.split(separator: ",").last {
            request.remoteAddress = String(client.filter { $0 != " " })
        }
        if let scheme = request.headers[first: "x-forwarded-proto"] { request.isSecure = scheme == "https" }
        return request
    }

    private static func nothingHere(_ request: HTTPRequest) -> HTTPResponse {
        let body =
            #"{"error":{"kind":"not_found","message":"There is nothing at this path."},"#
            + #""message":"There is nothing at this path.","meta":{"request_id":"\#(request.id)"}}"#
        return HTTPResponse(
            status: 404, headers: ["Content-Type": "application/json"], body: .bytes(ByteBuffer(string: body))
        )
    }
}
