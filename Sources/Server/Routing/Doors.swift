import Auth
import DeliveryAPI
import HTTPServer
import Logging
import NIOCore
import Objects
import S3API
import Synchronization

/// Which door a request is for: its listener decides; each door reads the Host for itself.
final class Doors: Sendable {
    static let socketListener = "admin-socket"

    private let delivery: DeliveryDoor
    private let s3: S3Door
    private let admin: AdminContext
    private let health: Health
    private let trustedProxies: Set<String>
    private let logger: Logger
    private let http = Mutex<HTTPService?>(nil)

    init(parts: Parts, health: Health, configuration: ServerConfiguration, logger: Logger) {
        let authorizer = Authorizer()
        delivery = DeliveryDoor(store: parts.store, keys: parts.keys, authorizer: authorizer, logger: logger)
        var settings = S3Settings()
        settings.region = configuration.region
        settings.hostSuffixes = ["s3.\(configuration.baseDomain)"]
        s3 = S3Door(
            store: parts.store, authenticator: S3Authenticator(keys: parts.keys), authorizer: authorizer,
            settings: settings, logger: logger)
        admin = parts.admin
        trustedProxies = Set(configuration.trustedProxies)
        self.health = health
        self.logger = logger
    }

    /// The service whose statistics `/metrics` shows.
    func attach(_ service: HTTPService) {
        http.withLock { $0 = service }
    }

    func respond(_ received: HTTPRequest) async -> HTTPResponse {
        let request = trustedProxies.isEmpty ? received : forwarded(received)
        let start = ContinuousClock.now
        let response = await answer(request)
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        health.metrics.record(
            door: request.listener, method: request.method, status: response.status, seconds: seconds)
        if logger.logLevel <= .debug || response.status >= 500 {
            logger.log(
                level: response.status >= 500 ? .error : .debug, "request",
                metadata: [
                    "request": "\(request.id)", "door": "\(request.listener)",
                    "method": "\(request.method.name)",
                    "path": "\(request.rawPath)", "status": "\(response.status)",
                    "peer": "\(request.remoteAddress)",
                ])
        }
        return response
    }

    private func answer(_ request: HTTPRequest) async -> HTTPResponse {
        switch request.listener {
        case "delivery": await delivery.respond(request)
        case "s3": await s3.respond(request)
        case "admin":
            await health.respond(request, statistics: http.withLock { $0 }?.statistics ?? ServerStatistics())
        case Self.socketListener: await AdminProtocol.respond(request, in: admin)
        default: Self.nothingHere(request)
        }
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
