import Glibc
import Logging
import NIOCore
import Synchronization

/// One client: carries out what the `ConnectionEngine` decides, and runs the handler on the event loop.
///
/// Everything here happens on the event loop of the channel. The handler is a task whose executor is that loop, so
/// between two of its awaits it shares the thread with this class and needs no hop to get here.
final class Connection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = IOData

    let service: HTTPService
    let loop: LoopContext
    /// The name of the listener.
    let name: String
    var engine: ConnectionEngine
    var context: ChannelHandlerContext?

    /// The body of the current request, when it has one.
    private var body: RequestBody?
    private var task: Task<Void, Never>?
    private var isAnswering = false
    private var isCancelled = false
    private var requestIDs = RequestIDSequence()
    private var remoteAddress = ""
    private var localPort = 0

    private var isPumping = false
    private var hasAskedToRead = false
    private var isParked = false
    /// Bytes of this connection in the budget of the service.
    private var charged = 0
    private var isCounted = false

    private var timer: Scheduled<Void>?
    private var timerDeadline = NIODeadline.distantFuture

    /// The response waits for the socket to take more.
    var writeWaiter: CheckedContinuation<Void, Never>?
    /// Why nothing more can be sent; nil while the connection is open.
    var sendFailure: BodyError?

    init(service: HTTPService, loop: LoopContext, name: String) {
        self.service = service
        self.loop = loop
        self.name = name
        engine = ConnectionEngine(limits: service.limits, now: .now())
    }

    // MARK: - Channel

    func channelActive(context: ChannelHandlerContext) {
        self.context = context
        remoteAddress = context.remoteAddress?.ipAddress ?? ""
        localPort = context.localAddress?.port ?? 0
        switch service.roster.admit(context.channel) {
        case .served:
            service.counters.connectionsAccepted.add(1, ordering: .relaxed)
        case .refused:
            service.counters.connectionsRefused.add(1, ordering: .relaxed)
            engine.refuseConnection()
        case .dropped:
            service.counters.connectionsRefused.add(1, ordering: .relaxed)
            sendFailure = .aborted
            context.close(promise: nil)
            return
        }
        isCounted = true
        pump()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        hasAskedToRead = false
        let now = NIODeadline.now()
        engine.receive(unwrapInboundIn(data), now: now)
        pump(now)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        guard context.channel.isWritable else { return }
        engine.outputMoved(now: .now())
        if let waiter = writeWaiter.take() {
            waiter.resume()
        } else {
            pump()
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        sendFailure = sendFailure ?? .disconnected
        timer?.cancel()
        timer = nil
        body?.fail(.disconnected)
        task?.cancel()
        writeWaiter.take()?.resume()
        service.budget.add(-charged)
        charged = 0
        if isCounted {
            isCounted = false
            service.roster.leave(context.channel)
        }
        self.context = nil
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .inputClosed? = event as? ChannelEvent {
            engine.endInput(now: .now())
            pump()
            return
        }
        switch event as? ConnectionEvent {
        case .finish:
            engine.shutDown()
            pump()
        case .abort:
            body?.fail(.aborted)
            abort(.aborted)
        case nil:
            context.fireUserInboundEventTriggered(event)
        }
    }

    // MARK: - The engine's actions

    private var wantsBody: Bool {
        body?.wantsMore(readAhead: service.limits.readAhead) ?? false
    }

    /// Carries out actions until there is nothing to do, then arranges what to wait for.
    func pump(_ now: NIODeadline = .now()) {
        guard !isPumping else { return }
        isPumping = true
        while let context {
            if engine.phase == .head, !context.channel.isWritable {
                // The client does not take its answers: it gets no further ones made.
                engine.outputWaits(unsent: unsentBytes, now: now)
                break
            }
            if !perform(engine.next(wantsBody: wantsBody, now: now)) { break }
        }
        isPumping = false
        settle()
    }

    /// False when there is nothing to do for now.
    private func perform(_ action: ConnectionEngine.Action) -> Bool {
        switch action {
        case .wait:
            return false
        case .start(let head):
            start(head)
        case .body(let bytes):
            service.counters.bytesIn.add(bytes.readableBytes, ordering: .relaxed)
            body?.receive(bytes)
        case .endBody(let trailers):
            body?.end(trailers)
        case .failBody(let error):
            body?.fail(error)
        case .cancel:
            isCancelled = true
            task?.cancel()
        case .sendContinue:
            sendContinue()
        case .refuse(let refusal):
            refuse(refusal)
        case .linger:
            afterFlush { $0.close(mode: .output, promise: nil) }
        case .close:
            afterFlush { $0.close(promise: nil) }
        }
        return true
    }

    private func start(_ head: RequestHead) {
        service.counters.requests.add(1, ordering: .relaxed)
        service.counters.requestsInFlight.add(1, ordering: .relaxed)
        let bound = NIOLoopBound(self, eventLoop: loop.eventLoop)
        let body = head.framing == .none ? nil : makeBody(head.framing, bound)
        self.body = body
        let request = HTTPRequest(
            id: requestIDs.next(), method: head.method, target: head.target, headers: head.headers,
            body: body ?? .empty, remoteAddress: remoteAddress, localPort: localPort, listener: name)
        let handler = service.handler
        isAnswering = true
        isCancelled = false
        let task = Task.immediate(executorPreference: loop) {
            let response = await handler(request)
            await bound.value.answer(response, to: request)
        }
        // A handler that never waited has answered by now.
        if isAnswering { self.task = task }
        if isCancelled { task.cancel() }
    }

    private func makeBody(_ framing: RequestHead.Framing, _ bound: NIOLoopBound<Connection>) -> RequestBody {
        var length: Int64?
        if case .length(let declared) = framing { length = declared }
        return RequestBody(declaredLength: length, limit: service.limits.maxBodyBytes) { [loop] in
            if loop.eventLoop.inEventLoop {
                bound.value.pump()
            } else {
                loop.eventLoop.execute { bound.value.pump() }
            }
        }
    }

    /// The response was handed to the socket, or could not be.
    func responseEnded(keepsAlive: Bool) {
        service.counters.requestsInFlight.subtract(1, ordering: .relaxed)
        isAnswering = false
        task = nil
        body = nil
        guard context != nil else { return }
        engine.responseEnded(keepsAlive: keepsAlive, now: .now())
        pump()
    }

    private func sendContinue() {
        guard let context, sendFailure == nil else { return }
        var buffer = context.channel.allocator.buffer(capacity: 32)
        buffer.writeStaticString("HTTP/1.1 100 Continue\r\n\r\n")
        context.writeAndFlush(wrapOutboundOut(.byteBuffer(buffer)), promise: nil)
    }

    private func refuse(_ refusal: Refusal) {
        service.counters.requestsRefused.add(1, ordering: .relaxed)
        service.logger.debug(
            "request refused",
            metadata: [
                "status": "\(refusal.status)", "reason": "\(refusal.reason)", "client": "\(remoteAddress)",
            ])
        sendWhole(.text(refusal.status, refusal.reason + "\n"), mayKeepAlive: false)
        engine.responseEnded(keepsAlive: false, now: .now())
    }

    /// Does something with the channel when all that was written is in the socket.
    private func afterFlush(_ action: @escaping (ChannelHandlerContext) -> Void) {
        guard let context else { return }
        engine.outputWaits(unsent: unsentBytes, now: .now())
        let promise = context.eventLoop.makePromise(of: Void.self)
        promise.futureResult.assumeIsolated().whenComplete { [self] result in
            engine.outputMoved(now: .now())
            guard let context = self.context else { return }
            if case .failure = result {
                context.close(promise: nil)
            } else {
                action(context)
            }
        }
        context.writeAndFlush(wrapOutboundOut(.byteBuffer(ByteBuffer())), promise: promise)
    }

    /// Resets the connection, so that the client cannot take what it has for the whole response.
    func abort(_ reason: BodyError) {
        guard let context else { return }
        sendFailure = sendFailure ?? reason
        if let socket = context.channel as? any SocketOptionProvider {
            socket.setSoLinger(linger(l_onoff: 1, l_linger: 0)).whenFailure { _ in }
        }
        context.close(promise: nil)
    }

    // MARK: - Waiting

    /// Bytes that were written and that the socket has not taken.
    var unsentBytes: Int {
        guard let options = context?.channel.syncOptions else { return 0 }
        return (try? options.getOption(.bufferedWritableBytes)) ?? 0
    }

    /// Accounts for the memory in use, asks for bytes when some are of use, and sets the timer.
    func settle() {
        guard let context, sendFailure == nil else { return }
        if charged > 0 || body != nil || engine.input.readableBytes > 0 {
            let held = engine.input.readableBytes + (body?.heldBytes ?? 0)
            if held != charged { service.budget.add(held - charged) }
            charged = held
        }
        if !hasAskedToRead, engine.wantsRead(wantsBody: wantsBody), mayRead() {
            hasAskedToRead = true
            context.read()
        }
        setTimer()
    }

    /// Whether the budget has room; heads and short leftovers are not asked for it, they have limits of their own.
    private func mayRead() -> Bool {
        guard engine.hasOpenBody, !service.budget.hasRoom else { return true }
        guard !isParked else { return false }
        let bound = NIOLoopBound(self, eventLoop: loop.eventLoop)
        let hasRoom = service.budget.mayRead { [loop] in
            loop.eventLoop.execute { bound.value.unpark() }
        }
        isParked = !hasRoom
        return hasRoom
    }

    private func unpark() {
        isParked = false
        if sendFailure == nil { settle() }
        // The turn passes on when it was of no use here.
        if !hasAskedToRead { service.budget.add(0) }
    }

    private func setTimer() {
        guard let deadline = engine.deadline else { return }
        if timer != nil, timerDeadline <= deadline { return }
        timer?.cancel()
        timerDeadline = deadline
        timer = loop.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) { [weak self] in
            self?.timerFired()
        }
    }

    /// The timer is not moved each time the deadline does: it fires, looks, and is set again.
    private func timerFired() {
        timer = nil
        guard context != nil else { return }
        switch engine.timerFired(.now(), unsent: unsentBytes) {
        case .nothing: setTimer()
        case .changed: pump()
        case .abort: abort(.tooSlow)
        }
    }
}
