import Blobs
import Glibc
import Testing

@Suite struct DiskPoolTests {
    /// Holds a thread until it is let go.
    private final class Gate: Sendable {
        private let ends: [Int32]

        init() {
            var ends: [Int32] = [-1, -1]
            precondition(pipe(&ends) == 0, "A pipe can be made")
            self.ends = ends
        }

        deinit { ends.forEach { close($0) } }

        func wait() {
            var byte: UInt8 = 0
            _ = read(ends[0], &byte, 1)
        }

        func letGo(_ count: Int = 1) {
            _ = write(ends[1], [UInt8](repeating: 0, count: count), count)
        }
    }

    private struct Refused: Error {}

    @Test func aJobGivesItsResultOrItsError() async throws {
        let pool = DiskPool(threads: 2, maxQueued: 10)
        #expect(try await pool.run { 42 } == 42)
        await #expect(throws: Refused.self) { try await pool.run { throw Refused() } }
        #expect(pool.load == 0)
        try await pool.shutdown()
    }

    @Test func aFullQueueRefusesButLastSteps() async throws {
        let pool = DiskPool(threads: 1, maxQueued: 2)
        let gate = Gate()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<3 { group.addTask { try await pool.run { gate.wait() } } }
            while pool.load < 3 { await Task.yield() }
            await #expect(throws: DiskPool.Full.self) { try await pool.run {} }
            group.addTask { try await pool.runLast { gate.wait() } }
            while pool.load < 4 { await Task.yield() }
            gate.letGo(4)
            try await group.waitForAll()
        }
        #expect(try await pool.run { true })
        try await pool.shutdown()
    }

    /// Clean-up of a cancelled request must not be left out.
    @Test func aJobRunsThoughItsTaskIsCancelled() async throws {
        let pool = DiskPool(threads: 1, maxQueued: 2)
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await pool.run { 1 }
        }
        #expect(try await task.value == 1)
        try await pool.shutdown()
    }

    @Test func aStoppedPoolRefuses() async throws {
        let pool = DiskPool(threads: 1, maxQueued: 2)
        try await pool.shutdown()
        await #expect(throws: DiskPool.Stopped.self) { try await pool.run {} }
        await #expect(throws: DiskPool.Stopped.self) { try await pool.runLast {} }
        #expect(pool.load == 0)
    }
}
