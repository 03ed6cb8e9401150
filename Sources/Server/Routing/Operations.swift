import HTTPServer
import Synchronization

/// What the operator's listeners answer: health, metrics and the commands' socket.
///
/// They are served apart from the doors, so that they answer before the doors open, while those close, and when
/// those have all the connections they may have.
final class Operations: Sendable {
    private let health: Health
    private let page = Mutex<MetricsPage?>(nil)
    private let admin = Mutex<AdminContext?>(nil)

    init(health: Health) {
        self.health = health
    }

    /// From now on there is a store to speak of.
    func open(_ parts: Parts, page: MetricsPage) {
        admin.withLock { $0 = parts.admin }
        self.page.withLock { $0 = page }
    }

    func respond(_ request: HTTPRequest) async -> HTTPResponse {
        if request.listener == DoorName.socket.rawValue {
            guard let admin = admin.withLock({ $0 }) else { return .text(503, "starting\n") }
            return await AdminProtocol.respond(request, in: admin)
        }
        guard request.method == .get || request.method == .head else { return .text(405, "GET or HEAD\n") }
        switch request.rawPath {
        case "/health/live": return .text(200, "alive\n")
        case "/health/ready":
            guard let trouble = await health.trouble() else { return .text(200, "ready\n") }
            return .text(503, trouble + "\n")
        case "/metrics":
            guard let page = page.withLock({ $0 }) else { return .text(503, "starting\n") }
            return await page.response()
        default: return .text(404, "not found\n")
        }
    }
}
