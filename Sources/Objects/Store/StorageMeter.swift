import Synchronization

/// What projects keep that may keep only so much: read from the catalog now and then, and counted up in between.
///
/// Requests that run side by side may together exceed a limit by what they bring; the next one is refused.
final class StorageMeter: Sendable {
    /// Milliseconds after which the catalog is asked again: what was deleted counts then.
    private static let lifetime: Int64 = 5000
    /// The same for a project that is over its limit.
    private static let lifetimeAtLimit: Int64 = 500
    /// Projects that are remembered.
    private static let capacity = 10_000

    private struct Reading {
        var bytes: Int64
        var time: Int64
    }

    private let readings = Mutex<[ProjectID: Reading]>([:])

    /// Whether `bytes` more fit; `read` asks the catalog.
    func fits(
        _ bytes: Int64, in project: ProjectID, limit: Int64, now: Int64, read: () async throws -> Int64
    ) async throws -> Bool {
        let known = readings.withLock { $0[project] }
        if let known, now - known.time < Self.lifetime {
            if Self.fits(bytes, known.bytes, limit) { return true }
            if now - known.time < Self.lifetimeAtLimit { return false }
        }
        let kept = try await read()
        readings.withLock { readings in
            if readings.count >= Self.capacity { readings.removeAll(keepingCapacity: true) }
            readings[project] = Reading(bytes: kept, time: now)
        }
        return Self.fits(bytes, kept, limit)
    }

    private static func fits(_ bytes: Int64, _ kept: Int64, _ limit: Int64) -> Bool {
        let (sum, overflow) = kept.addingReportingOverflow(bytes)
        return !overflow && sum <= limit
    }

    func add(_ bytes: Int64, to project: ProjectID) {
        readings.withLock { $0[project]?.bytes += bytes }
    }
}

extension ObjectStore {
    /// Throws `storageLimit` when the bucket's project may not keep `bytes` more.
    func admit(_ bytes: Int64, into bucket: Bucket) async throws {
        guard let limit = try await project(bucket.project)?.maximumStorage else { return }
        let fits = try await meter.fits(bytes, in: bucket.project, limit: limit, now: now) {
            try await catalog.keptBytes(of: bucket.project)
        }
        guard fits else { throw StoreError.storageLimit(limit) }
    }

    /// Uploads that are open in a project's buckets.
    package func openUploadCount(of project: ProjectID) async throws -> Int64 {
        try await catalog.openUploadCount(of: project)
    }

    /// Throws `uploadLimit` when the bucket's project may not begin another upload.
    func admitUpload(into bucket: Bucket) async throws {
        guard let limit = try await project(bucket.project)?.maximumUploads else { return }
        guard try await catalog.openUploadCount(of: bucket.project) < limit else {
            throw StoreError.uploadLimit(limit)
        }
    }
}
