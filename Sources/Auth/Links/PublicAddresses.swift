import HTTPServer
package import Objects
import Synchronization

/// Where files are served from, for answers that come from another door than theirs.
package final class PublicAddresses: Sendable {
    private struct Listeners {
        var delivery = "http://localhost:8080"
        var storage = "http://localhost:9000"
    }

    private let store: ObjectStore
    var accounts: any AccountCatalog { store.accounts }
    private let listeners = Mutex(Listeners())

    package init(store: ObjectStore) {
        self.store = store
    }

    /// Once the doors are open: the URLs of their listeners, scheme and authority.
    package func open(delivery: String, storage: String) {
        listeners.withLock { $0 = Listeners(delivery: delivery, storage: storage) }
    }

    /// The domain whose URLs name the files of a bucket: the first that takes signed URLs of the first form.
    package func domain(of bucket: BucketID) async throws -> Domain? {
        let domains = try await store.accounts.domains(of: bucket)
        return domains.first { $0.acceptsFirstFormSignatures } ?? domains.first
    }

    /// Scheme and authority: the domain's public ones, else those of the listener under the domain's name.
    package func base(of domain: Domain) -> String {
        if let base = domain.publicBaseURL { return base.hasSuffix("/") ? String(base.dropLast()) : base }
        let listener = listeners.withLock { $0.delivery }
        let port = listener.lastIndex(of: ":").map { listener[$0...] }.flatMap { $0.contains("/") ? nil : $0 }
        return "http://\(domain.servesLocalhost ? "localhost" : domain.host)\(port ?? "")"
    }

    /// The URL of a file: on its bucket's domain, else where S3 has it.
    package func url(of key: [UInt8], in bucket: BucketID, named name: BucketName) async throws -> String {
        url(of: key, on: try await domain(of: bucket), in: name)
    }

    package func url(of key: [UInt8], on domain: Domain?, in bucket: BucketName) -> String {
        let base = domain.map { self.base(of: $0) } ?? listeners.withLock { $0.storage } + "/" + bucket.string
        return base + "/" + percentEncode(key, keepingSlash: true)
    }
}
