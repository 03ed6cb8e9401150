import Auth
import HTTPServer
import Objects
import Synchronization

/// A delivery host: its domain, and the bucket that lies behind it.
final class Site: Sendable {
    let domain: Domain
    let bucket: Bucket
    /// As the authoriser names the way in.
    let door: Door
    /// Which pages may use the bucket, when its owner has said so; nil lets every page in.
    let cors: CORSConfiguration?
    /// How the bucket is served as a website; nil when it is none, or it cannot be read.
    let website: WebsiteConfiguration?
    /// When it is to be asked for anew, milliseconds since 1970.
    fileprivate let expires: Int64

    init(domain: Domain, bucket: Bucket, expires: Int64) {
        self.domain = domain
        self.bucket = bucket
        door = .delivery(domain)
        // What cannot be read lets nobody in.
        website = (try? bucket.website) ?? nil
        do { cors = try bucket.cors } catch { cors = CORSConfiguration(rules: []) }
        self.expires = expires
    }

    /// Where the object is served: the domain's public address, else the one that this request was sent to.
    func url(of key: ObjectKey, for request: HTTPRequest) -> String {
        let base =
            domain.publicBaseURL.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
            ?? (request.isSecure ? "https://" : "http://") + (request.host ?? domain.host)
        return base + "/" + percentEncode(key.bytes, keepingSlash: true)
    }
}

/// Sites that were asked for lately, each believed for a limited time.
///
/// An unknown host is never kept, so that a new domain is served at once.
final class SiteCache: Sendable {
    /// Hosts at once.
    private static let capacity = 4096

    private let store: ObjectStore
    private let lifetime: Int64
    private let entries = Mutex<[String: Site]>([:])

    /// `lifetime` in ms.
    init(store: ObjectStore, lifetime: Int64) {
        self.store = store
        self.lifetime = lifetime
    }

    /// The site of a Host field in lower case at a time in ms; nil when no domain has that name.
    func site(host: String, now: Int64) async throws -> Site? {
        if let known = entries.withLock({ $0[host] }), known.expires > now { return known }
        guard let name = HostName.withoutPort(host) else { return nil }
        var domain = try await store.domain(name)
        if domain == nil, HostName.isLocal(name) { domain = try await store.accounts.localhostDomain() }
        guard let domain, let bucket = try await store.accounts.bucket(domain.bucket) else { return nil }
        let site = Site(domain: domain, bucket: bucket, expires: now + lifetime)
        entries.withLock { entries in
            // The port is the client's word: a host may stand here many times under different ones.
            if entries.count >= Self.capacity { entries.removeAll(keepingCapacity: true) }
            entries[host] = site
        }
        return site
    }
}
