import HTTPServer
import NIOCore
import Synchronization
import Testing

/// What goes to the client, and what happens when it cannot.
struct ResponsesTests {
    private static let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

    private static func serve(
        _ response: @escaping @Sendable (HTTPRequest) -> HTTPResponse,
        limits: ServerLimits = .patient, clients: @escaping @Sendable (Int) throws -> Void
    ) async throws {
        try await withService(limits: limits, handler: { response($0) }) { _, port in try clients(port) }
    }

    @Test(arguments: [0, 1, 4096, 16 * 1024, 16 * 1024 + 1, 3_000_000])
    func bytesOfAnySize(_ count: Int) async throws {
        let bytes = pattern(count)
        try await Self.serve({ _ in HTTPResponse(status: 200, body: .bytes(ByteBuffer(bytes: bytes))) }) {
            port in
            let client = try RawClient(port: port)
            for _ in 0..<2 {
                let response = try client.exchange(Self.get)
                #expect(response.field("Content-Length") == "\(count)")
                #expect(response.body == bytes)
            }
        }
    }

    @Test func piecesOfFilesAndBytes() async throws {
        let closed = Signal()
        let content = pattern(5_000_000)
        let file = Mutex<TestFile?>(TestFile(content) { closed.send() })
        let expected =
            pattern(10) + content[0..<100] + content[4_000_000..<5_000_000] + pattern(50_000)
            + content[..<5_000_000]
        try await Self.serve({ _ in
            guard let file = file.withLock({ $0.take() }) else { return .text(404, "") }
            return HTTPResponse(
                status: 200,
                body: .pieces(
                    length: Int64(expected.count),
                    batches([
                        [.bytes(ByteBuffer(bytes: pattern(10))), .file(file.extent(0..<100))],
                        [], [.file(file.extent(4_000_000..<5_000_000))],
                        [
                            .bytes(ByteBuffer(bytes: pattern(50_000))), .file(file.extent(7..<7)),
                            .file(file.extent(0..<5_000_000)),
                        ],
                    ])))
        }) { port in
            let client = try RawClient(port: port)
            #expect(try client.exchange(Self.get).body == expected)
            // The last one who needed the file has let it go.
            #expect(closed.wait() == 1)
            #expect(try client.exchange(Self.get).status == 404)
        }
    }

