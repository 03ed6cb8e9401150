import Blobs
import Digests
import Glibc
import NIOCore
import StoreLaws
import Testing

/// A store on a disk that is cut off or fails at every operation in turn.
@Suite struct DurabilityTests {
    /// What the callers of a store were told.
    private struct Told {
        /// By id, the chunks of each segment whose publication was begun.
        var begun: [SegmentID: [[UInt8]]] = [:]
        var published: Set<SegmentID> = []
        var removing: Set<SegmentID> = []
        var removed: Set<SegmentID> = []
    }

    private struct Broken: Error, CustomStringConvertible {
        let description: String
    }

    /// Publishes into an old folder, into a new one, rewinds, frees and removes.
    private func run(_ disk: SimulatedDisk, ids: [Int64] = [1, 2, 257, 3, 514], _ told: inout Told) throws {
        let store = try FileSegments(directory: SimulatedDisk.root, disk: disk)
        try store.emptyStaging()
        for number in ids {
            let id = SegmentID(number)
            let chunks = [BlobSample.bytes(5000, seed: UInt64(number)), [UInt8(truncatingIfNeeded: number)]]
            told.begun[id] = chunks
            let stage = try store.stage(id)
            try stage.append(BlobSample.buffer(500, seed: 0))
            stage.rewind(to: 0)
            var index: [IndexEntry] = []
            for chunk in chunks {
                index.append(
                    IndexEntry(digest: .hash(chunk), offset: stage.length, length: chunk.count))
                try stage.append(ByteBuffer(bytes: chunk))
            }
            try stage.append(BlobSample.buffer(6000, seed: 0))
            stage.rewind(to: 5001)
            try stage.publish(index)
            told.published.insert(id)
        }
        let last = SegmentID(ids[1])
        told.removing.insert(last)
        try store.remove(last)
        told.removed.insert(last)
    }

    /// What a process that starts on this disk must find.
    private func check(_ disk: SimulatedDisk, _ told: Told) throws {
        let store = try FileSegments(directory: SimulatedDisk.root, disk: disk)
        try store.emptyStaging()
        let listed = Set(try store.list(after: nil, limit: 100))
        for id in told.published.subtracting(told.removing) where !listed.contains(id) {
            throw Broken(description: "\(id) was published and is lost")
        }
        for id in listed where told.removed.contains(id) {
            throw Broken(description: "\(id) was removed and is back")
        }
        for id in listed {
            guard let chunks = told.begun[id] else { throw Broken(description: "\(id) came from nowhere") }
            let index: [IndexEntry]
            do {
                index = try store.index(of: id)
            } catch {
                throw Broken(description: "\(id) is listed without an index: \(error)")
            }
            let found = try index.map {
                try store.bytes(Place(segment: id, offset: $0.offset, length: $0.length))
            }
            guard found == chunks, index.map(\.digest) == chunks.map({ SHA256Digest.hash($0) }) else {
                throw Broken(description: "\(id) is listed with other bytes")
            }
        }
        let left = disk.files(below: SimulatedDisk.root + "/staging")
        guard left.isEmpty else { throw Broken(description: "\(left) stayed in the staging area") }
    }

    private func operationsOfOneRun() throws -> Int {
        let disk = SimulatedDisk()
        var told = Told()
        try run(disk, &told)
        let count = disk.operations.count
        try check(disk, told)
        return count
    }

    /// Cuts the power after every operation and reports what is then wrong.
    private func crashEverywhere(
        _ survivals: [SimulatedDisk.Survival], lyingAbout lies: Set<DiskFailure.Operation> = [],
        report: (Int, any Error) -> Void
    ) throws {
        for survival in survivals {
            for count in 0...(try operationsOfOneRun()) {
                let disk = SimulatedDisk()
                disk.lie(about: lies)
                disk.cutPower(after: count)
                var told = Told()
                try? run(disk, &told)
                disk.restart(survival)
                do {
                    try check(disk, told)
                } catch {
                    report(count, error)
                }
            }
        }
    }

    @Test func aCrashAfterAnyOperationLeavesWholeSegmentsOrNone() throws {
        #expect(try operationsOfOneRun() > 50)
        let survivals = [SimulatedDisk.Survival.nothing] + (1...12).map { .some(seed: $0) }
        try crashEverywhere(survivals) { count, error in Issue.record("After \(count) operations: \(error)") }
    }

    /// The test above would notice if a sync were left out.
    @Test(arguments: [DiskFailure.Operation.sync, .syncDirectory])
    func aDiskThatIgnoresFlushIsFoundOut(_ kind: DiskFailure.Operation) throws {
        var found = 0
        try crashEverywhere([.nothing], lyingAbout: [kind]) { _, _ in found += 1 }
        #expect(found > 0)
    }

    /// A process that is killed leaves names that are seen but not durable; the next one must not rely on them.
    @Test func whatFollowsAKilledProcessIsDurable() throws {
        for count in 0...(try operationsOfOneRun()) {
            let disk = SimulatedDisk()
            disk.cutPower(after: count)
            var first = Told()
            try? run(disk, &first)
            disk.killProcess()
            try check(disk, first)
            var second = Told()
            second.begun = first.begun
            try run(disk, ids: [1025, 1026, 1281, 1027, 1538], &second)
            disk.restart()
            second.published.formUnion(first.published)
            second.removing.formUnion(first.removing)
            second.removed.formUnion(first.removed)
            do {
                try check(disk, second)
            } catch {
                Issue.record("Killed after \(count) operations: \(error)")
            }
        }
    }

