package import NIOCore
import Synchronization

/// The body of a request, read by ONE task from its start to its end.
///
/// The connection puts in what it receives; the reader takes it out; nothing is received ahead of the reader
/// but what `ServerLimits.readAhead` allows. Safe from any task and thread, one call at a time.
package final class RequestBody: Sendable {
    /// Content-Length; nil when the body comes in chunks.
    package let declaredLength: Int64?
    /// No body was announced.
    package let isEmpty: Bool

    let state: Mutex<State>
    private let onDemand: (@Sendable (Demand) -> Void)?

    /// What the reader tells the connection.
    enum Demand: Sendable {
        /// The reader took bytes or waits for some: receive more.
        case more
    }

    struct State {
        var pieces = CircularBuffer<ByteBuffer>(initialCapacity: 2)
        /// Bytes in `pieces`.
        var buffered = 0
        /// Bytes that the last `next` handed out: in memory until the reader comes back.
        var lent = 0
        var received: Int64 = 0
        var limit: Int64
        var asked = false
        var ended = false
        var failure: BodyError?
        var trailers = HeaderFields()
        var waiter: CheckedContinuation<Void, Never>?
    }

    /// A body that a connection fills; `onDemand` may be called on any thread.
    init(declaredLength: Int64?, limit: Int64, onDemand: @escaping @Sendable (Demand) -> Void) {
        self.declaredLength = declaredLength
        isEmpty = false
        state = Mutex(State(limit: limit))
        self.onDemand = onDemand
    }

    /// A body that is there already, for tests and for requests made inside the process.
    ///
    /// With `failure` the body ends in that error after its chunks.
    package init(
        chunks: [ByteBuffer], declaredLength: Int64? = nil, trailers: HeaderFields = HeaderFields(),
        failure: BodyError? = nil
    ) {
        self.declaredLength = declaredLength
        isEmpty = chunks.isEmpty && failure == nil && (declaredLength ?? 0) == 0
        var state = State(limit: .max)
        for chunk in chunks where chunk.readableBytes > 0 {
            state.pieces.append(chunk)
            state.buffered += chunk.readableBytes
            state.received += Int64(chunk.readableBytes)
        }
        state.ended = failure == nil
        state.failure = failure
        state.trailers = trailers
        self.state = Mutex(state)
        onDemand = nil
    }

    package convenience init(_ bytes: ByteBuffer) {
        self.init(chunks: [bytes], declaredLength: Int64(bytes.readableBytes))
    }

    /// The body of every request that has none.
    package static let empty = RequestBody(chunks: [], declaredLength: 0)

    /// The trailer fields; empty before the end was reached.
    package var trailers: HeaderFields {
        state.withLock { $0.ended && $0.pieces.isEmpty ? $0.trailers : HeaderFields() }
    }

    /// Lowers the number of bytes that the body may have; it never raises it.
    ///
    /// A body that is already known to be longer throws `tooLarge` at the next call, before anything is asked of
    /// the client.
    package func limit(to bytes: Int64) {
        guard !isEmpty else { return }
        let declared = declaredLength ?? 0
        state.withLock { state in
            state.limit = min(state.limit, max(0, bytes))
            if state.failure == nil, max(declared, state.received) > state.limit {
                state.failure = .tooLarge
                state.pieces.removeAll()
                state.buffered = 0
            }
        }
    }

    /// The bytes that are there, at most `maxLength` of them; waits only when nothing is there; nil at the end.
    ///
    /// The first call sends `100 Continue` to a client that expects it. Cancelling the task throws `aborted`.
    package func next(maxLength: Int = 512 * 1024) async throws(BodyError) -> ByteBuffer? {
        precondition(maxLength > 0, "a slab holds at least one byte")
        while true {
            switch take(maxLength) {
            case .bytes(let buffer, let tellConnection):
                if tellConnection { onDemand?(.more) }
                return buffer
            case .end:
                return nil
            case .failed(let error):
                throw error
            case .wait:
                onDemand?(.more)
                await wait()
            }
        }
    }

    /// The whole body; throws `tooLarge` when it has more than `upTo` bytes.
    package func collect(upTo: Int) async throws(BodyError) -> ByteBuffer {
        if let declaredLength, declaredLength > Int64(upTo) { throw .tooLarge }
        guard var whole = try await next() else { return ByteBuffer() }
        guard whole.readableBytes <= upTo else { throw .tooLarge }
        while var piece = try await next() {
            guard piece.readableBytes <= upTo - whole.readableBytes else { throw .tooLarge }
            whole.writeBuffer(&piece)
        }
        return whole
    }

    private enum Taken {
        case bytes(ByteBuffer, tellConnection: Bool)
        case end
        case failed(BodyError)
        case wait
    }

    private func take(_ maxLength: Int) -> Taken {
        state.withLock { state in
            let firstCall = !state.asked
            state.asked = true
            let returned = state.lent
            state.lent = 0
            if let failure = state.failure, state.pieces.isEmpty { return .failed(failure) }
            guard var first = state.pieces.popFirst() else {
                return state.ended ? .end : .wait
            }
            if first.readableBytes > maxLength {
                let rest = first.getSlice(
                    at: first.readerIndex + maxLength, length: first.readableBytes - maxLength)
                if let rest { state.pieces.prepend(rest) }
                first = first.getSlice(at: first.readerIndex, length: maxLength) ?? first
            } else {
                while let piece = state.pieces.first,
                    piece.readableBytes <= maxLength - first.readableBytes,
                    var appended = state.pieces.popFirst()
                {
                    first.writeBuffer(&appended)
                }
            }
            state.buffered -= first.readableBytes
            state.lent = first.readableBytes
            return .bytes(first, tellConnection: firstCall || returned > 0 || !state.ended)
        }
    }

    private func wait() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let ready = state.withLock { state -> Bool in
                    precondition(state.waiter == nil, "a request body has one reader")
                    if !state.pieces.isEmpty || state.ended || state.failure != nil { return true }
                    state.waiter = continuation
                    return false
                }
                if ready { continuation.resume() }
            }
        } onCancel: {
            fail(.aborted)
        }
    }

    /// Ends the body in an error, unless it has ended already; bytes that are there can still be read.
    func fail(_ error: BodyError) {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard !state.ended, state.failure == nil else { return nil }
            state.failure = error
            return state.waiter.take()
        }
        waiter?.resume()
    }
}
