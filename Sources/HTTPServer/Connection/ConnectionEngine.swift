import NIOCore

/// The protocol of one HTTP/1 connection, without any I/O.
///
/// The owner says what happened (`receive`, `responseEnded`, `timerFired`, …) and then takes actions with `next`
/// until there is only `wait`. Input that is not needed yet stays unread: a second request is not even looked at
/// before the first is answered, and bytes of a body leave only when its reader wants some.
struct ConnectionEngine {
    enum Action {
        /// Run the handler; the parts of the body follow when they are wanted.
        case start(RequestHead)
        case body(ByteBuffer)
        case endBody(HeaderFields)
        case failBody(BodyError)
        /// The client has gone, as far as can be known: cancel the handler.
        case cancel
        case sendContinue
        /// Answer this in place of a handler, then say `responseEnded`.
        case refuse(Refusal)
        /// Close the sending side and go on receiving what is thrown away.
        case linger
        case close
        case wait
    }

    enum TimerResult: Equatable {
        case nothing
        /// The state changed: take the actions.
        case changed
        /// The client takes the response too slowly: abort the connection.
        case abort
    }

    enum Phase: Equatable {
        /// A request head is waited for.
        case head
        /// A request is with its handler, or is answered and the rest of its body is thrown away.
        case exchange
        case refusing
        case lingering
        case closed
    }

    /// Where the body of the current request stands.
    private enum Inbound {
        case length(Int64)
        case chunked(ChunkDecoder)
        /// Every byte was handed on, the end not yet.
        case complete(HeaderFields)
        case ended
        /// It broke off, and the reader has not been told.
        case failing(BodyError)
        case failed
    }

    private let limits: ServerLimits
    private(set) var phase = Phase.head
    private var parser: HeadParser
    /// Received and not looked at.
    private(set) var input = ByteBuffer()
    private var inbound = Inbound.ended
    private var owesContinue = false
    private var answered = false
    private var keepsAlive = true
    private var shuttingDown = false
    /// The client has closed its sending side: what is in `input` is all.
    private var inputEnded = false
    private var hasBegunResponse = false
    private var isCancelled = false
    private(set) var facts = RequestFacts(isHead: false, minorVersion: 1)
    /// An action that an event decided on.
    private var due: Action?
    private var discarded = 0
    /// When idling, a head, throwing away or lingering began.
    private var since: NIODeadline
    private var incoming: RateWatch
    private var outgoing: RateWatch
    private var unsent = 0

    init(limits: ServerLimits, now: NIODeadline) {
        self.limits = limits
        parser = HeadParser(limits: limits)
        since = now
        incoming = RateWatch(limits: limits)
        outgoing = RateWatch(limits: limits)
    }

    // MARK: - What happened

    /// The connection is one too many.
    mutating func refuseConnection() {
        refuse(.tooManyConnections)
    }

    mutating func receive(_ bytes: ByteBuffer, now: NIODeadline) {
        switch phase {
        case .refusing, .lingering, .closed:
            discarded += bytes.readableBytes
            return
        case .head:
            if input.readableBytes == 0 { since = now }
        case .exchange:
            if hasOpenBody {
                incoming.moved(bytes.readableBytes, now)
                incoming.rest(now)
            } else if input.readableBytes + bytes.readableBytes > limits.maxPipelinedBytes {
                phase = .closed
                due = .close
                return
            }
        }
        if input.readableBytes == 0 {
            input = bytes
        } else {
            input.writeImmutableBuffer(bytes)
        }
    }

    /// The client sends nothing more. It may still read: answers are sent, as far as the requests are complete.
    mutating func endInput(now: NIODeadline) {
        inputEnded = true
        if phase == .exchange, !answered {
            if case .length(let remaining) = inbound, remaining > Int64(input.readableBytes) {
                inbound = .failing(.disconnected)
            } else {
                since = now
            }
        }
    }

    /// A response is about to be written. Returns whether the connection may serve another request after it.
    ///
    /// It may not when the rest of the body is long or of unknown length, nor when a client that waits for
    /// `100 Continue` was never told to go on: whether it still sends its body cannot be known.
    mutating func beginResponse() -> Bool {
        hasBegunResponse = true
        guard keepsAlive, !shuttingDown, !inputEnded || input.readableBytes > 0 else { return false }
        switch inbound {
        case .ended, .complete: return true
        case .length(let remaining):
            return remaining <= Int64(owesContinue ? input.readableBytes : limits.drainAfterRefusal)
        case .chunked, .failing, .failed: return false
        }
    }

