import Blobs
import Digests
import NIOCore

/// The answer of `coffer check`.
package struct CheckReport: Hashable, Sendable {
    package var objects: Int64
    package var blobs: Int64
    /// One sentence each; what is lost is named by object.
    package var problems: [String]

    package init(objects: Int64 = 0, blobs: Int64 = 0, problems: [String] = []) {
        self.objects = objects
        self.blobs = blobs
        self.problems = problems
    }

    package var isOK: Bool { problems.isEmpty }
}

/// Totals for `coffer stats`.
package struct StoreStatistics: Hashable, Sendable {
    package var catalog: CatalogStatistics
    /// Disk blocks of all segments, in bytes.
    package var segmentBytes: Int64

    package init(catalog: CatalogStatistics, segmentBytes: Int64) {
        self.catalog = catalog
        self.segmentBytes = segmentBytes
    }
}

extension ObjectStore {
    /// Problems of one kind that are reported; there may be more.
    private static let maximumProblems = 1000
    private static let checkPage = 1000

    package func statistics() async throws -> StoreStatistics {
        let blobs = self.blobs
        return StoreStatistics(
            catalog: try await catalog.statistics(),
            segmentBytes: try await onDisk { try blobs.storedBytes() })
    }

    /// Verifies every invariant; reads the store, changes nothing unless `repairCounts`.
    ///
    /// - Parameter deep: also reads every stored byte and compares its digest.
    package func check(deep: Bool, repairCounts: Bool = false) async throws -> CheckReport {
        let hold = catalog.holdEpoch()
        defer { withExtendedLifetime(hold) {} }
        let totals = try await catalog.statistics()
        var report = CheckReport(objects: totals.objects, blobs: totals.chunks + totals.inlineContents)
        report.problems = try await catalog.verify(repairCounts: repairCounts, limit: Self.maximumProblems)
        let badPlaces = try await checkChunks(deep: deep, &report)
        let badRows = deep ? try await checkInline(&report) : []
        if !badPlaces.isEmpty || !badRows.isEmpty {
            for name in try await catalog.objects(
                needing: badPlaces, inline: badRows, limit: Self.maximumProblems)
            {
                report.problems.append("object \(name) has lost bytes")
            }
        }
        return report
    }

    private func checkChunks(deep: Bool, _ report: inout CheckReport) async throws -> Set<Place> {
        var bad: Set<Place> = []
        var after: Place?
        let blobs = self.blobs
        while bad.count < Self.maximumProblems {
            let page = try await catalog.chunks(after: after, limit: Self.checkPage)
            guard let last = page.last else { break }
            after = last.place
            let faults = try await onDisk { page.map { Self.fault(of: $0, in: blobs, deep: deep) } }
            for (chunk, fault) in zip(page, faults) {
                guard let fault else { continue }
                bad.insert(chunk.place)
                report.problems.append("chunk \(chunk.digest.hex): \(fault)")
            }
        }
        return bad
    }

    /// *Blocking.* What is wrong with a chunk; nil when nothing is.
    private static func fault(
        of chunk: StoredChunk, in blobs: any BlobStore, deep: Bool
    ) -> String? {
        do {
            if deep {
                return digest(of: try blobs.read(chunk.place)) == chunk.digest
                    ? nil : "its bytes have another digest"
            }
            let size = try blobs.size(of: chunk.place.segment).logical
            return chunk.place.offset + Int64(chunk.place.length) <= size ? nil : "its segment is too short"
        } catch {
            return "\(StoreError(error))"
        }
    }

    private func checkInline(_ report: inout CheckReport) async throws -> Set<Int64> {
        var bad: Set<Int64> = []
        var after: Int64 = 0
        while bad.count < Self.maximumProblems {
            let page = try await catalog.inlineContents(after: after, limit: Self.checkPage)
            guard let last = page.last else { break }
            after = last.id
            for row in page where Self.digest(of: row.body) != row.digest {
                bad.insert(row.id)
                report.problems.append("inline content \(row.digest.hex): its bytes have another digest")
            }
        }
        return bad
    }

    private static func digest(of buffer: ByteBuffer) -> SHA256Digest {
        .hash(buffer.readableBytesSpan)
    }
}
