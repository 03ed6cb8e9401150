import NIOCore
import Objects
import Synchronization

/// What `peek…` answers from: current versions, buckets by name, domains by host, projects. Absence is
/// remembered too.
final class CatalogCache: Sendable {
    /// A key of a bucket, hashed once.
    struct ObjectName: Hashable, Sendable {
        let bucket: BucketID
        let key: ObjectKey
        private let hash: Int

        init(_ bucket: BucketID, _ key: ObjectKey) {
            self.bucket = bucket
            self.key = key
            var hasher = Hasher()
            hasher.combine(bucket)
            hasher.combine(key)
            hash = hasher.finalize()
        }

        func hash(into hasher: inout Hasher) { hasher.combine(hash) }
    }

    /// What a commit does to what is remembered.
    enum Change: Sendable {
        /// Nil: the key has no version.
        case current(ObjectName, ObjectVersion?)
        /// What the key holds now is not at hand, or not expressible.
        case forgetCurrent(ObjectName)
        case bucket(BucketName, Bucket?)
        case domain(String, Domain?)
        case project(ProjectID, Project?)
    }

    let objects: ClockCache<ObjectName, ObjectVersion?>
    let buckets: ClockCache<BucketName, Bucket?>
    let domains: ClockCache<String, Domain?>
    let projects: ClockCache<ProjectID, Project?>
    /// The last commit whose changes are all applied here.
    private let applied = Atomic<UInt64>(0)

    /// Share of the memory that buckets, domains and projects get, each.
    private static let nameShare = 32
    private static let entryOverhead = 400

    init(bytes: Int) {
        objects = ClockCache(bytes: bytes) { name, version in
            Self.entryOverhead + 2 * name.key.bytes.count + (version.map(Self.weight) ?? 0)
        }
        buckets = ClockCache(bytes: bytes / Self.nameShare, shards: 8) { _, _ in Self.entryOverhead }
        domains = ClockCache(bytes: bytes / Self.nameShare, shards: 8) { host, _ in
            Self.entryOverhead + host.utf8.count
        }
        projects = ClockCache(bytes: bytes / Self.nameShare, shards: 8) { _, _ in Self.entryOverhead }
    }

    private static func weight(_ version: ObjectVersion) -> Int {
        version.metadata.user.reduce(entryOverhead + (version.inlineBody?.readableBytes ?? 0)) {
            $0 + 64 + $1.name.utf8.count + $1.value.utf8.count
        }
    }

    /// The number to read at: ask before the read begins.
    var readNumber: UInt64 { applied.load(ordering: .acquiring) }

    /// Before the commit: what it changes is unknown from here on.
    func begin(_ changes: [Change]) -> UInt64 {
        let number = applied.load(ordering: .relaxed) + 1
        for change in changes {
            switch change {
            case .current(let name, _), .forgetCurrent(let name): objects.begin(name, commit: number)
            case .bucket(let name, _): buckets.begin(name, commit: number)
            case .domain(let host, _): domains.begin(host, commit: number)
            case .project(let id, _): projects.begin(id, commit: number)
            }
        }
        return number
    }

    /// After the commit, before its answers.
    func finish(_ changes: [Change], commit number: UInt64) {
        // A key may change twice in one commit; the last state counts, and a forgotten one hides those before.
        for change in changes {
            switch change {
            case .current(let name, let version): objects.finish(name, version)
            case .forgetCurrent(let name): objects.begin(name, commit: number)
            case .bucket(let name, let bucket): buckets.finish(name, bucket)
            case .domain(let host, let domain): domains.finish(host, domain)
            case .project(let id, let project): projects.finish(id, project)
            }
        }
        applied.store(number, ordering: .releasing)
    }

    /// After a commit that failed: what it would have changed may be learned again.
    func abandon(commit number: UInt64) {
        applied.store(number, ordering: .releasing)
    }
}
