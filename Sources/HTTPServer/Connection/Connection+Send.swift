import Logging
import NIOCore
import Synchronization

// How a response gets to the socket.
extension Connection {
    /// Bodies up to this size are copied behind the head, so that one buffer and one system call carry both.
    private static let copiedBody = 16 * 1024

    /// Sends the response; returns when it is in the socket, or cannot be.
    func answer(_ response: HTTPResponse, to request: HTTPRequest) async {
        guard ResponsePlan.isWritable(response) else {
            service.logger.error(
                "a response has a status or fields that cannot be sent",
                metadata: ["request": "\(request.id)"])
            response.onSent?(false)
            let replacement = HTTPResponse.text(500, "Internal server error.\n")
            finish(replacement, sendWhole(replacement, mayKeepAlive: beginResponse()))
            return
        }
        if engine.facts.isHead || response.status == 204 || response.status == 304 {
            finish(response, sendWhole(response, mayKeepAlive: beginResponse()))
            return
        }
        switch response.body {
        case .empty, .bytes:
            var outcome = sendWhole(response, mayKeepAlive: beginResponse())
            if outcome.isSent { outcome.isSent = await handedOver(response) }
            finish(response, outcome)
        case .pieces(let length, let next):
            finish(response, await sendPieces(response, length, next, request))
        case .stream(let produce):
            finish(response, await sendStream(response, produce, request))
        }
    }

    /// Whether the connection may be kept after the response that begins now.
    private func beginResponse() -> Bool {
        if service.roster.hasClosed { engine.shutDown() }
        return engine.beginResponse()
    }

    struct Outcome {
        var isSent: Bool
        var keepsAlive: Bool

        static let failed = Outcome(isSent: false, keepsAlive: false)
    }

    private func finish(_ response: HTTPResponse, _ outcome: Outcome) {
        response.onSent?(outcome.isSent)
        responseEnded(keepsAlive: outcome.keepsAlive)
    }

