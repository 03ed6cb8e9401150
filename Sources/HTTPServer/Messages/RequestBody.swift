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
    /// Tells the connection that the reader took bytes, or waits for some.
    private let onDemand: (@Sendable () -> Void)?

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
    init(declaredLength: Int64?, limit: Int64, onDemand: @escaping @Sendable () -> Void) {
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
        var hasTold = false
        while true {
            switch take(maxLength) {
            case .bytes(let buffer):
                onDemand?()
                return buffer
            case .end:
                return nil
            case .failed(let error):
                throw error
            case .wait where hasTold:
                await wait()
            case .wait:
                // The connection may have the bytes already, and then puts them in at once.
                onDemand?()
                hasTold = true
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
        case bytes(ByteBuffer)
        case end
        case failed(BodyError)
        case wait
    }

    private func take(_ maxLength: Int) -> Taken {
        state.withLock { state in
            state.asked = true
            state.lent = 0
            guard var first = state.pieces.popFirst() else {
                if let failure = state.failure { return .failed(failure) }
                return state.ended ? .end : .wait
            }
            if first.readableBytes > maxLength, let piece = first.readSlice(length: maxLength) {
                state.pieces.prepend(first)
                first = piece
            } else if let second = state.pieces.first, second.readableBytes <= maxLength - first.readableBytes
            {
                Self.gather(&first, from: &state.pieces, maxLength)
            }
            state.buffered -= first.readableBytes
            state.lent = first.readableBytes
            return .bytes(first)
        }
    }

    /// Appends whole pieces while they fit; one allocation for all of them.
    private static func gather(
        _ whole: inout ByteBuffer, from pieces: inout CircularBuffer<ByteBuffer>, _ maxLength: Int
    ) {
        var length = whole.readableBytes
        var count = 0
        for piece in pieces {
            guard piece.readableBytes <= maxLength - length else { break }
            length += piece.readableBytes
            count += 1
        }
        var gathered = ByteBufferAllocator().buffer(capacity: length)
        gathered.writeImmutableBuffer(whole)
        for piece in pieces.prefix(count) { gathered.writeImmutableBuffer(piece) }
        pieces.removeFirst(count)
        whole = gathered
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

// What the connection does with a body.
extension RequestBody {
    /// Pieces smaller than this are copied together: kept as slices, each would keep a receive buffer alive.
    private static let smallPiece = 16 * 1024

    /// Puts in what came; more than the limit allows ends the body in `tooLarge`.
    func receive(_ piece: ByteBuffer) {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard !state.ended, state.failure == nil else { return nil }
            let count = piece.readableBytes
            state.received += Int64(count)
            if state.received > state.limit {
                state.failure = .tooLarge
                state.pieces.removeAll()
                state.buffered = 0
                return state.waiter.take()
            }
            state.buffered += count
            if count >= Self.smallPiece {
                state.pieces.append(piece)
            } else if let last = state.pieces.indices.last, state.pieces[last].readableBytes < Self.smallPiece
            {
                state.pieces[last].writeImmutableBuffer(piece)
            } else {
                state.pieces.append(ByteBuffer(bytes: piece.readableBytesView))
            }
            return state.waiter.take()
        }
        waiter?.resume()
    }

    /// The body came to its proper end.
    func end(_ trailers: HeaderFields) {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard state.failure == nil else { return nil }
            state.ended = true
            state.trailers = trailers
            return state.waiter.take()
        }
        waiter?.resume()
    }

    /// Whether the reader has asked, and little enough is there that more should come.
    func wantsMore(readAhead: Int) -> Bool {
        state.withLock { state in
            state.asked && !state.ended && state.failure == nil && state.buffered < readAhead
        }
    }

    /// Bytes in memory: those that wait and those that the reader has in hand.
    var heldBytes: Int {
        state.withLock { $0.buffered + $0.lent }
    }
}
