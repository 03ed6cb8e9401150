import NIOCore
import Synchronization

/// Who is connected, and whether the service still takes anybody in.
final class ConnectionRoster: Sendable {
    enum Admission {
        case served
        /// One too many: it is told so.
        case refused
        /// One too many of those as well, or the service has ended.
        case dropped
    }

    private struct State {
        var listeners: [any Channel] = []
        var connections: [ObjectIdentifier: any Channel] = [:]
        var isOpen = true
        var whenEmpty: [CheckedContinuation<Void, Never>] = []
    }

    /// Connections over the limit that are told so at the same time; more are closed without a word.
    private static let maxRefusals = 64

    private let limit: Int
    private let state = Mutex(State())
    private let closed = Atomic<Bool>(false)

    init(limit: Int) {
        self.limit = limit
    }

    var count: Int {
        state.withLock { $0.connections.count }
    }

    /// Whether nobody is taken in any more; connections look before they promise to stay.
    var hasClosed: Bool { closed.load(ordering: .relaxed) }

    /// False when the service has ended.
    func add(listener: any Channel) -> Bool {
        state.withLock { state in
            guard state.isOpen else { return false }
            state.listeners.append(listener)
            return true
        }
    }

    /// Counts the connection unless it is dropped; then `leave` is not to be called for it.
    func admit(_ channel: any Channel) -> Admission {
        state.withLock { state in
            let count = state.connections.count
            guard state.isOpen, count < limit + Self.maxRefusals else { return .dropped }
            state.connections[ObjectIdentifier(channel)] = channel
            return count < limit ? .served : .refused
        }
    }

    func leave(_ channel: any Channel) {
        let waiting = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            state.connections[ObjectIdentifier(channel)] = nil
            guard state.connections.isEmpty else { return [] }
            defer { state.whenEmpty.removeAll() }
            return state.whenEmpty
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Takes nobody in from now on; gives the listeners to close.
    func close() -> [any Channel] {
        closed.store(true, ordering: .relaxed)
        return state.withLock { state in
            state.isOpen = false
            defer { state.listeners.removeAll() }
            return state.listeners
        }
    }

    func tellAll(_ event: ConnectionEvent) {
        for channel in state.withLock({ Array($0.connections.values) }) {
            channel.pipeline.fireUserInboundEventTriggered(event)
        }
    }

    /// Returns when nobody is connected.
    func empty() async {
        await withCheckedContinuation { continuation in
            let isEmpty = state.withLock { state in
                if state.connections.isEmpty { return true }
                state.whenEmpty.append(continuation)
                return false
            }
            if isEmpty { continuation.resume() }
        }
    }
}
