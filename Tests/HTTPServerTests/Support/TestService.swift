import Glibc
import HTTPServer
import Logging
import NIOCore
import NIOPosix
import Synchronization

/// Clients block; here they do not take threads from the tests of other files.
private let clients: NIOThreadPool = {
    let pool = NIOThreadPool(numberOfThreads: 6)
    pool.start()
    return pool
}()

/// Runs a service on a port of its own for as long as the clients need it.
func withService<Result: Sendable>(
    limits: ServerLimits = .patient, handler: @escaping HTTPHandler,
    clients body: @escaping @Sendable (_ service: HTTPService, _ port: Int) throws -> Result
) async throws -> Result {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let service = HTTPService(group: group, limits: limits, logger: .silent, handler: handler)
    let bound = try await service.bind(host: "127.0.0.1", port: 0, name: "test")
    do {
        let result = try await clients.runIfActive { try body(service, bound.port) }
        await service.shutdown(grace: .zero)
        try await group.shutdownGracefully()
        return result
    } catch {
        await service.shutdown(grace: .zero)
        try await group.shutdownGracefully()
        throw error
    }
}

extension ServerLimits {
    /// A test may be kept waiting for a minute by others; no client is given up for that. The tests of a time limit
    /// set it.
    static let patient: ServerLimits = {
        var limits = ServerLimits()
        limits.headerTimeout = .seconds(3600)
        limits.idleTimeout = .seconds(3600)
        limits.rateGrace = .seconds(3600)
        limits.halfCloseGrace = .seconds(3600)
        return limits
    }()
}

extension Logger {
    static let silent = Logger(label: "silent") { _ in SwiftLogNoOpLogHandler() }
}

/// Something a handler says and a blocked client waits for.
final class Signal: Sendable {
    private let ends: (read: Int32, write: Int32)

    init() {
        var descriptors: [Int32] = [0, 0]
        precondition(pipe(&descriptors) == 0, "no pipe")
        ends = (descriptors[0], descriptors[1])
    }

    deinit {
        close(ends.read)
        close(ends.write)
    }

    func send(_ value: UInt8 = 1) {
        var value = value
        _ = write(ends.write, &value, 1)
    }

    /// Blocks the thread.
    func wait() -> UInt8 {
        var value: UInt8 = 0
        _ = read(ends.read, &value, 1)
        return value
    }
}

/// Something a client says and a handler waits for.
final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    func open() {
        let waiters = state.withLock { state in
            state.isOpen = true
            defer { state.waiters.removeAll() }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Waits for the gate, not for cancellation.
    func pass() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiters.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }
}

/// A file with known bytes that has no name.
final class TestFile: Sendable {
    let descriptor: Int32
    private let onClose: @Sendable () -> Void

    init(_ bytes: [UInt8], onClose: @escaping @Sendable () -> Void = {}) {
        let stream = tmpfile()
        let descriptor = dup(fileno(stream))
        fclose(stream)
        let written = bytes.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
        precondition(written == bytes.count, "the file holds its bytes")
        self.descriptor = descriptor
        self.onClose = onClose
    }

    deinit {
        close(descriptor)
        onClose()
    }

    func extent(_ range: Range<Int>) -> FileExtent {
        FileExtent(
            descriptor: descriptor, offset: Int64(range.lowerBound), length: range.count, owner: self)
    }
}

/// Gives batches one after the other.
func batches(_ all: [[BodyPiece]]) -> @Sendable () async throws -> [BodyPiece]? {
    let left = Mutex(all[...])
    return { left.withLock { $0.popFirst() } }
}

/// Bytes that repeat late, so that a shift shows.
func pattern(_ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
}
