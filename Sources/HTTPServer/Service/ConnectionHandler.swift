import Logging
import NIOCore
import NIOHTTP1
import Synchronization

/// One connection: requests in, one at a time; responses out, in order; everything within its limits.
///
/// Lives on its event loop, as do the handlers it runs. Reading is on demand: the next request is read when the
/// response before it is written, a body when its reader asks.
final class ConnectionHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = IOData

    /// Asks a connection to close as soon as it may.
    struct ShutDown {}

    enum Deadline {
        /// No request has begun: close without a word.
        case idle
        /// A head is not complete: 408.
        case head
        /// A body comes too slowly.
        case body
        /// A response is taken too slowly.
        case response
        /// The rest of a refused request is thrown away for so long.
        case linger
    }

    let service: HTTPService
    let executor: EventLoopTaskExecutor
    let listener: String
    var context: ChannelHandlerContext?
    var exchange: Exchange?
    var queued = CircularBuffer<HTTPServerRequestPart>()
    private var exchanges = 0
    private var ids = RequestIDSequence()
    private var readOutstanding = false
    private var gotPart = false
    /// Bytes of input that are still thrown away before the connection is given up; nil when input is used.
    var discarding: Int?
    /// The last response was written; input is read only so that the client can read that response.
    var isLingering = false
    var inputClosed = false
    var shutsDown = false
    private var deadline: (kind: Deadline, at: NIODeadline)?
    private var timer: Scheduled<Void>?
    private var budgetRetry: Scheduled<Void>?
    private var date = (second: Int64(0), text: "")
    private var remoteAddress = ""
    private var localPort = 0

    var limits: ServerLimits { service.limits }
    var counters: ServerCounters { service.counters }

    init(service: HTTPService, executor: EventLoopTaskExecutor, listener: String) {
        self.service = service
        self.executor = executor
        self.listener = listener
    }

    // MARK: Life

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if context.channel.isActive { begin(context) }
    }

    func channelActive(context: ChannelHandlerContext) {
        begin(context)
        context.fireChannelActive()
    }

    private func begin(_ context: ChannelHandlerContext) {
        remoteAddress = context.remoteAddress?.ipAddress ?? ""
        localPort = context.localAddress?.port ?? 0
        arm(.idle, limits.idleTimeout)
        read()
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        budgetRetry?.cancel()
        if let exchange {
            exchange.request.body.fail(.disconnected)
            exchange.task?.cancel()
        }
        self.context = nil
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case is ShutDown:
            shutsDown = true
            if exchange == nil { context.close(promise: nil) }
        case ChannelEvent.inputClosed:
            inputClosed = true
            if let exchange {
                if !exchange.inputEnded { exchange.request.body.fail(.disconnected) }
            } else if queued.isEmpty {
                context.close(promise: nil)
            }
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? HTTPParserError else {
            context.close(promise: nil)
            return
        }
        if isLingering || discarding != nil {
            context.close(promise: nil)
        } else if let exchange {
            exchange.request.body.fail(.malformed)
            shutsDown = true
        } else {
            let refusal: RequestHead.Refusal =
                switch error {
                case .headerOverflow: .init(431, "Request header fields too large")
                case .invalidVersion: .init(505, "HTTP version not supported")
                default: .init(400, "Bad request")
                }
            refuse(refusal)
        }
    }

    // MARK: Input

    func read() {
        guard !readOutstanding, !inputClosed, let context else { return }
        readOutstanding = true
        context.read()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        gotPart = true
        let part = unwrapInboundIn(data)
        if isLingering { return discard(part) }
        if let exchange, exchange.inputEnded, discarding == nil {
            if queued.count > limits.maxPipelined * 3 { shutsDown = true } else { queued.append(part) }
        } else {
            process(part)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        readOutstanding = false
        if exchange == nil, !isLingering {
            if !gotPart, case .idle? = deadline?.kind { arm(.head, limits.headerTimeout) }
            read()
        } else if isLingering || discarding != nil {
            read()
        } else {
            readBody()
        }
        gotPart = false
        context.fireChannelReadComplete()
    }

    private func process(_ part: HTTPServerRequestPart) {
        switch part {
        case .head(let head): start(head)
        case .body(let bytes):
            guard discarding == nil else { return discard(part) }
            guard let exchange else { return }
            counters.bytesIn.wrappingAdd(bytes.readableBytes, ordering: .relaxed)
            exchange.windowBytes += bytes.readableBytes
            if exchange.request.body.receive(bytes) { account(exchange) }
            measureBody(exchange)
        case .end(let trailers):
            if discarding != nil {
                discarding = nil
                finishDraining()
                return
            }
            guard let exchange else { return }
            exchange.inputEnded = true
            disarm(.body)
            exchange.request.body.finish(
                trailers: HeaderFields(trailers.map { $0.map { ($0.name, $0.value) } } ?? []))
        }
    }

    private func start(_ message: HTTPRequestHead) {
        disarmAll()
        let head: RequestHead
        do throws(RequestHead.Refusal) {
            head = try RequestHead(message, limits: limits)
        } catch {
            return refuse(error)
        }
        exchanges += 1
        let number = exchanges
        let request = HTTPRequest(
            id: ids.next(), method: HTTPMethod(message.method.rawValue), target: message.uri,
            headers: head.fields,
            body: body(head, number), remoteAddress: remoteAddress, localPort: localPort, listener: listener)
        let exchange = Exchange(number: number, request: request, head: head)
        self.exchange = exchange
        counters.requests.wrappingAdd(1, ordering: .relaxed)
        counters.requestsInFlight.wrappingAdd(1, ordering: .relaxed)
        guard let eventLoop = context?.eventLoop else { return }
        let bound = NIOLoopBound((self, exchange), eventLoop: eventLoop)
        let handler = service.handler
        exchange.task = Task(executorPreference: executor) {
            let response = await handler(request)
            let (connection, exchange) = bound.value
            await connection.send(response, for: exchange)
        }
    }

    private func body(_ head: RequestHead, _ number: Int) -> RequestBody {
        guard head.framing != .none, let eventLoop = context?.eventLoop else { return .empty }
        let length: Int64? = if case .length(let length) = head.framing { length } else { nil }
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        return RequestBody(declaredLength: length, limit: limits.maxBodyBytes) { _ in
            if eventLoop.inEventLoop {
                bound.value.demand(number)
            } else {
                eventLoop.execute { bound.value.demand(number) }
            }
        }
    }

    /// The reader of a body took bytes, or waits for some.
    private func demand(_ number: Int) {
        guard let exchange, exchange.number == number else { return }
        account(exchange)
        guard !exchange.inputEnded else { return }
        if exchange.awaitsContinue, !exchange.responseStarted {
            exchange.awaitsContinue = false
            context?.writeAndFlush(
                wrapOutboundOut(.byteBuffer(ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n"))),
                promise: nil)
        }
        measureBody(exchange)
        readBody()
    }

    private func readBody() {
        guard let exchange, !exchange.inputEnded, !exchange.awaitsContinue else { return }
        let body = exchange.request.body
        guard body.buffered < limits.readAhead else { return }
        if service.budget.isSpent, body.held > 0 {
            guard budgetRetry == nil, let eventLoop = context?.eventLoop else { return }
            let bound = NIOLoopBound(self, eventLoop: eventLoop)
            budgetRetry = eventLoop.scheduleTask(in: .milliseconds(10)) {
                bound.value.budgetRetry = nil
                bound.value.readBody()
            }
            return
        }
        read()
    }

    private func account(_ exchange: Exchange) {
        let held = exchange.request.body.held
        let more = held - exchange.accounted
        if more > 0 { service.budget.take(more) } else { service.budget.giveBack(-more) }
        exchange.accounted = held
    }

    /// A client must send `minBodyRate` bytes a second while somebody waits for them.
    private func measureBody(_ exchange: Exchange) {
        guard exchange.request.body.isWaitedFor else { return disarm(.body) }
        let needed = limits.minBodyRate * Int(limits.rateGrace.components.seconds)
        if case .body? = deadline?.kind {
            guard exchange.windowBytes >= max(1, needed) else { return }
        }
        exchange.windowBytes = 0
        arm(.body, limits.rateGrace)
    }

    // MARK: After a response

    /// The response of `exchange` is written: on to the next request, or to the end.
    func finish(_ exchange: Exchange, closes: Bool) {
        counters.requestsInFlight.wrappingSubtract(1, ordering: .relaxed)
        service.budget.giveBack(exchange.accounted)
        exchange.accounted = 0
        exchange.request.body.fail(.aborted)
        self.exchange = nil
        guard context != nil else { return }
        if closes || shutsDown {
            linger(hasMoreInput: !exchange.inputEnded)
        } else if !exchange.inputEnded {
            discarding = limits.drainAfterRefusal
            arm(.linger, limits.headerTimeout)
            read()
        } else {
            finishDraining()
        }
    }

    private func finishDraining() {
        arm(.idle, limits.idleTimeout)
        while let part = queued.first, exchange.map({ !$0.inputEnded }) ?? !isLingering {
            queued.removeFirst()
            process(part)
        }
        if exchange == nil {
            if inputClosed { context?.close(promise: nil) } else { read() }
        } else {
            readBody()
        }
    }

    private func discard(_ part: HTTPServerRequestPart) {
        guard case .body(let bytes) = part else { return }
        let left = (discarding ?? limits.drainAfterRefusal) - bytes.readableBytes
        discarding = left
        if left < 0 { context?.close(promise: nil) }
    }

    /// Closes so that the client can read the answer: a socket closed over unread input resets the connection.
    func linger(hasMoreInput: Bool) {
        guard let context else { return }
        isLingering = true
        guard hasMoreInput, !inputClosed else {
            context.close(promise: nil)
            return
        }
        discarding = limits.drainAfterRefusal * 16
        arm(.linger, .seconds(5))
        context.close(mode: .output, promise: nil)
        read()
    }

    /// Answers a request that never reaches the handler, and closes.
    func refuse(_ refusal: RequestHead.Refusal) {
        guard let context, !isLingering else { return }
        counters.requestsRefused.wrappingAdd(1, ordering: .relaxed)
        var buffer = context.channel.allocator.buffer(capacity: 256)
        let text = refusal.reason + "\n"
        _ = ResponseHead.write(
            status: refusal.status, fields: ["Content-Type": "text/plain; charset=utf-8"],
            framing: .length(Int64(text.utf8.count)), closes: true, isHTTP10: false, date: dateField(),
            into: &buffer)
        buffer.writeString(text)
        context.writeAndFlush(wrapOutboundOut(.byteBuffer(buffer)), promise: nil)
        linger(hasMoreInput: true)
    }

    /// The Date field, written once a second.
    func dateField() -> String {
        let second = wallClockMilliseconds() / 1000
        if second != date.second { date = (second, HTTPDate.format(second)) }
        return date.text
    }

    // MARK: Deadlines

    func arm(_ kind: Deadline, _ after: Duration) {
        let at = NIODeadline.now() + TimeAmount(after)
        deadline = (kind, at)
        if timer == nil { schedule(at) }
    }

    func disarm(_ kind: Deadline) {
        if let armed = deadline?.kind, armed == kind { deadline = nil }
    }

    private func disarmAll() { deadline = nil }

    private func schedule(_ at: NIODeadline) {
        guard let eventLoop = context?.eventLoop else { return }
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        timer = eventLoop.scheduleTask(deadline: at) { bound.value.timerFired() }
    }

    private func timerFired() {
        timer = nil
        guard let deadline else { return }
        // A later deadline than the timer's is the usual case: arming costs no new timer.
        guard deadline.at <= .now() else { return schedule(deadline.at) }
        self.deadline = nil
        switch deadline.kind {
        case .idle, .linger, .response: context?.close(promise: nil)
        case .head: refuse(.init(408, "Request timeout"))
        case .body:
            exchange?.request.body.fail(.tooSlow)
            shutsDown = true
        }
    }
}
