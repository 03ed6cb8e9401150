import Blobs
import Logging

/// What a sweep did.
package struct SweepResult: Hashable, Sendable {
    /// Chunks and segments freed.
    package var removed: Int
    /// Their bytes.
    package var bytes: Int64

    package init(removed: Int = 0, bytes: Int64 = 0) {
        self.removed = removed
        self.bytes = bytes
    }
}

extension ObjectStore {
    /// Rows that one transaction of the sweeper may touch.
    private static let sweepBatch = 1000
    /// Transactions of one kind in one sweep; what is left waits for the next.
    private static let maximumBatches = 100_000
    private static let segmentPage = 10_000

    /// Frees what nothing refers to and no running request may reach: contents, then chunks, then their bytes, in
    /// the order that survives a crash anywhere. Run one at a time. Cancellation ends it between two transactions;
    /// the next sweep goes on from there.
    ///
    /// - Parameter grace: ms that a thing must have been unreferenced.
    package func sweep(grace: Int64) async throws -> SweepResult {
        var result = SweepResult()
        try await replayReclaims(&result)
        // Each round may unwind contents that only the round before let go; the last finds none.
        for _ in 0...NewContent.maximumDepth + 1 {
            try await catalog.advanceEpoch()
            if try await unwind(grace: grace) == 0 { break }
        }
        for _ in 0..<Self.maximumBatches {
            try Task.checkCancellation()
            let rows = try await catalog.reclaimChunks(grace: grace, now: now, limit: Self.sweepBatch)
            try await replayReclaims(&result)
            if rows == 0 { break }
        }
        try await removeOrphans(&result)
        return result
    }

    /// Lets go of what nothing refers to in this epoch; returns how much that was.
    private func unwind(grace: Int64) async throws -> Int {
        var unwound = 0
        for _ in 0..<Self.maximumBatches {
            try Task.checkCancellation()
            let rows = try await catalog.unwindContents(grace: grace, now: now, limit: Self.sweepBatch)
            if rows == 0 { break }
            unwound += rows
        }
        return unwound
    }

    /// Frees what is queued; after a crash too, for freeing twice is harmless.
    private func replayReclaims(_ result: inout SweepResult) async throws {
        let blobs = self.blobs
        for _ in 0..<Self.maximumBatches {
            try Task.checkCancellation()
            let reclaims = try await catalog.reclaims(limit: Self.sweepBatch)
            if reclaims.isEmpty { return }
            try await onDisk {
                try blobs.free(reclaims.filter { !$0.isWholeSegment }.map(\.place))
                for reclaim in reclaims where reclaim.isWholeSegment {
                    try blobs.remove(reclaim.place.segment)
                }
            }
            try await catalog.forgetReclaims(reclaims.map(\.id))
            result.removed += reclaims.count
            result.bytes += reclaims.reduce(0) { $0 + Int64($1.place.length) }
        }
    }

    /// Segments that were published but never committed: a crash or a refusal came between.
    private func removeOrphans(_ result: inout SweepResult) async throws {
        let blobs = self.blobs
        var after: SegmentID?
        for _ in 0..<Self.maximumBatches {
            try Task.checkCancellation()
            let page = try await onDisk { [after] in try blobs.list(after: after, limit: Self.segmentPage) }
            guard let last = page.last else { return }
            after = last
            for orphan in try await catalog.unreferencedSegments(among: page) {
                result.bytes += try await onDisk {
                    let size = try blobs.size(of: orphan).logical
                    try blobs.remove(orphan)
                    return size
                }
                result.removed += 1
            }
        }
    }

    /// Drops uploads whose time is over; returns how many of them were unfinished.
    package func reapUploads() async throws -> Int {
        var expired = 0
        for _ in 0..<Self.maximumBatches {
            let reaped = try await catalog.reapUploads(now: now, limit: Self.sweepBatch)
            expired += reaped.count
            if reaped.count < Self.sweepBatch { break }
        }
        return expired
    }
}
