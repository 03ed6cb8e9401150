import Objects
import Synchronization

/// Projects as they were at most a second ago: their names stand in listings, their limits bind every upload.
final class ProjectCache: Sendable {
    /// How old an answer may be, ms.
    private static let lifetime: Int64 = 1000
    /// Projects kept at once; more are asked for each time.
    private static let capacity = 4096

    private struct Entry {
        var project: Project?
        var expires: Int64
    }

    private let accounts: any AccountCatalog
    private let entries = Mutex<[ProjectID: Entry]>([:])

    init(_ accounts: any AccountCatalog) {
        self.accounts = accounts
    }

    /// - Parameter now: milliseconds since 1970.
    func project(_ id: ProjectID, now: Int64) async throws -> Project? {
        if let entry = entries.withLock({ $0[id] }), entry.expires > now { return entry.project }
        let project = try await accounts.project(id)
        entries.withLock { entries in
            if entries.count >= Self.capacity { entries.removeAll() }
            entries[id] = Entry(project: project, expires: now + Self.lifetime)
        }
        return project
    }
}

extension S3Door {
    /// Bytes that an object of this bucket may have.
    func sizeLimit(_ bucket: Bucket) async throws -> Int64 {
        let project = try await projects.project(bucket.project, now: store.now)
        return min(project?.maximumObjectSize ?? .max, store.settings.maximumObjectSize)
    }

    /// The owner of a bucket and of all that is in it.
    func owner(_ project: ProjectID) async throws -> Owner {
        let found = try await projects.project(project, now: store.now)
        return Owner(id: project.string, displayName: found?.displayName ?? project.string)
    }
}
