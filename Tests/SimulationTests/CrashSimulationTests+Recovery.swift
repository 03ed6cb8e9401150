import Blobs
import Objects
import StoreLaws
import Testing

/// The power is cut again while the machine comes up.
extension CrashSimulationTests {
    /// Operations of the disk that starting again and the first sweep may take.
    private static let maximumSteps = 2000

    /// What a machine does first: it starts, and takes away what nothing refers to.
    private func comeUp(_ disk: SimulatedDisk, _ folder: CatalogDirectory, _ pool: DiskPool) async throws {
        let machine = try await Machine(disk: disk, folder: folder, pool: pool)
        do {
            _ = try await machine.store.sweep(grace: 0)
        } catch {
            await machine.stop()
            throw error
        }
        await machine.stop()
    }

    /// Cuts the power at one moment, then again after every operation that follows, and once more after that.
    ///
    /// - Returns: how many second cuts there were.
    private func cutAgain(_ number: Int, _ point: CutPoint, _ pool: DiskPool) async throws -> Int {
        let first = point.disk.copy()
        first.restart(.some(seed: UInt64(number)))
        let stride = Self.isThorough ? 1 : 3
        for count in Swift.stride(from: number % stride, to: Self.maximumSteps, by: stride) {
            let disk = first.copy()
            disk.restart()
            let folder = try CatalogDirectory(point.catalog)
            var isOver = true
            // The second time half as far, so that what the first one began is met again.
            for steps in [count, count / 2] {
                disk.cutPower(after: steps)
                let before = disk.operations.count
                try? await comeUp(disk, folder, pool)
                if disk.operations.count - before > steps { isOver = false }
                disk.restart(.some(seed: UInt64(number + steps)))
            }
            do {
                try await examine(
                    disk, folder, point.account.afterCrash(),
                    count.isMultiple(of: 2) ? .continued : .abandoned, pool)
            } catch {
                throw Violation("cut again after \(count) operations: \(error)")
            }
            if isOver { return count / stride + 1 }
        }
        throw Violation("the start has no end")
    }

    @Test(arguments: [CrashHistory.puts, .comingBack, .ranges, .appends])
    func whatWasAnsweredOutlivesCutsWhileItComesUp(_ history: CrashHistory) async throws {
        let points = try await record(history).enumerated().filter { !$0.element.isStaging }
        let pool = DiskPool(threads: 2, maxQueued: 100)
        var cuts = 0
        for (number, point) in points where Self.isThorough || number % 5 == 2 {
            do {
                cuts += try await cutAgain(number, point, pool)
            } catch {
                Issue.record("power cut \(number), after \(point.after): \(error)")
                break
            }
        }
        print("\(history.name): \(cuts) cuts while coming up")
        #expect(cuts > points.count / 2)
        try await pool.shutdown()
    }
}
