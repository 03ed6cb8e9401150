import NIOCore
import Synchronization

/// The connection's side of a request body.
extension RequestBody {
    /// Bytes in memory: received and not taken, or lent to the reader.
    var held: Int { state.withLock { $0.buffered + $0.lent } }

    /// Bytes received and not taken.
    var buffered: Int { state.withLock { $0.buffered } }

    var isWaitedFor: Bool { state.withLock { $0.waiter != nil } }

    /// Takes what came from the wire. False when the body may have no more.
    func receive(_ bytes: ByteBuffer) -> Bool {
        let (waiter, accepted) = state.withLock { state -> (CheckedContinuation<Void, Never>?, Bool) in
            guard state.failure == nil, !state.ended else { return (nil, false) }
            state.received += Int64(bytes.readableBytes)
            guard state.received <= state.limit else {
                state.failure = .tooLarge
                state.pieces.removeAll()
                state.buffered = 0
                return (state.waiter.take(), false)
            }
            state.pieces.append(bytes)
            state.buffered += bytes.readableBytes
            return (state.waiter.take(), true)
        }
        waiter?.resume()
        return accepted
    }

    /// The end came from the wire.
    func finish(trailers: HeaderFields) {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard state.failure == nil, !state.ended else { return nil }
            state.ended = true
            state.trailers = trailers
            return state.waiter.take()
        }
        waiter?.resume()
    }
}
