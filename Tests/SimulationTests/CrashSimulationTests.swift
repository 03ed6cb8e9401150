import Blobs
import Foundation
import StoreLaws
import Testing

/// The real store on the real catalog and a disk that forgets what was not synced; the power is cut after every
/// step of a history, and what is left must be what its clients were told.
///
/// A committed write of the catalog is durable; that it is, `conformance/run --only durability` shows.
@Suite struct CrashSimulationTests {
    /// What is done with what a power cut left.
    enum Aftermath: Sendable {
        /// Clients never come back: their uploads expire.
        case abandoned
        /// Clients repeat what was not answered and finish their uploads.
        case continued
    }

    static let isThorough = ProcessInfo.processInfo.environment["COFFER_CONFORMANCE_FULL"] == "1"

    /// Runs a history once and gives all its moments.
    func record(
        _ history: CrashHistory, lyingAbout lies: Set<DiskFailure.Operation> = []
    ) async throws -> [CutPoint] {
        let disk = SimulatedDisk()
        let folder = try CatalogDirectory()
        let pool = DiskPool(threads: 2, maxQueued: 100)
        let recorder = CrashRecorder(disk: disk, folder: folder)
        let machine = try await Machine(
            disk: disk, folder: folder, pool: pool, keepsLog: true, watcher: recorder)
        disk.lie(about: lies)
        let client = Client(machine)
        recorder.watch(client)
        for verb in history.verbs {
            try await client.perform(verb)
            recorder.keep("the answer to \(verb)")
        }
        try await client.demandAccount()
        await machine.stop()
        try await pool.shutdown()
        return try recorder.points()
    }

    /// Cuts the power at one moment and starts again on what is left.
    private func examine(
        _ point: CutPoint, _ survival: SimulatedDisk.Survival, _ aftermath: Aftermath, _ pool: DiskPool
    ) async throws {
        let disk = point.disk.copy()
        disk.restart(survival)
        try await examine(
            disk, try CatalogDirectory(point.catalog), point.account.afterCrash(), aftermath, pool)
    }

    /// Starts on a disk and a catalog, demands what clients were told, goes on and takes everything away.
    func examine(
        _ disk: SimulatedDisk, _ folder: CatalogDirectory, _ account: Ledger, _ aftermath: Aftermath,
        _ pool: DiskPool
    ) async throws {
        let machine = try await Machine(disk: disk, folder: folder, pool: pool)
        do {
            let client = Client(machine, ledger: account)
            try await client.demandAccount()
            try await client.demandParts()
            switch aftermath {
            case .abandoned: try await machine.letUploadsExpire()
            case .continued: try await client.goOn()
            }
            try await client.perform(.sweep)
            try await client.demandAccount()
            if aftermath == .continued { try await client.demandParts() }
            try await client.demandNoOrphans()
            try await client.demandEmptiness()
        } catch {
            await machine.stop()
            throw error
        }
        await machine.stop()
        guard disk.files(below: SimulatedDisk.root).isEmpty else {
            throw Violation("\(disk.files(below: SimulatedDisk.root)) are left")
        }
    }

    /// What may survive a cut and what may follow, in turns so that the number stays small.
    func outcomes(_ number: Int, _ point: CutPoint) -> [(SimulatedDisk.Survival, Aftermath)] {
        let (one, other): (Aftermath, Aftermath) =
            number.isMultiple(of: 2) ? (.continued, .abandoned) : (.abandoned, .continued)
        let seed = UInt64(number)
        if Self.isThorough {
            let modes =
                [SimulatedDisk.Survival.nothing, .everything] + (0..<6).map { .some(seed: seed + 1000 * $0) }
            return modes.flatMap { [($0, one), ($0, other)] }
        }
        if point.isStaging { return [number % 4 < 2 ? (.nothing, one) : (.some(seed: seed), one)] }
        return [(.nothing, one), (.everything, other), (.some(seed: seed), other)]
    }

    func violations(of points: [CutPoint], until limit: Int) async throws -> [String] {
        let pool = DiskPool(threads: 2, maxQueued: 100)
        var found: [String] = []
        for (number, point) in points.enumerated() {
            for (survival, aftermath) in outcomes(number, point) {
                do {
                    try await examine(point, survival, aftermath, pool)
                } catch {
                    found.append(
                        "power cut \(number), after \(point.after); \(survival) survives; \(aftermath): \(error)"
                    )
                }
                if found.count >= limit { break }
            }
            if found.count >= limit { break }
        }
        try await pool.shutdown()
        return found
    }

    @Test(arguments: CrashHistory.all)
    func whatWasAnsweredOutlivesAPowerCutAnywhere(_ history: CrashHistory) async throws {
        let points = try await record(history)
        let count = points.indices.reduce(0) { $0 + outcomes($1, points[$1]).count }
        print("\(history.name): \(points.count) power cuts, \(count) outcomes")
        #expect(points.count > 2 * history.verbs.count)
        for violation in try await violations(of: points, until: 5) { Issue.record("\(violation)") }
    }

    /// The test above would notice if a sync were left out.
    @Test(arguments: [DiskFailure.Operation.sync, .syncDirectory])
    func aDiskThatIgnoresFlushIsFoundOut(_ kind: DiskFailure.Operation) async throws {
        let points = try await record(.announced, lyingAbout: [kind])
        #expect(try await !violations(of: points, until: 1).isEmpty)
    }
}