    /// Sends a response whose body is in memory, or is not sent at all, in one go.
    @discardableResult
    func sendWhole(_ response: HTTPResponse, mayKeepAlive: Bool) -> Outcome {
        guard let context, sendFailure == nil else { return .failed }
        let plan = ResponsePlan(response, to: engine.facts, mayKeepAlive: mayKeepAlive)
        guard plan.framing != .none, case .bytes(let bytes) = response.body, bytes.readableBytes > 0 else {
            let head = makeHead(plan, response, bodyCapacity: 0)
            context.writeAndFlush(wrapOutboundOut(.byteBuffer(head)), promise: nil)
            return Outcome(isSent: true, keepsAlive: plan.keepsAlive)
        }
        service.counters.bytesOut.add(bytes.readableBytes, ordering: .relaxed)
        if bytes.readableBytes <= Self.copiedBody {
            var buffer = makeHead(plan, response, bodyCapacity: bytes.readableBytes)
            buffer.writeImmutableBuffer(bytes)
            context.writeAndFlush(wrapOutboundOut(.byteBuffer(buffer)), promise: nil)
        } else {
            let head = makeHead(plan, response, bodyCapacity: 0)
            context.write(wrapOutboundOut(.byteBuffer(head)), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.byteBuffer(bytes)), promise: nil)
        }
        return Outcome(isSent: sendFailure == nil, keepsAlive: plan.keepsAlive)
    }

    private func makeHead(_ plan: ResponsePlan, _ response: HTTPResponse, bodyCapacity: Int) -> ByteBuffer {
        plan.makeHead(
            response.headers, date: loop.date(atSecond: wallClockMilliseconds() / 1000),
            bodyCapacity: bodyCapacity)
    }

    // MARK: - Pieces

    private func sendPieces(
        _ response: HTTPResponse, _ length: Int64, _ next: @Sendable () async throws -> [BodyPiece]?,
        _ request: HTTPRequest
    ) async -> Outcome {
        var batch: [BodyPiece]?
        do {
            // Before the head goes out a failure can still be told.
            batch = try await next()
        } catch {
            return sendFailureInstead(error, request)
        }
        guard sendFailure == nil else { return .failed }
        let plan = ResponsePlan(response, to: engine.facts, mayKeepAlive: beginResponse())
        var pending = makeHead(plan, response, bodyCapacity: Int(min(length, Int64(Self.copiedBody))))
        var remaining = length
        do {
            while let pieces = batch {
                try await send(pieces, after: &pending, remaining: &remaining)
                batch = try await next()
            }
        } catch {
            breakOff("a body failed", "\(error)", request)
            return .failed
        }
        guard remaining == 0 else {
            breakOff("a body ended early", "\(remaining) bytes missing", request)
            return .failed
        }
        if pending.readableBytes > 0 {
            write(.byteBuffer(pending))
            context?.flush()
        }
        return Outcome(isSent: await handedOver(response), keepsAlive: plan.keepsAlive)
    }

    /// Sends one batch behind what is pending, and returns when the socket has taken files and most of the rest.
    private func send(
        _ pieces: [BodyPiece], after pending: inout ByteBuffer, remaining: inout Int64
    ) async throws {
        var files = SentFiles()
        let error = write(pieces, after: &pending, remaining: &remaining, files: &files)
        if error == nil, remaining == 0 || pending.readableBytes >= Self.copiedBody { writePending(&pending) }
        context?.flush()
        if files.isEmpty {
            await writable()
        } else {
            _ = await flushed()
            files.release()
        }
        if let error { throw error }
        if let sendFailure { throw sendFailure }
    }

    private func write(
        _ pieces: [BodyPiece], after pending: inout ByteBuffer, remaining: inout Int64, files: inout SentFiles
    ) -> PieceError? {
        for piece in pieces where piece.length > 0 {
            guard Int64(piece.length) <= remaining else { return .tooMuch }
            remaining -= Int64(piece.length)
            service.counters.bytesOut.add(piece.length, ordering: .relaxed)
            switch piece {
            case .bytes(let bytes) where bytes.readableBytes <= Self.copiedBody:
                pending.writeImmutableBuffer(bytes)
            case .bytes(let bytes):
                writePending(&pending)
                write(.byteBuffer(bytes))
            case .file(let extent) where extent.length <= Self.copiedBody:
                guard SentFiles.read(extent, into: &pending) else { return .fileTooShort }
            case .file(let extent):
                guard let runs = files.add(extent) else { return .fileTooShort }
                writePending(&pending)
                for run in runs { write(run) }
            }
        }
        return nil
    }

    private func writePending(_ pending: inout ByteBuffer) {
        guard pending.readableBytes > 0 else { return }
        write(.byteBuffer(pending))
        pending = ByteBuffer()
    }

    private func write(_ data: IOData) {
        guard sendFailure == nil else { return }
        context?.write(wrapOutboundOut(data), promise: nil)
    }

    // MARK: - Stream

    private func sendStream(
        _ response: HTTPResponse, _ produce: @Sendable (ResponseWriter) async throws -> Void,
        _ request: HTTPRequest
    ) async -> Outcome {
        let stream = ChunkStream(self, response)
        let bound = NIOLoopBound(stream, eventLoop: loop.eventLoop)
        let writer = ResponseWriter { [loop] bytes throws(BodyError) in
            if loop.eventLoop.inEventLoop {
                try await bound.value.write(bytes)
            } else {
                let result = await withTaskExecutorPreference(loop) { () async -> Result<Void, BodyError> in
                    do throws(BodyError) { return .success(try await bound.value.write(bytes)) } catch {
                        return .failure(error)
                    }
                }
                try result.get()
            }
        }
        do {
            try await produce(writer)
        } catch {
            if stream.hasBegun || sendFailure != nil {
                breakOff("a body failed", "\(error)", request)
                return .failed
            }
            return sendFailureInstead(error, request)
        }
        guard sendFailure == nil else { return .failed }
        let plan = stream.end()
        return Outcome(isSent: await flushed(), keepsAlive: plan.keepsAlive)
    }

    /// Writes a part of a body of unknown length and waits until the socket takes more.
    final class ChunkStream {
        private let connection: Connection
        private let response: HTTPResponse
        private var plan: ResponsePlan?

        init(_ connection: Connection, _ response: HTTPResponse) {
            self.connection = connection
            self.response = response
        }

        var hasBegun: Bool { plan != nil }

        func write(_ bytes: ByteBuffer) async throws(BodyError) {
            if let failure = connection.sendFailure { throw failure }
            var (plan, buffer) = begin()
            connection.service.counters.bytesOut.add(bytes.readableBytes, ordering: .relaxed)
            if plan.framing == .chunked {
                buffer.writeString(String(bytes.readableBytes, radix: 16))
                buffer.writeStaticString("\r\n")
            }
            if bytes.readableBytes <= Connection.copiedBody {
                buffer.writeImmutableBuffer(bytes)
                if plan.framing == .chunked { buffer.writeStaticString("\r\n") }
                connection.write(.byteBuffer(buffer))
            } else {
                connection.write(.byteBuffer(buffer))
                connection.write(.byteBuffer(bytes))
                if plan.framing == .chunked { connection.write(.byteBuffer(ByteBuffer(string: "\r\n"))) }
            }
            connection.context?.flush()
            await connection.writable()
            if let failure = connection.sendFailure { throw failure }
        }

        func end() -> ResponsePlan {
            var (plan, buffer) = begin()
            if plan.framing == .chunked { buffer.writeStaticString("0\r\n\r\n") }
            connection.write(.byteBuffer(buffer))
            return plan
        }

        /// The plan, and the head if it was not sent yet.
        private func begin() -> (ResponsePlan, ByteBuffer) {
            if let plan { return (plan, ByteBuffer()) }
            let plan = ResponsePlan(
                response, to: connection.engine.facts, mayKeepAlive: connection.beginResponse())
            self.plan = plan
            return (plan, connection.makeHead(plan, response, bodyCapacity: 256))
        }
    }

    // MARK: - Failure

    private enum PieceError: Error {
        case tooMuch
        case fileTooShort
    }

    /// Nothing of the response has been sent: the client gets a 500.
    private func sendFailureInstead(_ error: any Error, _ request: HTTPRequest) -> Outcome {
        guard sendFailure == nil else { return .failed }
        service.logger.error(
            "a body failed before its first byte",
            metadata: ["request": "\(request.id)", "error": "\(error)"])
        var outcome = sendWhole(.text(500, "Internal server error.\n"), mayKeepAlive: beginResponse())
        outcome.isSent = false
        return outcome
    }

    /// A part of the response has been sent: only a reset tells the client that the rest is missing.
    private func breakOff(_ what: Logger.Message, _ why: String, _ request: HTTPRequest) {
        guard sendFailure == nil else { return }
        service.logger.error(what, metadata: ["request": "\(request.id)", "error": "\(why)"])
        abort(.aborted)
    }

    // MARK: - Waiting

    /// Returns when the socket takes more, or never will.
    func writable() async {
        while let context, sendFailure == nil, !context.channel.isWritable {
            engine.outputWaits(unsent: unsentBytes, now: .now())
            settle()
            await withCheckedContinuation { writeWaiter = $0 }
        }
    }

    /// Returns when the response is as good as sent: nobody waits for the last bytes of one that nobody asks about,
    /// as long as few of them wait.
    private func handedOver(_ response: HTTPResponse) async -> Bool {
        guard let context, sendFailure == nil else { return false }
        if response.onSent == nil, context.channel.isWritable { return true }
        return await flushed()
    }

    /// Returns when the socket has taken everything; false when it never will.
    func flushed() async -> Bool {
        guard let context, sendFailure == nil else { return false }
        context.flush()
        // Most of the time the socket has taken it at once, and nobody needs to wait.
        let unsent = unsentBytes
        guard unsent > 0 else { return sendFailure == nil }
        engine.outputWaits(unsent: unsent, now: .now())
        settle()
        let promise = context.eventLoop.makePromise(of: Void.self)
        context.writeAndFlush(wrapOutboundOut(.byteBuffer(ByteBuffer())), promise: promise)
        do {
            try await promise.futureResult.get()
        } catch {
            return false
        }
        engine.outputMoved(now: .now())
        return sendFailure == nil
    }
}
