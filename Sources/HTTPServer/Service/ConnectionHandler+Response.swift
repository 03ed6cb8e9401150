import Logging
import NIOCore
import Synchronization

extension ConnectionHandler {
    /// Bodies up to this many bytes are copied behind the head: one buffer, one system call.
    private static let combinedLength = 32 * 1024

    /// Writes the response of an exchange. Runs on the event loop, in the exchange's own task.
    func send(_ response: HTTPResponse, for exchange: Exchange) async {
        guard let context, self.exchange === exchange else {
            response.onSent?(false)
            return finish(exchange, closes: true)
        }
        exchange.responseStarted = true
        disarm(.body)
        let closes = response.closeConnection || closesAfter(exchange)
        let hasBody = !(response.status == 204 || response.status == 304 || response.status < 200)
        let sendsBody = hasBody && exchange.request.method != .head
        let framing = framing(of: response, hasBody: hasBody, sendsBody: sendsBody, exchange)
        var buffer = context.channel.allocator.buffer(capacity: 512)
        guard
            ResponseHead.write(
                status: response.status, fields: response.headers, framing: framing,
                closes: closes || framing.endsWithConnection(exchange), isHTTP10: exchange.head.isHTTP10,
                date: dateField(), into: &buffer)
        else {
            service.logger.error(
                "a response field would have split the response",
                metadata: ["request": "\(exchange.request.id)"])
            response.onSent?(false)
            return await send(.text(500, "Internal server error\n"), for: exchange)
        }
        do {
            if sendsBody {
                try await write(response.body, after: &buffer, exchange, framing)
            } else {
                write(.byteBuffer(buffer))
                context.flush()
            }
            try await untilWritable()
            disarm(.response)
            response.onSent?(true)
            finish(exchange, closes: closes || framing.endsWithConnection(exchange))
        } catch {
            // The client must see that the body is not whole: the connection ends in the middle of it.
            response.onSent?(false)
            self.context?.close(promise: nil)
            finish(exchange, closes: true)
        }
    }

    private func closesAfter(_ exchange: Exchange) -> Bool {
        if !exchange.head.keepsAlive || shutsDown || inputClosed { return true }
        if exchange.inputEnded { return false }
        if exchange.awaitsContinue { return true }
        guard let declared = exchange.request.body.declaredLength else { return true }
        return declared > Int64(limits.drainAfterRefusal)
    }

    private func framing(
        of response: HTTPResponse, hasBody: Bool, sendsBody: Bool, _ exchange: Exchange
    ) -> ResponseHead.Framing {
        guard hasBody else { return .none }
        if !sendsBody, let length = response.headLength { return .length(length) }
        if let length = response.body.length { return .length(length) }
        return exchange.head.isHTTP10 ? .none : .chunked
    }

    private func write(
        _ body: ResponseBody, after head: inout ByteBuffer, _ exchange: Exchange,
        _ framing: ResponseHead.Framing
    ) async throws {
        switch body {
        case .empty:
            write(.byteBuffer(head))
            context?.flush()
        case .bytes(var bytes):
            counters.bytesOut.wrappingAdd(bytes.readableBytes, ordering: .relaxed)
            if bytes.readableBytes <= Self.combinedLength {
                head.writeBuffer(&bytes)
                write(.byteBuffer(head))
                context?.flush()
            } else {
                write(.byteBuffer(head))
                try await transfer([.bytes(bytes)])
            }
        case .pieces(let length, let next):
            write(.byteBuffer(head))
            var left = length
            while let batch = try await next() {
                left -= batch.reduce(0) { $0 + Int64($1.length) }
                guard left >= 0 else { throw BodyError.malformed }
                try await transfer(batch)
            }
            guard left == 0 else { throw BodyError.malformed }
            context?.flush()
        case .stream(let produce):
            write(.byteBuffer(head))
            context?.flush()
            try await stream(produce, isChunked: framing.isChunked)
        }
    }

