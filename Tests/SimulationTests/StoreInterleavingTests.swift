import Blobs
import Foundation
import Objects
import StoreLaws
import Synchronization
import Testing

/// The real store on the real catalog: several clients and the sweeper at once, one step of one of them after the
/// other, where each call of the catalog, each operation of the disk and each sending of bytes is a step.
@Suite(.timeLimit(.minutes(30))) struct StoreInterleavingTests {
    private static let isThorough = ProcessInfo.processInfo.environment["COFFER_CONFORMANCE_FULL"] == "1"
    private static let seeds: UInt64 = isThorough ? 100 : 24
    /// Far above what the races have; a change that passes it makes the search too long to be a test.
    private static let maximumRuns = 4000

    /// One store for many runs, each of which leaves it empty.
    private struct Arena {
        let folder: CatalogDirectory
        let pool: DiskPool
        let scheduler = StepScheduler()
        let machine: Machine

        init() async throws {
            folder = try CatalogDirectory()
            pool = DiskPool(threads: 5, maxQueued: 100)
            machine = try await Machine(
                disk: SimulatedDisk(), folder: folder, pool: pool, watcher: scheduler)
        }

        func stop() async throws {
            await machine.stop()
            try await pool.shutdown()
        }

        /// Throws the violation that a run ends in.
        func run(_ race: StoreRace, _ order: StepScheduler.Order) async throws -> [StepScheduler.Choice] {
            let client = Client(machine) { [scheduler] in await scheduler.pause() }
            for verb in race.setup { try await client.perform(verb) }
            let failures = Noted<String>()
            let refused = Noted<Verb>()
            let choices = await scheduler.run(actors: race.actors.count, order) { number in
                for verb in race.actors[number] {
                    do {
                        try await client.perform(verb)
                    } catch StoreError.noSuchUpload where verb.endsUpload {
                        refused.add(verb)
                    } catch {
                        failures.add("\(verb.name): \(error)")
                    }
                }
            }
            let found = failures.all
            guard found.isEmpty else { throw Violation(found.joined(separator: "; ")) }
            let ends = race.actors.joined().count { $0.endsUpload }
            guard ends == 0 || refused.all.count == ends - 1 else {
                throw Violation("an upload was both completed and aborted, or neither")
            }
            try await client.demandAccount()
            for (name, upload) in client.account.ranges where !upload.isComplete {
                throw Violation("\(name) has all its bytes and is not complete")
            }
            try await client.perform(.sweep)
            try await client.demandAccount()
            try await client.demandNoOrphans()
            try await client.demandEmptiness()
            return choices
        }
    }

    /// The next script that differs in the last choice that can still be made otherwise; nil at the end.
    private func script(after choices: [StepScheduler.Choice], interruptions: Int) -> [Int]? {
        for index in choices.indices.reversed() {
            let choice = choices[index]
            guard choice.index + 1 < choice.count else { continue }
            let before = choices[..<index].count { $0.couldStay && $0.index > 0 }
            guard before + (choice.couldStay ? 1 : 0) <= interruptions else { continue }
            return choices[..<index].map(\.index) + [choice.index + 1]
        }
        return nil
    }

    @Test("Every order of the steps with few interruptions", arguments: StoreRace.short)
    func everyOrder(_ race: StoreRace) async throws {
        let arena = try await Arena()
        var next: [Int]? = []
        var (runs, steps) = (0, 0)
        while let script = next {
            do {
                let choices = try await arena.run(race, .script(script))
                #expect(choices.map(\.index).starts(with: script), "a run is not repeated by its choices")
                next = self.script(after: choices, interruptions: race.interruptions)
                steps = max(steps, choices.count)
            } catch {
                Issue.record("\(race.name), in the order \(script): \(error)")
                next = nil
            }
            runs += 1
            try #require(runs < Self.maximumRuns)
        }
        print("\(race.name): \(runs) orders of up to \(steps) steps")
        #expect(steps > 10)
        try await arena.stop()
    }

    @Test("Random orders of the steps", arguments: StoreRace.all)
    func randomOrders(_ race: StoreRace) async throws {
        let arena = try await Arena()
        for seed in Array(1...Self.seeds) + [UInt64.random(in: 1000 ... .max)] {
            do {
                _ = try await arena.run(race, .random(seed: seed, stay: seed % 3))
            } catch {
                Issue.record("\(race.name), in the order of seed \(seed): \(error)")
                break
            }
        }
        try await arena.stop()
    }
}

/// What several actors add to.
private final class Noted<Item: Sendable>: Sendable {
    private let items = Mutex<[Item]>([])

    func add(_ item: Item) { items.withLock { $0.append(item) } }
    var all: [Item] { items.withLock { $0 } }
}

extension Verb {
    fileprivate var endsUpload: Bool {
        switch self {
        case .complete, .abort: true
        default: false
        }
    }

    /// Without the bytes.
    fileprivate var name: String { String("\(self)".prefix(200)) }
}
