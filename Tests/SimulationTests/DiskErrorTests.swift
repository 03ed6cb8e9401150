import Blobs
import Foundation
import Glibc
import StoreLaws
import Synchronization
import Testing

/// One operation of the disk fails and the machine runs on.
@Suite struct DiskErrorTests {
    private static let isThorough = ProcessInfo.processInfo.environment["COFFER_CONFORMANCE_FULL"] == "1"
    /// Errors in a history of which not all are tried.
    private static let errors = 60

    /// What became of a history in which one operation failed.
    private struct Outcome {
        /// Operations of the disk.
        var count: Int
        var failed: DiskFailure.Operation?
        /// Whether a client was told.
        var wasTold = false
    }

    /// Runs a history in which operation `number` of the disk fails, nil for none; what fails is sent again. Then cuts
    /// the power, and what clients were told must be there.
    private func run(_ history: CrashHistory, failing number: Int?, _ pool: DiskPool) async throws -> Outcome
    {
        let disk = SimulatedDisk()
        let folder = try CatalogDirectory()
        let machine = try await Machine(disk: disk, folder: folder, pool: pool)
        let start = disk.operations.count
        let failed = Mutex<DiskFailure.Operation?>(nil)
        if let number {
            disk.fail { count, operation in
                guard count == start + number else { return nil }
                failed.withLock { $0 = operation.kind }
                return EIO
            }
        }
        var outcome = Outcome(count: 0)
        let account: Ledger
        do {
            var client = Client(machine)
            for verb in history.verbs {
                let before = client.account
                do {
                    try await client.perform(verb)
                } catch let violation as Violation {
                    throw violation
                } catch {
                    guard number != nil else { throw error }
                    outcome.wasTold = true
                    // Nothing of it is seen, what was there is there, and the next attempt is as good as any.
                    client = Client(machine, ledger: before)
                    try await client.demandAccount()
                    try await client.demandParts()
                    try await client.perform(verb)
                }
            }
            outcome.count = disk.operations.count - start
            disk.heal()
            try await client.demandAccount()
            try await client.demandParts()
            account = client.account
        } catch {
            await machine.stop()
            throw error
        }
        await machine.stop()
        outcome.failed = failed.withLock { $0 }
        disk.restart()
        try await CrashSimulationTests().examine(disk, folder, account.afterCrash(), .continued, pool)
        return outcome
    }

    @Test(arguments: CrashHistory.all)
    func anErrorOfTheDiskHarmsOneRequestAtMost(_ history: CrashHistory) async throws {
        let pool = DiskPool(threads: 2, maxQueued: 100)
        let count = try await run(history, failing: nil, pool).count
        let stride = Self.isThorough ? 1 : max(1, count / Self.errors)
        var (told, kinds, violations) = (0, Set<DiskFailure.Operation>(), 0)
        for number in Swift.stride(from: Int.random(in: 0..<stride), to: count, by: stride) {
            do {
                let outcome = try await run(history, failing: number, pool)
                told += outcome.wasTold ? 1 : 0
                if let kind = outcome.failed { kinds.insert(kind) }
            } catch {
                Issue.record("operation \(number) of the disk fails: \(error)")
                violations += 1
                if violations == 3 { break }
            }
        }
        print(
            "\(history.name): \(count) operations of the disk, errors of \(kinds.count) kinds, \(told) told of"
        )
        #expect(told > 0)
        try await pool.shutdown()
    }
}
