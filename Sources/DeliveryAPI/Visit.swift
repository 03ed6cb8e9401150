import Auth
import HTTPServer
import Objects

/// A request that is understood and whose sender is known.
struct Visit: Sendable {
    var request: HTTPRequest
    var site: Site
    var key: ObjectKey
    var query: DeliveryQuery
    var principal: Principal

    var isHead: Bool { request.method == .head }

    var isAnonymous: Bool {
        if case .anonymous = principal { true } else { false }
    }

    /// What those who are told of the bucket's changes learn of the request; nil when nobody is.
    func origin(_ kind: ObjectEvent.Kind) -> ChangeOrigin? {
        ChangeOrigin(kind, request, principal, in: site.bucket)
    }

    /// The URL of the file that the request is about.
    var url: String { site.url(of: key, for: request) }
}