    @Test(arguments: [EIO, ENOSPC, EDQUOT])
    func aFailureOfAnyOperationIsReportedAndLeavesNothing(_ errno: Int32) throws {
        for number in 0..<(try operationsOfOneRun()) {
            let disk = SimulatedDisk()
            disk.fail { count, _ in count == number ? errno : nil }
            var told = Told()
            var thrown: (any Error)?
            do {
                try run(disk, &told)
            } catch {
                thrown = error
            }
            let failed = disk.operations[number]
            disk.heal()
            // What was begun and not finished is not seen, before and after a crash.
            let seen = disk.files(below: SimulatedDisk.root + "/segments")
            let expected = told.published.subtracting(told.removed)
            guard seen.count == expected.count || !told.removing.isSubset(of: told.removed) else {
                Issue.record("\(failed) failed: \(seen) is seen")
                continue
            }
            // Only trying out what the file system can may fail unheard.
            let isHarmless =
                [.create, .punch, .unlink].contains(failed.kind) && failed.path.hasSuffix("probe")
            #expect((thrown == nil) == isHarmless, "\(failed)")
            if let error = thrown as? BlobError {
                #expect(error.isAnswer(to: failed.kind, errno), "\(failed) gave \(error)")
            } else {
                #expect(thrown == nil, "\(failed) gave no BlobError")
            }
            let staged = disk.files(below: SimulatedDisk.root + "/staging").filter { !$0.hasSuffix("probe") }
            #expect(staged.isEmpty, "\(failed) left \(staged)")
            disk.restart()
            do {
                try check(disk, told)
            } catch {
                Issue.record("\(failed) failed: \(error)")
            }
        }
    }

    @Test func aFailedSyncIsNotRetried() throws {
        let disk = SimulatedDisk()
        let store = try FileSegments(directory: SimulatedDisk.root, disk: disk)
        let stage = try store.stage(SegmentID(1))
        try stage.append(ByteBuffer(bytes: [1, 2, 3]))
        disk.fail { _, operation in operation.kind == .sync ? EIO : nil }
        #expect(throws: BlobError.syncFailed(errno: EIO)) { try stage.publish([]) }
        #expect(disk.operations.count { $0.kind == .sync } == 1)
        #expect(!disk.operations.contains { $0.kind == .rename })
        #expect(throws: BlobError.closed) { try stage.publish([]) }
        #expect(disk.files(below: SimulatedDisk.root).isEmpty)
    }

    /// The name is there, but it may not last: nobody may find it.
    @Test func aSegmentWhoseFolderCannotBeSyncedIsTakenBack() throws {
        let disk = SimulatedDisk()
        let store = try FileSegments(directory: SimulatedDisk.root, disk: disk)
        disk.fail { _, operation in
            operation.kind == .syncDirectory && operation.path.hasSuffix("segments/01") ? EIO : nil
        }
        #expect(throws: BlobError.syncFailed(errno: EIO)) { try store.publish(SegmentID(1), [[1, 2, 3]]) }
        #expect(disk.files(below: SimulatedDisk.root).isEmpty)
        #expect(throws: BlobError.missing(SegmentID(1))) { try store.open(SegmentID(1)) }
    }

    /// The order itself, as the disk sees it.
    @Test func aSegmentIsSyncedRenamedAndItsFolderSynced() throws {
        let disk = SimulatedDisk()
        let store = try FileSegments(directory: SimulatedDisk.root, disk: disk)
        try store.publish(SegmentID(1), [[1]])
        let before = disk.operations.count
        try store.publish(SegmentID(257), [[1, 2, 3]])
        let kinds = disk.operations[before...].map(\.kind)
        #expect(kinds == [.status, .create, .write, .write, .sync, .rename, .syncDirectory])
        try store.publish(SegmentID(2), [[1, 2, 3]])
        #expect(
            disk.operations.suffix(5).map(\.kind)
                == [.sync, .makeDirectory, .syncDirectory, .rename, .syncDirectory])
    }

    @Test func freedBytesAreFreedForGood() throws {
        let disk = SimulatedDisk()
        let store = try FileSegments(directory: SimulatedDisk.root, disk: disk)
        let places = try store.publish(SegmentID(1), (1...2).map { BlobSample.bytes(100_000, seed: $0) })
        try store.free([places[0]])
        disk.restart()
        let reopened = try FileSegments(directory: SimulatedDisk.root, disk: disk)
        #expect(try reopened.bytes(places[0])[8192..<90_000].allSatisfy { $0 == 0 })
        #expect(try reopened.bytes(places[1]) == BlobSample.bytes(100_000, seed: 2))
    }
}

extension BlobError {
    /// Whether this is what a failed operation has to give.
    fileprivate func isAnswer(to kind: DiskFailure.Operation, _ errno: Int32) -> Bool {
        switch self {
        case .noSpace: errno == ENOSPC || errno == EDQUOT
        case .syncFailed(let code): code == errno && (kind == .sync || kind == .syncDirectory)
        case .io(let operation, let code): operation == kind.rawValue && code == errno
        default: false
        }
    }
}