    private func stream(
        _ produce: @Sendable (ResponseWriter) async throws -> Void, isChunked: Bool
    ) async throws {
        guard let eventLoop = context?.eventLoop else { throw BodyError.disconnected }
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        let writer = ResponseWriter { bytes async throws(BodyError) in
            do {
                try await bound.value.chunk(bytes, isChunked: isChunked)
            } catch {
                throw .disconnected
            }
        }
        try await produce(writer)
        if isChunked { try await transfer([.bytes(ByteBuffer(string: "0\r\n\r\n"))]) }
    }

    private func chunk(_ bytes: ByteBuffer, isChunked: Bool) async throws {
        counters.bytesOut.wrappingAdd(bytes.readableBytes, ordering: .relaxed)
        guard isChunked else { return try await transfer([.bytes(bytes)]) }
        let size = ByteBuffer(string: String(bytes.readableBytes, radix: 16) + "\r\n")
        try await transfer([.bytes(size), .bytes(bytes), .bytes(ByteBuffer(string: "\r\n"))])
    }

    /// Writes pieces and returns when all are sent: the next batch is asked for only then.
    private func transfer(_ pieces: [BodyPiece]) async throws {
        var last: EventLoopPromise<Void>?
        var unsent = 0
        for piece in pieces where piece.length > 0 {
            guard let context else { throw BodyError.disconnected }
            let promise = context.eventLoop.makePromise(of: Void.self)
            switch piece {
            case .bytes(let bytes):
                write(.byteBuffer(bytes), promise: promise)
                unsent += bytes.readableBytes
            case .file(let extent): write(extent, promise: promise)
            }
            last = promise
            if unsent > limits.maxUnsentBytes {
                try await flush(promise)
                unsent = 0
            }
        }
        if let last { try await flush(last) }
    }

    private func write(_ extent: FileExtent, promise: EventLoopPromise<Void>) {
        let file = FileRegionWrite(extent)
        // The owner lives until its last byte is sent, for closing or freeing the file earlier would send others.
        promise.futureResult.whenComplete { [owner = extent.owner] _ in
            withExtendedLifetime(owner) { file.done() }
        }
        let regions = file.regions
        for (index, region) in regions.enumerated() {
            let isLast = index == regions.count - 1
            let written = isLast ? promise : context?.eventLoop.makePromise(of: Void.self)
            progress(written, region.length)
            write(region.data, promise: written)
        }
    }

    private func progress(_ promise: EventLoopPromise<Void>?, _ length: Int) {
        guard let eventLoop = context?.eventLoop else { return }
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        promise?.futureResult.whenSuccess {
            bound.value.counters.bytesOut.wrappingAdd(length, ordering: .relaxed)
            bound.value.arm(.response, bound.value.responsePatience)
        }
    }

    /// Within this time a client that takes `minBodyRate` has taken one region.
    private var responsePatience: Duration {
        max(limits.rateGrace, .seconds(FileRegionWrite.regionLength / max(1, limits.minBodyRate)))
    }

    private func flush(_ promise: EventLoopPromise<Void>) async throws {
        arm(.response, responsePatience)
        context?.flush()
        try await promise.futureResult.get()
    }

    /// Small responses are not waited for, but a client that does not read them gets no further.
    private func untilWritable() async throws {
        guard let context, !context.channel.isWritable else { return }
        let promise = context.eventLoop.makePromise(of: Void.self)
        context.writeAndFlush(wrapOutboundOut(.byteBuffer(ByteBuffer())), promise: promise)
        arm(.response, responsePatience)
        try await promise.futureResult.get()
    }

    private func write(_ data: IOData, promise: EventLoopPromise<Void>? = nil) {
        guard let context else {
            promise?.fail(BodyError.disconnected)
            return
        }
        context.write(wrapOutboundOut(data), promise: promise)
    }
}

extension ResponseHead.Framing {
    fileprivate var isChunked: Bool {
        if case .chunked = self { true } else { false }
    }

    /// HTTP/1.0 knows no chunks: a body of unknown length ends with the connection.
    fileprivate func endsWithConnection(_ exchange: Exchange) -> Bool {
        guard case .none = self else { return false }
        return exchange.head.isHTTP10
    }
}
