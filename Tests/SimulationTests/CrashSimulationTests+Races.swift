import Blobs
import Objects
import StoreLaws
import Synchronization
import Testing

/// The power is cut while several clients and the upkeep are at work.
extension CrashSimulationTests {
    /// Lets one of several go on at a time, and keeps the moment after each of their steps.
    private final class Watcher: StepWatcher {
        let scheduler: StepScheduler
        let recorder: CrashRecorder

        init(_ scheduler: StepScheduler, _ recorder: CrashRecorder) {
            self.scheduler = scheduler
            self.recorder = recorder
        }

        func before(_ step: Step) async throws(StoreError) { await scheduler.pause() }
        func after(_ step: Step) async throws(StoreError) { try await recorder.after(step) }
        func beforeBlocking(_ step: Step) -> Int32? { scheduler.beforeBlocking(step) }
        func afterBlocking(_ step: Step) -> Int32? { recorder.afterBlocking(step) }
    }

    /// Runs a race once, in the order of a seed, and gives all its moments.
    private func record(_ race: StoreRace, seed: UInt64) async throws -> [CutPoint] {
        let disk = SimulatedDisk()
        let folder = try CatalogDirectory()
        let pool = DiskPool(threads: 5, maxQueued: 100)
        let recorder = CrashRecorder(disk: disk, folder: folder)
        let scheduler = StepScheduler()
        let machine = try await Machine(
            disk: disk, folder: folder, pool: pool, keepsLog: true, watcher: Watcher(scheduler, recorder))
        let client = Client(machine) { await scheduler.pause() }
        for verb in race.setup { try await client.perform(verb) }
        recorder.watch(client)
        let failure = Mutex<String?>(nil)
        _ = await scheduler.run(actors: race.actors.count, .random(seed: seed, stay: seed % 3)) { number in
            for verb in race.actors[number] {
                do {
                    try await client.perform(verb)
                    recorder.keep("an answer to client \(number)")
                } catch {
                    failure.withLock { $0 = "\(error)" }
                }
            }
        }
        if let failure = failure.withLock({ $0 }) { throw Violation(failure) }
        await machine.stop()
        try await pool.shutdown()
        return try recorder.points()
    }

    private static let races = StoreRace.all.filter { $0.name != StoreRace.completeOrAbort.name }

    @Test(arguments: races)
    func whatWasAnsweredToSeveralOutlivesAPowerCutAnywhere(_ race: StoreRace) async throws {
        let seeds = (1...(Self.isThorough ? 20 : 2)).map { UInt64($0) } + [UInt64.random(in: 1000 ... .max)]
        var cuts = 0
        for seed in seeds {
            let points = try await record(race, seed: seed)
            cuts += points.count
            let found = try await violations(of: points, until: 3)
            for violation in found { Issue.record("seed \(seed): \(violation)") }
            if !found.isEmpty { break }
        }
        print("\(race.name): \(cuts) power cuts")
        #expect(cuts > 10 * seeds.count)
    }
}
