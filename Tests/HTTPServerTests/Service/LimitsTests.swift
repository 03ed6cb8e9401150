import HTTPServer
import NIOCore
import Synchronization
import Testing

/// Bad requests, slow clients and too many of them, over sockets.
struct LimitsTests {
    private static let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
    private static let ok: HTTPHandler = { .text(200, $0.rawPath) }

    @Test(arguments: [
        ("GET / HTTP/1.1\r\n\r\n", 400), ("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400),
        ("GET / HTTP/3.0\r\nHost: a\r\n\r\n", 505), ("G@T / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET / HTTP/1.1\nHost: a\n\n", 400), ("GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a\r\nX: \u{0}\r\n\r\n", 400),
        ("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\nhello", 400),
        ("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello", 400),
        (
            "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            400
        ),
        ("PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\nhello", 501),
        ("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n\r\n", 413),
        ("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n", 400),
        ("GET /" + String(repeating: "x", count: 500) + " HTTP/1.1\r\nHost: a\r\n\r\n", 414),
        ("GET / HTTP/1.1\r\nHost: a\r\nX: " + String(repeating: "x", count: 1000) + "\r\n\r\n", 431),
        ("GET / HTTP/1.1\r\nHost: a\r\n" + String(repeating: "X: y\r\n", count: 12) + "\r\n", 431),
        ("\u{16}\u{3}\u{1}\u{0}\u{5}hello", 400), ("CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n", 501),
    ])
    func refusesAndCloses(_ request: String, _ status: Int) async throws {
        var limits = ServerLimits.patient
        limits.maxTargetBytes = 400
        limits.maxHeaderBytes = 800
        limits.maxHeaderCount = 10
        limits.maxBodyBytes = 1000
        try await withService(limits: limits, handler: { _ in .text(200, "never") }) { service, port in
            let client = try RawClient(port: port)
            // What follows a request that is refused is not looked at.
            try client.send(request + Self.get)
            let response = try client.response()
            #expect(response.status == status)
            #expect(response.field("Connection") == "close")
            #expect(response.field("Content-Type") == "text/plain; charset=utf-8")
            #expect(!response.body.isEmpty)
            #expect(try client.end().bytes == [])
            #expect(service.statistics.requestsRefused == 1)
            #expect(service.statistics.requests == 0)
        }
    }

    @Test func headerThatTricklesInIsATimeout() async throws {
        var limits = ServerLimits.patient
        limits.headerTimeout = .milliseconds(30)
        try await withService(limits: limits, handler: Self.ok) { _, port in
            let client = try RawClient(port: port)
            try client.send("GET / HTTP/1.1\r\nHos")
            #expect(try client.response().status == 408)
            #expect(try client.end() == ([], .closed))
        }
    }

    @Test func idleConnectionsAreClosedWithoutAWord() async throws {
        var limits = ServerLimits.patient
        limits.idleTimeout = .milliseconds(30)
        try await withService(limits: limits, handler: Self.ok) { _, port in
            #expect(try RawClient(port: port).end() == ([], .closed))
            let client = try RawClient(port: port)
            #expect(try client.exchange(Self.get).status == 200)
            #expect(try client.end() == ([], .closed))
        }
    }

    @Test func slowBodyFailsTheReader() async throws {
        var limits = ServerLimits.patient
        limits.minBodyRate = 1_000_000
        limits.rateGrace = .milliseconds(30)
        try await withService(
            limits: limits,
            handler: { request in
                do throws(BodyError) {
                    while try await request.body.next() != nil {}
                    return .text(200, "whole")
                } catch {
                    return .text(408, "\(error)")
                }
            }
        ) { _, port in
            let client = try RawClient(port: port)
            try client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabc")
            let response = try client.response()
            #expect(response.status == 408)
            #expect(response.text == "tooSlow")
            #expect(response.field("Connection") == "close")
            #expect(try client.end() == ([], .closed))
        }
    }

    @Test func chunkedBodyOverTheLimit() async throws {
        var limits = ServerLimits.patient
        limits.maxBodyBytes = 10
        try await withService(
            limits: limits,
            handler: { request in
                do throws(BodyError) {
                    return .text(200, String(buffer: try await request.body.collect(upTo: 1000)))
                } catch {
                    return .text(413, "\(error)")
                }
            }
        ) { _, port in
            let head = "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
            let client = try RawClient(port: port)
            #expect(try client.exchange(head + "A\r\n0123456789\r\n0\r\n\r\n").text == "0123456789")
            let response = try client.exchange(head + "A\r\n0123456789\r\n1\r\nx\r\n0\r\n\r\n")
            #expect(response.status == 413)
            #expect(response.text == "tooLarge")
            #expect(try client.end().ending == .closed)
        }
    }

    @Test(arguments: ["x\r\n", "FFFFFFFFFFFFFFFFF\r\n", "1\r\nabc\r\n", "0\r\nbad trailer\r\n\r\n"])
    func brokenChunksFailTheReader(_ chunks: String) async throws {
        try await withService(handler: { request in
            do throws(BodyError) {
                return .text(200, String(buffer: try await request.body.collect(upTo: 1000)))
            } catch {
                return .text(400, "\(error)")
            }
        }) { _, port in
            let client = try RawClient(port: port)
            try client.send("PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks)
            let response = try client.response()
            #expect(response.status == 400)
            #expect(response.text == "malformed")
            #expect(try client.end().ending == .closed)
        }
    }

    @Test func oneConnectionTooMany() async throws {
        var limits = ServerLimits.patient
        limits.maxConnections = 2
        try await withService(limits: limits, handler: Self.ok) { service, port in
            let first = try RawClient(port: port)
            #expect(try first.exchange(Self.get).status == 200)
            let second = try RawClient(port: port)
            #expect(try second.exchange(Self.get).status == 200)
            let third = try RawClient(port: port)
            #expect(try third.response().status == 503)
            third.closeSending()
            #expect(try third.end() == ([], .closed))
            #expect(service.statistics.connectionsRefused == 1)
            #expect(service.statistics.connectionsAccepted == 2)
            #expect(try first.exchange(Self.get).status == 200)
        }
    }

    @Test func handlersThatDoNotReadStopTheClient() async throws {
        var limits = ServerLimits.patient
        limits.readAhead = 100_000
        let asked = Signal()
        let gate = Gate()
        try await withService(
            limits: limits,
            handler: { request in
                var count = 0
                do throws(BodyError) {
                    count = try await request.body.next(maxLength: 1000)?.readableBytes ?? 0
                    asked.send()
                    await gate.pass()
                    while let slab = try await request.body.next() { count += slab.readableBytes }
                } catch {
                    return .text(400, "\(error)")
                }
                return .text(200, "\(count)")
            }
        ) { service, port in
            let client = try RawClient(port: port)
            let size = 64 * 1024 * 1024
            try client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: \(size)\r\n\r\nx")
            #expect(asked.wait() == 1)
            let rest = [UInt8](repeating: 0x61, count: size - 1)
            let taken = client.sendUnlessBlocked(rest, waiting: 200)
            // What one receive brings may come on top of what may be read ahead.
            #expect(taken < size - 1)
            #expect(service.statistics.bytesIn <= 100_000 + 524_288)
            #expect(service.statistics.slabBytes <= 100_000 + 524_288)
            gate.open()
            try client.send(Array(rest[taken...]))
            #expect(try client.response().text == "\(size)")
            #expect(service.statistics.slabBytes == 0)
        }
    }

    @Test func uploadsShareTheBudget() async throws {
        var limits = ServerLimits.patient
        limits.slabBudget = 1
        let asked = Signal()
        let gate = Gate()
        try await withService(
            limits: limits,
            handler: { request in
                var count = 0
                do throws(BodyError) {
                    while let slab = try await request.body.next() {
                        if count == 0, request.rawPath == "/first" {
                            asked.send()
                            await gate.pass()
                        }
                        count += slab.readableBytes
                    }
                } catch {
                    return .text(400, "\(error)")
                }
                return .text(200, "\(count)")
            }
        ) { service, port in
            let first = try RawClient(port: port)
            try first.send("PUT /first HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n")
            try first.send(pattern(50_000))
            #expect(asked.wait() == 1)
            // The first has the whole budget in its hands: the others read nothing, requests without body go on.
            let others = try (0..<4).map { _ in try RawClient(port: port) }
            for other in others {
                try other.send("PUT /other HTTP/1.1\r\nHost: a\r\nContent-Length: 50000\r\n\r\n")
                try other.send(pattern(50_000))
            }
            #expect(try RawClient(port: port).exchange(Self.get).status == 200)
            gate.open()
            try first.send(pattern(50_000))
            #expect(try first.response().text == "100000")
            for other in others { #expect(try other.response().text == "50000") }
            #expect(service.statistics.slabBytes == 0)
        }
    }

    @Test func mutatedRequestsOverSockets() async throws {
        var limits = ServerLimits.patient
        limits.headerTimeout = .milliseconds(200)
        limits.lingerTimeout = .milliseconds(50)
        try await withService(
            limits: limits,
            handler: { request in
                let body = try? await request.body.collect(upTo: 1000)
                return .text(200, body.map { String(buffer: $0) } ?? "failed")
            }
        ) { _, port in
            let corpus = [
                Self.get, "PUT /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
                "PUT /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
                "PUT /a HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\nhello"
                    + Self.get,
            ]
            var mutator = Mutator(
                seed: 0xC0FFEA,
                pieces: ["\r\n", "\n", "\0", " ", ":", "Content-Length: 7\r\n", "0\r\n\r\n", "\r\n\r\n"])
            for round in 0..<400 {
                let bytes = mutator.mutate(Array(corpus[round % corpus.count].utf8))
                let client = try RawClient(port: port)
                // A refusal may reset before everything is sent.
                try? client.send(bytes)
                client.closeSending()
                let (answer, _) = try client.end()
                #expect(answer.isEmpty || answer.starts(with: Array("HTTP/1.1 ".utf8)))
            }
            #expect(try RawClient(port: port).exchange(Self.get).status == 200)
        }
    }
}