    @Test func oneFileForManyClients() async throws {
        let content = pattern(2_000_000)
        let file = TestFile(content)
        try await Self.serve({ _ in
            HTTPResponse(
                status: 200, body: .pieces(length: 2_000_000, batches([[.file(file.extent(0..<2_000_000))]])))
        }) { port in
            let clients = try (0..<5).map { _ in try RawClient(port: port) }
            for client in clients { try client.send(Self.get) }
            for client in clients { #expect(try client.response().body == content) }
        }
    }

    @Test func headSendsNoBody() async throws {
        try await Self.serve({ request in
            switch request.rawPath {
            case "/pieces": HTTPResponse(status: 200, body: .pieces(length: 7) { throw BodyError.aborted })
            case "/told": HTTPResponse(status: 200, headLength: 99)
            case "/stream": HTTPResponse(status: 200, body: .stream { _ in throw BodyError.aborted })
            default: .text(200, "hello")
            }
        }) { port in
            let client = try RawClient(port: port)
            for (path, length) in [("/", "5"), ("/pieces", "7"), ("/told", "99"), ("/stream", nil)] {
                let response = try client.exchange("HEAD \(path) HTTP/1.1\r\nHost: a\r\n\r\n", isHead: true)
                #expect(response.status == 200)
                #expect(response.field("Content-Length") == length)
                #expect(response.field("Transfer-Encoding") == nil)
            }
        }
    }

    @Test(arguments: [204, 304])
    func statusesWithoutBody(_ status: Int) async throws {
        try await Self.serve({ _ in
            HTTPResponse(
                status: status, headers: ["ETag": "\"x\""], body: .bytes(ByteBuffer(string: "never")))
        }) { port in
            let client = try RawClient(port: port)
            for _ in 0..<2 {
                let response = try client.exchange(Self.get)
                #expect(response.status == status)
                #expect(response.field("Content-Length") == nil)
                #expect(response.field("ETag") == "\"x\"")
            }
        }
    }

    @Test func streamsInChunks() async throws {
        try await Self.serve({ request in
            HTTPResponse(
                status: 200,
                body: .stream { writer in
                    try await writer.write("hello ")
                    try await writer.write("")
                    await Task.yield()
                    try await writer.write(pattern(100_000))
                    if request.rawPath == "/elsewhere" {
                        try await Self.elsewhere(writer)
                    }
                })
        }) { port in
            let client = try RawClient(port: port)
            let expected = Array("hello ".utf8) + pattern(100_000)
            #expect(try client.exchange(Self.get).body == expected)
            let elsewhere = try client.exchange("GET /elsewhere HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(elsewhere.body == expected + Array("from another thread".utf8))

            let old = try RawClient(port: port)
            let response = try old.exchange("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            #expect(response.field("Connection") == "close")
            #expect(response.field("Transfer-Encoding") == nil)
            #expect(response.body == expected)
        }
    }

    @concurrent private static func elsewhere(_ writer: ResponseWriter) async throws {
        try await writer.write("from another thread")
    }

    @Test func emptyStreamIsAnEmptyBody() async throws {
        try await Self.serve({ _ in HTTPResponse(status: 200, body: .stream { _ in }) }) { port in
            let client = try RawClient(port: port)
            for _ in 0..<2 { #expect(try client.exchange(Self.get).body == []) }
        }
    }

    /// The bodies that stop in the middle; each must end in a reset.
    static let broken: [(String, @Sendable () -> ResponseBody)] = [
        (
            "pieces that throw",
            {
                let next = batches([[.bytes(ByteBuffer(bytes: pattern(100_000)))]])
                return .pieces(length: 200_000) {
                    guard let batch = try await next() else { throw BodyError.aborted }
                    return batch
                }
            }
        ),
        (
            "pieces that end short",
            {
                .pieces(length: 200_000, batches([[.bytes(ByteBuffer(bytes: pattern(100_000)))]]))
            }
        ),
        (
            "pieces that run over",
            {
                .pieces(
                    length: 200_000,
                    batches([
                        [.bytes(ByteBuffer(bytes: pattern(100_000)))],
                        [.bytes(ByteBuffer(bytes: pattern(100_001)))],
                    ]))
            }
        ),
        (
            "a file that is too short",
            {
                let file = TestFile(pattern(100_000))
                return .pieces(
                    length: 200_000,
                    batches([[.file(file.extent(0..<100_000))], [.file(file.extent(50_000..<150_000))]]))
            }
        ),
        (
            "a short file that is too short",
            {
                let file = TestFile(pattern(100))
                return .pieces(
                    length: 300,
                    batches([[.bytes(ByteBuffer(bytes: pattern(100)))], [.file(file.extent(0..<200))]]))
            }
        ),
        (
            "a stream that throws",
            {
                .stream { writer in
                    try await writer.write(pattern(100_000))
                    throw BodyError.aborted
                }
            }
        ),
    ]

    @Test(arguments: broken.indices, [0, 1])
    func brokenBodiesAreReset(_ index: Int, _ minorVersion: Int) async throws {
        let body = Self.broken[index].1
        let sent = Signal()
        try await Self.serve({ _ in
            HTTPResponse(status: 200, body: body(), onSent: { sent.send($0 ? 2 : 1) })
        }) { port in
            let client = try RawClient(port: port)
            try client.send("GET / HTTP/1.\(minorVersion)\r\nHost: a\r\n\r\n")
            let (bytes, ending) = try client.end()
            #expect(ending == .reset)
            #expect(bytes.count < 200_000)
            #expect(sent.wait() == 1)
        }
    }

    @Test func failureBeforeTheFirstByteIsA500() async throws {
        let sent = Signal()
        try await Self.serve({ request in
            let body: ResponseBody =
                request.rawPath == "/stream"
                ? .stream { _ in throw BodyError.aborted } : .pieces(length: 5) { throw BodyError.aborted }
            return HTTPResponse(
                status: 200, headers: ["ETag": "\"x\""], body: body, onSent: { sent.send($0 ? 2 : 1) })
        }) { port in
            let client = try RawClient(port: port)
            for path in ["/pieces", "/stream"] {
                let response = try client.exchange("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(response.status == 500)
                #expect(response.field("ETag") == nil)
                #expect(sent.wait() == 1)
            }
        }
    }

    @Test func splitResponsesBecomeA500() async throws {
        try await Self.serve({ request in
            switch request.rawPath {
            case "/value": HTTPResponse(status: 200, headers: ["X": "a\r\nSet-Cookie: evil=1\r\n\r\nbody"])
            case "/name": HTTPResponse(status: 200, headers: ["X: a\r\nY": "b"])
            case "/nul": HTTPResponse(status: 200, headers: ["X": "a\u{0}b"])
            default: HTTPResponse(status: 99)
            }
        }) { port in
            let client = try RawClient(port: port)
            for path in ["/value", "/name", "/nul", "/status"] {
                let response = try client.exchange("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(response.status == 500)
                #expect(!response.head.contains("evil"))
                #expect(response.text == "Internal server error.\n")
            }
        }
    }

    @Test func sentIsToldOnce() async throws {
        let sent = Signal()
        let file = TestFile(pattern(1_000_000))
        try await Self.serve({ request in
            let body: ResponseBody =
                switch request.rawPath {
                case "/bytes": .bytes(ByteBuffer(bytes: pattern(5_000_000)))
                case "/pieces": .pieces(length: 1_000_000, batches([[.file(file.extent(0..<1_000_000))]]))
                case "/stream": .stream { try await $0.write("x") }
                default: .empty
                }
            return HTTPResponse(status: 200, body: body, onSent: { sent.send($0 ? 2 : 1) })
        }) { port in
            let client = try RawClient(port: port)
            for path in ["/empty", "/bytes", "/pieces", "/stream"] {
                #expect(try client.exchange("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n").status == 200)
                #expect(sent.wait() == 2)
            }
        }
    }

    @Test func clientThatStopsReadingIsCutOff() async throws {
        var limits = ServerLimits.patient
        limits.minBodyRate = 1_000_000
        limits.rateGrace = .milliseconds(50)
        let sent = Signal()
        let file = TestFile(pattern(1_000_000))
        let expected = 2
        try await Self.serve(
            { request in
                let body: ResponseBody =
                    switch request.rawPath {
                    case "/file": .pieces(length: .max) { [.file(file.extent(0..<1_000_000))] }
                    case "/bytes": .pieces(length: .max) { [.bytes(ByteBuffer(bytes: pattern(1_000_000)))] }
                    case "/whole": .bytes(ByteBuffer(repeating: 0x61, count: 50_000_000))
                    default: .stream { writer in while true { try await writer.write(pattern(100_000)) } }
                    }
                return HTTPResponse(status: 200, body: body, onSent: { sent.send($0 ? UInt8(expected) : 1) })
            }, limits: limits
        ) { port in
            for path in ["/file", "/bytes", "/whole", "/stream"] {
                let client = try RawClient(port: port, receiveBuffer: 4096)
                try client.send("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(sent.wait() == 1)
                #expect(try client.end().ending == .reset)
            }
        }
    }

    @Test func clientThatLeavesEndsTheResponse() async throws {
        let sent = Signal()
        try await Self.serve({ request in
            let body: ResponseBody =
                request.rawPath == "/pieces"
                ? .pieces(length: .max) { [.bytes(ByteBuffer(bytes: pattern(100_000)))] }
                : .stream { writer in while true { try await writer.write(pattern(100_000)) } }
            return HTTPResponse(status: 200, body: body, onSent: { sent.send($0 ? 2 : 1) })
        }) { port in
            for path in ["/pieces", "/stream"] {
                let client = try RawClient(port: port)
                try client.send("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
                _ = try client.receive(through: "\r\n\r\n")
                client.close()
                #expect(sent.wait() == 1)
            }
            // The server lives: no SIGPIPE, no trap.
            #expect(
                try RawClient(port: port).exchange("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n", isHead: true).status
                    == 200)
        }
    }

    @Test func unreadAnswersStopFurtherRequests() async throws {
        var limits = ServerLimits.patient
        limits.maxUnsentBytes = 10_000
        let started = Atomic<Int>(0)
        try await withService(
            limits: limits,
            handler: { _ in
                started.add(1, ordering: .relaxed)
                return HTTPResponse(status: 200, body: .bytes(ByteBuffer(bytes: pattern(16_000))))
            }
        ) { _, port in
            let client = try RawClient(port: port)
            let count = 2000
            let requests = [UInt8](Array(repeating: Array(Self.get.utf8), count: count).joined())
            let taken = client.sendUnlessBlocked(requests, waiting: 200)
            // 32 MB of answers that nobody reads are not made.
            #expect(started.load(ordering: .relaxed) < count / 2)
            for _ in 0..<taken / Self.get.utf8.count { #expect(try client.response().body.count == 16_000) }
        }
    }
}
