package import Blobs
import Digests
package import Logging
import NIOCore
import Synchronization

/// The meaning of the product: what every door calls, and all that it calls.
///
/// Bytes go to the blob store before the catalog commits, the catalog commits before the answer, and the
/// catalog forgets before bytes are freed. Everything throws `StoreError`.
package final class ObjectStore: Sendable {
    package let accounts: any AccountCatalog
    package let events: any EventCatalog
    package let settings: StoreSettings
    let catalog: any Catalog
    let blobs: any BlobStore
    let pool: DiskPool
    let logger: Logger
    let meter = StorageMeter()
    private let clock: @Sendable () -> Int64
    private let isClosedToBytes = Atomic(false)

    /// - Parameter clock: milliseconds since 1970.
    package init(
        catalog: any Catalog, blobs: any BlobStore, pool: DiskPool, settings: StoreSettings = StoreSettings(),
        logger: Logger, clock: @escaping @Sendable () -> Int64
    ) {
        accounts = catalog
        events = catalog
        self.catalog = catalog
        self.blobs = blobs
        self.pool = pool
        self.settings = settings
        self.logger = logger
        self.clock = clock
    }

    /// Milliseconds since 1970.
    package var now: Int64 { clock() }

    /// Whether bodies are refused with `outOfSpace`, those that are on their way too: what room is left belongs to
    /// deletes. Everything else goes on.
    package var refusesBytes: Bool {
        get { isClosedToBytes.load(ordering: .relaxed) }
        set { isClosedToBytes.store(newValue, ordering: .relaxed) }
    }

    /// Nil when there is none.
    package func bucket(_ name: BucketName) async throws -> Bucket? {
        if case .known(let bucket) = catalog.peekBucket(name) { return bucket }
        return try await catalog.bucket(name)
    }

    /// Nil when the host is not registered.
    package func domain(_ host: String) async throws -> Domain? {
        if case .known(let domain) = catalog.peekDomain(host) { return domain }
        return try await catalog.domain(host)
    }

    /// Nil when there is none.
    package func project(_ id: ProjectID) async throws -> Project? {
        if case .known(let project) = catalog.peekProject(id) { return project }
        return try await catalog.project(id)
    }

    /// Bytes that an object of this bucket may have.
    package func sizeLimit(of bucket: Bucket) async throws -> Int64 {
        min(try await project(bucket.project)?.maximumObjectSize ?? .max, settings.maximumObjectSize)
    }

    /// Keeps everything that can be reached now from being freed until it is released.
    package func hold() -> EpochHold { catalog.holdEpoch() }

    func scope(for bucket: Bucket) -> DedupScope {
        switch settings.dedup {
        case .instance: .instance
        case .project: DedupScope(Self.positive(SHA256Digest.hash(Array(bucket.project.string.utf8)).bytes))
        case .off: DedupScope(Self.positive(randomBytes(8)))
        }
    }

    private static func positive(_ bytes: [UInt8]) -> Int64 {
        bytes.prefix(8).reduce(0) { $0 << 8 | Int64($1) } & .max | 1
    }
}

extension ObjectStore {
    /// Runs a blocking job on the disk pool and gives its failures the store's names.
    func onDisk<T: Sendable>(_ job: @Sendable @escaping () throws -> T) async throws -> T {
        do {
            return try await pool.run(job)
        } catch {
            throw StoreError(error)
        }
    }
}

extension StoreError {
    /// The store's name for a failure below it.
    init(_ error: any Error) {
        switch error {
        case let known as StoreError: self = known
        case BlobError.noSpace: self = .outOfSpace
        case BlobError.missing(let segment): self = .corrupt("segment \(segment.rawValue) is missing")
        case BlobError.truncated: self = .corrupt("a segment is shorter than its chunks")
        case BlobError.corrupt(let what): self = .corrupt(what)
        case is DiskPool.Full: self = .overloaded
        case is CancellationError: self = .bodyIncomplete
        default: self = .internalFault("\(error)")
        }
    }
}
