import Synchronization
import Testing

@testable import MediaProbe

@Suite struct TurnsTests {
    /// Lets tests decide when a turn ends.
    private final class Gate: Sendable {
        private let stream: AsyncStream<Void>
        private let continuation: AsyncStream<Void>.Continuation

        init() { (stream, continuation) = AsyncStream.makeStream() }

        func wait() async { for await _ in stream { return } }
        func open() { continuation.finish() }
    }

    @Test func neverMoreThanAllowed() async throws {
        let turns = Turns(atOnce: 2, waiting: 100)
        let presence = Presence()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    try? await turns.withTurn { () async throws(ProbeError) in
                        presence.come()
                        for _ in 0..<10 { await Task.yield() }
                        presence.leave()
                    }
                }
            }
        }
        #expect(presence.counts.withLock { $0.most } == 2)
        #expect(presence.counts.withLock { $0.now } == 0)
    }

    /// How many are inside, and were at most.
    private final class Presence: Sendable {
        let counts = Mutex((now: 0, most: 0))

        func come() {
            counts.withLock { counts in
                counts.now += 1
                counts.most = max(counts.most, counts.now)
            }
        }

        func leave() { counts.withLock { $0.now -= 1 } }
    }

    @Test func oneTooManyIsBusyAndCancelledOnesLeave() async throws {
        let turns = Turns(atOnce: 1, waiting: 1)
        let (inside, gate) = (Gate(), Gate())
        let first = Task {
            try await turns.withTurn { () async throws(ProbeError) in
                inside.open()
                await gate.wait()
            }
        }
        await inside.wait()
        let second = Task { try await turns.withTurn { () async throws(ProbeError) in } }
        while turns.waitingCount == 0 { await Task.yield() }
        await #expect(throws: ProbeError.busy) { try await turns.withTurn { () async throws(ProbeError) in } }
        second.cancel()
        await #expect(throws: ProbeError.cancelled) { try await second.value }
        #expect(turns.waitingCount == 0)
        let third = Task { try await turns.withTurn { () async throws(ProbeError) in 3 } }
        gate.open()
        try await first.value
        #expect(try await third.value == 3)
        // A task that was cancelled before it came.
        let fourth = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await turns.withTurn { () async throws(ProbeError) in 4 }
        }
        _ = try? await fourth.value
        #expect(try await turns.withTurn { () async throws(ProbeError) in 5 } == 5)
    }
}