    /// The last byte of the response was handed to the socket.
    mutating func responseEnded(keepsAlive keep: Bool, now: NIODeadline) {
        keepsAlive = keepsAlive && keep
        answered = true
        discarded = 0
        since = now
        incoming.rest(now)
        outputMoved(now: now)
        if phase == .refusing { linger(now) }
    }

    /// The socket did not take everything: `count` bytes wait.
    mutating func outputWaits(unsent count: Int, now: NIODeadline) {
        if outgoing.isWaiting { outgoing.moved(max(0, unsent - count), now) }
        unsent = count
        outgoing.wait(now)
    }

    /// The socket took what had waited.
    mutating func outputMoved(now: NIODeadline) {
        outgoing.moved(unsent, now)
        outgoing.rest(now)
        unsent = 0
    }

    /// The current request is the last one.
    mutating func shutDown() {
        shuttingDown = true
    }

    // MARK: - Time

    /// When `timerFired` should be called; nil while the server waits for nobody but itself.
    var deadline: NIODeadline? {
        let state: NIODeadline?
        switch phase {
        case .head:
            state = since + TimeAmount(input.readableBytes == 0 ? limits.idleTimeout : limits.headerTimeout)
        case .exchange where answered:
            state = since + TimeAmount(limits.lingerTimeout)
        case .exchange where inputEnded:
            let isOver = hasBegunResponse || isCancelled
            state = isOver ? nil : since + TimeAmount(limits.halfCloseGrace)
        case .exchange:
            state = incoming.deadline
        case .lingering:
            state = since + TimeAmount(limits.lingerTimeout)
        case .refusing, .closed:
            state = nil
        }
        guard let output = outgoing.deadline else { return state }
        return state.map { min($0, output) } ?? output
    }

    /// `left` is what the socket still has not taken of what waited.
    mutating func timerFired(_ now: NIODeadline, unsent left: Int) -> TimerResult {
        if let output = outgoing.deadline {
            outgoing.moved(max(0, unsent - left), now)
            unsent = left
            if output <= now, outgoing.isTooSlow(now) { return .abort }
        }
        guard let deadline, deadline <= now else { return .nothing }
        switch phase {
        case .head where input.readableBytes > 0:
            refuse(.headerTooSlow)
        case .head, .lingering:
            phase = .closed
            due = .close
        case .exchange where answered:
            linger(now)
        case .exchange where inputEnded:
            cancel()
        case .exchange:
            guard incoming.isTooSlow(now) else { return .nothing }
            inbound = .failing(.tooSlow)
        case .refusing, .closed:
            return .nothing
        }
        return .changed
    }

    // MARK: - What to do

    /// Whether bytes from the socket would be of use now; `wantsBody` is whether the reader of the body wants some.
    func wantsRead(wantsBody: Bool) -> Bool {
        if inputEnded { return false }
        switch phase {
        case .head:
            return true
        case .exchange where hasOpenBody:
            return answered || wantsBody && !owesContinue
        case .exchange:
            // Reading ahead once brings the next request, and shows early that the client has gone.
            return input.readableBytes == 0
        case .lingering:
            return true
        case .refusing, .closed:
            return false
        }
    }

    var hasOpenBody: Bool {
        switch inbound {
        case .length, .chunked: true
        case .complete, .ended, .failing, .failed: false
        }
    }

    mutating func next(wantsBody: Bool, now: NIODeadline) -> Action {
        if let due {
            self.due = nil
            return due
        }
        switch phase {
        case .head: return nextHead(now)
        case .exchange: return answered ? nextLeftover(now) : nextBody(wantsBody: wantsBody, now)
        case .lingering where inputEnded || discarded > limits.lingerBytes:
            phase = .closed
            return .close
        case .refusing, .lingering, .closed: return .wait
        }
    }

    private mutating func nextHead(_ now: NIODeadline) -> Action {
        if input.readableBytes == 0 {
            // An exhausted slice would keep a whole receive buffer.
            input = ByteBuffer()
            guard shuttingDown || inputEnded else { return .wait }
            phase = .closed
            return .close
        }
        do throws(Refusal) {
            guard let head = try parser.parse(&input) else {
                if inputEnded {
                    phase = .closed
                    return .close
                }
                if input.storageCapacity > 4 * input.readableBytes + 1024 {
                    input = ByteBuffer(bytes: input.readableBytesView)
                }
                return .wait
            }
            try begin(head)
            if inputEnded { since = now }
            return .start(head)
        } catch {
            refuse(error)
            due = nil
            return .refuse(error)
        }
    }

