package import Auth
package import HTTPServer
package import Logging
package import MediaProbe
import NIOCore
package import Objects

/// Files by URL: `PUT` one to the address that it will be served from, whole or in ranges, and `GET` it there.
package final class DeliveryDoor: Sendable {
    let store: ObjectStore
    let keys: KeyRing
    let authorizer: Authorizer
    let settings: DeliverySettings
    let media: any MediaService
    let accessLog: AccessLog
    let logger: Logger
    let sites: SiteCache
    let publicHeaders = HeaderCache()

    package init(
        store: ObjectStore, keys: KeyRing, authorizer: Authorizer,
        settings: DeliverySettings = DeliverySettings(),
        media: any MediaService = NoMediaService(), accessLog: AccessLog = AccessLog(),
        logger: Logger
    ) {
        self.store = store
        self.keys = keys
        self.authorizer = authorizer
        self.settings = settings
        self.media = media
        self.accessLog = accessLog
        self.logger = logger
        sites = SiteCache(store: store, lifetime: settings.domainLifetime)
    }

    /// Answers one request; every failure becomes an answer.
    package func respond(_ request: HTTPRequest) async -> HTTPResponse {
        var facts = DeliveryFacts()
        var response = await outcome(of: request, &facts)
        response.operation = facts.operation?.name
        if let cors = facts.site?.cors { CrossOrigin.replace(in: &response.headers, by: cors, request) }
        addRecord(to: &response, request, facts)
        return response
    }

    /// `facts` are set as soon as they are known, for refusals too.
    private func outcome(of request: HTTPRequest, _ facts: inout DeliveryFacts) async -> HTTPResponse {
        do {
            return try await answer(request, &facts)
        } catch let refusal as Refusal {
            return refusal.response(to: request)
        } catch let error as StoreError {
            logFault(error, request)
            let isWrite = request.method == .put || request.method == .delete
            return Refusal(error, isWrite: isWrite).response(to: request)
        } catch is CancellationError {
            return Refusal(.bodyIncomplete, isWrite: true).response(to: request)
        } catch {
            logFault(.internalFault("\(error)"), request)
            return Refusal.fault.response(to: request)
        }
    }

    private func answer(
        _ request: HTTPRequest, _ facts: inout DeliveryFacts
    ) async throws -> HTTPResponse {
        guard let host = request.host, let site = try await sites.site(host: host, now: request.receivedAt)
        else {
            throw Refusal.noSuchHost
        }
        facts.site = site
        if request.method == .options {
            guard let cors = site.cors else { return CrossOrigin.preflight(request) }
            return try CrossOrigin.preflight(request, cors)
        }
        let query = try DeliveryQuery(request.rawQuery)
        let operation = try DeliveryOperation(request, query)
        facts.operation = operation
        if let elsewhere = redirectAll(request, site) { return elsewhere }
        let key = try DeliveryKey.parse(rawPath: path(of: request, operation, site))
        facts.key = key
        let principal = try await authenticate(request, site: site, key: key, query: query)
        facts.principal = principal
        let visit = Visit(request: request, site: site, key: key, query: query, principal: principal)
        switch operation {
        case .read:
            if let picture = query.picture { return try await self.picture(visit, picture) }
            guard let website = site.website else { return try await read(visit) }
            return try await read(visit, in: website)
        case .put:
            return try await put(visit)
        case .putRange(let first, let last, let total):
            return try await putRange(visit, first: first, last: last, total: total)
        case .uploadStatus(let total):
            return try await uploadStatus(visit, total: total)
        case .cancelUpload(let total):
            return try await cancelUpload(visit, total: total)
        case .delete:
            return try await delete(visit)
        }
    }

    /// The client reads "failed"; the cause is here, under the same request id.
    private func logFault(_ error: StoreError, _ request: HTTPRequest) {
        switch error {
        case .corrupt(let cause), .internalFault(let cause):
            logger.error("a request failed", metadata: ["request": "\(request.id)", "cause": "\(cause)"])
        default:
            break
        }
    }
}
