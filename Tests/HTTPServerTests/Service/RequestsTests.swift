import HTTPServer
import NIOCore
import Synchronization
import Testing

/// What a handler sees, and that answers come back in order.
struct RequestsTests {
    private static let echo: HTTPHandler = { request in
        let body = (try? await request.body.collect(upTo: 1 << 20)) ?? ByteBuffer(string: "failed")
        var text = "\(request.method.name) \(request.target) path=\(request.rawPath)"
        text += " query=\(request.rawQuery ?? "-") host=\(request.host ?? "-")"
        text += " body=\(String(buffer: body))"
        for trailer in request.body.trailers { text += " \(trailer.name)=\(trailer.value)" }
        return .text(200, text)
    }

    @Test func requestReachesTheHandlerAsSent() async throws {
        try await withService(handler: Self.echo) { _, port in
            let client = try RawClient(port: port)
            let response = try client.exchange("GET /a%2Fb/../c?x=%20&y HTTP/1.1\r\nHost: LOCAL:80\r\n\r\n")
            #expect(response.status == 200)
            #expect(
                response.text
                    == "GET /a%2Fb/../c?x=%20&y path=/a%2Fb/../c query=x=%20&y host=local:80 body=")
            #expect(response.field("Server") == "Coffer")
            #expect(response.field("Date").flatMap(HTTPDate.parse) != nil)
            #expect(response.field("Connection") == nil)
        }
    }

    @Test func absoluteFormOutranksHost() async throws {
        try await withService(handler: Self.echo) { _, port in
            let client = try RawClient(port: port)
            let response = try client.exchange(
                "GET http://Files.Example:81/p?q HTTP/1.1\r\nHost: other\r\n\r\n")
            #expect(
                response.text
                    == "GET http://Files.Example:81/p?q path=/p query=q host=files.example:81 body=")
        }
    }

    @Test func bodiesOfBothKinds() async throws {
        try await withService(handler: Self.echo) { _, port in
            let client = try RawClient(port: port)
            let plain = try client.exchange("PUT /p HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello")
            #expect(plain.text.hasSuffix("body=hello"))
            let chunked = try client.exchange(
                "PUT /p HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "3\r\nabc\r\n2;x=\"y\"\r\nde\r\n0\r\nX-Sum: 7\r\n\r\n")
            #expect(chunked.text.hasSuffix("body=abcde X-Sum=7"))
            let empty = try client.exchange("PUT /p HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n")
            #expect(empty.text.hasSuffix("body="))
        }
    }

    @Test func pipelinedRequestsAreAnsweredOneByOne() async throws {
        let running = Atomic<Int>(0)
        let most = Atomic<Int>(0)
        try await withService(handler: { request in
            let now = running.add(1, ordering: .relaxed).newValue
            most.max(now, ordering: .relaxed)
            for _ in 0..<3 { await Task.yield() }
            running.subtract(1, ordering: .relaxed)
            return .text(200, request.rawPath)
        }) { _, port in
            let client = try RawClient(port: port)
            var requests = ""
            for index in 0..<300 { requests += "GET /\(index) HTTP/1.1\r\nHost: a\r\n\r\n" }
            try client.send(requests)
            for index in 0..<300 {
                #expect(try client.response().text == "/\(index)")
            }
        }
        #expect(most.load(ordering: .relaxed) == 1)
    }

    @Test func requestAfterAnUnreadBodyIsServed() async throws {
        try await withService(handler: { .text(200, $0.rawPath) }) { _, port in
            let client = try RawClient(port: port)
            try client.send("PUT /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhel")
            let first = try client.response()
            #expect(first.field("Connection") == nil)
            try client.send("loGET /2 HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(first.text == "/1")
            #expect(try client.response().text == "/2")
        }
    }

    @Test func longUnreadBodyClosesTheConnection() async throws {
        var limits = ServerLimits.patient
        limits.drainAfterRefusal = 10
        try await withService(limits: limits, handler: { _ in .text(413, "no") }) { _, port in
            let client = try RawClient(port: port)
            let response = try client.exchange("PUT /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\nhel")
            #expect(response.status == 413)
            #expect(response.field("Connection") == "close")
            #expect(try client.end() == ([], .closed))
        }
    }

    @Test func unreadChunkedBodyClosesTheConnection() async throws {
        try await withService(handler: { _ in .text(403, "no") }) { _, port in
            let client = try RawClient(port: port)
            let response = try client.exchange(
                "PUT /1 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")
            #expect(response.status == 403)
            #expect(response.field("Connection") == "close")
            #expect(try client.end().ending == .closed)
        }
    }

    @Test func refusedUploadCanReadItsAnswer() async throws {
        // More than the sockets hold: the client is still sending when the answer comes.
        try await withService(handler: { _ in .text(413, "no") }) { _, port in
            let client = try RawClient(port: port)
            try client.send("PUT /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 6000000\r\n\r\n")
            try client.send([UInt8](repeating: 0x61, count: 6_000_000))
            #expect(try client.response().status == 413)
            #expect(try client.end() == ([], .closed))
        }
    }

    @Test func keepAliveFollowsTheVersionAndTheField() async throws {
        try await withService(handler: { .text(200, $0.rawPath) }) { _, port in
            let oldClient = try RawClient(port: port)
            let old = try oldClient.exchange("GET /1 HTTP/1.0\r\n\r\n")
            #expect(old.field("Connection") == "close")
            #expect(try oldClient.end() == ([], .closed))

            let keptClient = try RawClient(port: port)
            let kept = try keptClient.exchange("GET /1 HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n")
            #expect(kept.field("Connection") == "keep-alive")
            #expect(try keptClient.exchange("GET /2 HTTP/1.0\r\n\r\n").text == "/2")

            let closing = try RawClient(port: port)
            let last = try closing.exchange("GET /1 HTTP/1.1\r\nHost: a\r\nConnection: x, Close\r\n\r\n")
            #expect(last.field("Connection") == "close")
            #expect(try closing.end() == ([], .closed))
        }
    }

    @Test func handlerClosesTheConnection() async throws {
        try await withService(handler: { _ in
            HTTPResponse(status: 200, body: .empty, closeConnection: true)
        }) { _, port in
            let client = try RawClient(port: port)
            #expect(
                try client.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n").field("Connection") == "close")
            #expect(try client.end() == ([], .closed))
        }
    }

    @Test func halfClosedClientGetsItsAnswers() async throws {
        let gate = Gate()
        try await withService(handler: { request in
            await gate.pass()
            return .text(200, request.rawPath)
        }) { _, port in
            let client = try RawClient(port: port)
            try client.send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n")
            client.closeSending()
            gate.open()
            #expect(try client.response().text == "/1")
            #expect(try client.response().text == "/2")
            #expect(try client.end() == ([], .closed))
        }
    }

    @Test func requestsKnowWhereTheyCameFrom() async throws {
        try await withService(handler: { request in
            .text(
                200,
                "\(request.remoteAddress) \(request.localPort) \(request.listener) \(request.isSecure) \(request.id)"
            )
        }) { _, port in
            let client = try RawClient(port: port)
            let words = try client.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n").text.split(separator: " ")
            #expect(words.dropLast() == ["127.0.0.1", "\(port)", "test", "false"])
            #expect(words.last?.hasPrefix("req_") == true)
            #expect(words.last?.count == 20)
        }
    }
}