    private mutating func begin(_ head: RequestHead) throws(Refusal) {
        facts = RequestFacts(isHead: head.method == .head, minorVersion: head.minorVersion)
        switch head.framing {
        case .none: inbound = .ended
        case .length(let length):
            guard length <= limits.maxBodyBytes else { throw .bodyTooLarge }
            inbound = .length(length)
        case .chunked: inbound = .chunked(ChunkDecoder(limits: limits))
        }
        phase = .exchange
        answered = false
        hasBegunResponse = false
        isCancelled = false
        keepsAlive = head.keepsAlive
        owesContinue = head.expectsContinue && hasOpenBody
        incoming = RateWatch(limits: limits)
        if input.readableBytes == 0 { input = ByteBuffer() }
    }

    private mutating func nextBody(wantsBody: Bool, _ now: NIODeadline) -> Action {
        switch inbound {
        case .ended, .failed:
            return .wait
        case .complete(let trailers):
            inbound = .ended
            return .endBody(trailers)
        case .failing(let error):
            inbound = .failed
            keepsAlive = false
            if error == .disconnected { cancel() }
            return .failBody(error)
        case .length, .chunked:
            guard wantsBody else { return .wait }
        }
        if let action = takeBody() {
            owesContinue = false
            return action
        }
        if input.readableBytes == 0 { input = ByteBuffer() }
        if inputEnded {
            inbound = .failed
            keepsAlive = false
            cancel()
            return .failBody(.disconnected)
        }
        if owesContinue {
            owesContinue = false
            return .sendContinue
        }
        incoming.wait(now)
        return .wait
    }

    /// What the input has of the body; nil when that is nothing.
    private mutating func takeBody() -> Action? {
        switch inbound {
        case .length(let remaining):
            let count = Int(min(remaining, Int64(input.readableBytes)))
            guard count > 0, let bytes = input.readSlice(length: count) else { return nil }
            inbound =
                remaining == Int64(count) ? .complete(HeaderFields()) : .length(remaining - Int64(count))
            return .body(bytes)
        case .chunked(var decoder):
            // Emptied first, so that the decoder is changed in place and not copied.
            inbound = .failed
            do throws(Refusal) {
                let part = try decoder.next(&input)
                inbound = .chunked(decoder)
                switch part {
                case .bytes(let bytes):
                    return .body(bytes)
                case .end(let trailers):
                    inbound = .ended
                    return .endBody(trailers)
                case nil:
                    return nil
                }
            } catch {
                keepsAlive = false
                return .failBody(.malformed)
            }
        case .complete, .ended, .failing, .failed:
            return nil
        }
    }

    /// After the answer: the rest of a short body is thrown away, then the next request is looked for.
    private mutating func nextLeftover(_ now: NIODeadline) -> Action {
        if keepsAlive, case .length(let remaining) = inbound {
            let count = Int(min(remaining, Int64(input.readableBytes)))
            input.moveReaderIndex(forwardBy: count)
            inbound = remaining == Int64(count) ? .ended : .length(remaining - Int64(count))
        }
        switch inbound {
        case .complete, .ended:
            inbound = .ended
            if keepsAlive, !shuttingDown && !inputEnded || input.readableBytes > 0 {
                phase = .head
                since = now
                return nextHead(now)
            }
            if input.readableBytes == 0 {
                phase = .closed
                return .close
            }
        case .length where keepsAlive && !inputEnded:
            if input.readableBytes == 0 { input = ByteBuffer() }
            return .wait
        case .length, .chunked, .failing, .failed:
            break
        }
        linger(now)
        due = nil
        return .linger
    }

    private mutating func cancel() {
        guard !isCancelled else { return }
        isCancelled = true
        due = .cancel
    }

    private mutating func refuse(_ refusal: Refusal) {
        phase = .refusing
        keepsAlive = false
        facts = RequestFacts(isHead: false, minorVersion: 1)
        inbound = .failed
        input = ByteBuffer()
        due = .refuse(refusal)
    }

    private mutating func linger(_ now: NIODeadline) {
        phase = .lingering
        since = now
        discarded = input.readableBytes
        input = ByteBuffer()
        due = .linger
    }
}
