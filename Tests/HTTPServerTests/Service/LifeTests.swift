import Glibc
import HTTPServer
import Logging
import NIOCore
import NIOPosix
import Synchronization
import Testing

/// 100-continue, disconnects and shutdown.
struct LifeTests {
    private static let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
    private static let expecting =
        "PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n"

    @Test func continueComesWhenTheBodyIsAskedFor() async throws {
        let gate = Gate()
        let began = Signal()
        try await withService(handler: { request in
            began.send()
            await gate.pass()
            let body = try? await request.body.collect(upTo: 100)
            return .text(200, body.map { String(buffer: $0) } ?? "failed")
        }) { _, port in
            let client = try RawClient(port: port)
            try client.send(Self.expecting)
            #expect(began.wait() == 1)
            gate.open()
            #expect(try client.receive(through: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
            #expect(try client.exchange("hello").text == "hello")
            #expect(try client.exchange(Self.expecting).status == 100)
        }
    }

    @Test func refusalComesInsteadOfContinue() async throws {
        try await withService(handler: { _ in .text(403, "no") }) { _, port in
            let client = try RawClient(port: port)
            let response = try client.exchange(Self.expecting)
            #expect(response.status == 403)
            #expect(response.field("Connection") == "close")
            // A client that sends the body all the same is not taken for a new request.
            try? client.send("hello" + Self.get)
            #expect(try client.end().bytes == [])
        }
    }

    @Test func limitOfADoorIsKnownBeforeContinue() async throws {
        try await withService(handler: { request in
            request.body.limit(to: 4)
            do throws(BodyError) {
                return .text(200, "\(try await request.body.collect(upTo: 100).readableBytes)")
            } catch {
                return .text(413, "\(error)")
            }
        }) { _, port in
            let client = try RawClient(port: port)
            #expect(try client.exchange(Self.expecting).text == "tooLarge")
        }
    }

    @Test(arguments: [false, true])
    func uploadThatBreaksOffFailsTheBodyAndCancelsTheTask(reset: Bool) async throws {
        let seen = Signal()
        try await withService(handler: { request in
            var error: BodyError?
            var count = 0
            do throws(BodyError) {
                while let slab = try await request.body.next() {
                    count += slab.readableBytes
                    seen.send(1)
                }
            } catch let failure {
                error = failure
            }
            seen.send(error == .disconnected ? 2 : 3)
            // Cancelled now or in a moment.
            await withTaskCancellationHandler {
                while !Task.isCancelled { await Task.yield() }
            } onCancel: {
            }
            seen.send(4)
            return .text(200, "\(count)")
        }) { _, port in
            let client = try RawClient(port: port)
            try client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhello")
            #expect(seen.wait() == 1)
            if reset { client.reset() } else { client.close() }
            #expect(seen.wait() == 2)
            #expect(seen.wait() == 4)
        }
    }

    @Test func clientThatResetsCancelsTheHandler() async throws {
        let began = Signal()
        let cancelled = Signal()
        try await withService(handler: { _ in
            let gate = Gate()
            await withTaskCancellationHandler {
                began.send()
                await gate.pass()
            } onCancel: {
                gate.open()
                cancelled.send()
            }
            return .text(200, "")
        }) { _, port in
            let client = try RawClient(port: port)
            try client.send(Self.get)
            #expect(began.wait() == 1)
            client.reset()
            #expect(cancelled.wait() == 1)
        }
    }

    @Test func clientThatClosesCancelsTheHandlerAfterTheGrace() async throws {
        var limits = ServerLimits.patient
        limits.halfCloseGrace = .milliseconds(20)
        let began = Signal()
        let cancelled = Signal()
        try await withService(
            limits: limits,
            handler: { _ in
                let gate = Gate()
                await withTaskCancellationHandler {
                    began.send()
                    await gate.pass()
                } onCancel: {
                    gate.open()
                    cancelled.send()
                }
                return .text(200, "")
            }
        ) { _, port in
            let client = try RawClient(port: port)
            try client.send(Self.get)
            #expect(began.wait() == 1)
            client.close()
            #expect(cancelled.wait() == 1)
        }
    }

    @Test func bytesThatCameBeforeTheEndCanBeRead() async throws {
        let gate = Gate()
        let counted = Signal()
        try await withService(handler: { request in
            await gate.pass()
            var count = 0
            do throws(BodyError) {
                while let slab = try await request.body.next() { count += slab.readableBytes }
            } catch {
                counted.send(error == .disconnected ? UInt8(count) : 0)
            }
            return .text(200, "")
        }) { _, port in
            let client = try RawClient(port: port)
            try client.send(
                "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n7\r\nabc")
            client.closeSending()
            gate.open()
            #expect(counted.wait() == 8)
        }
    }

    @Test func shutdownFinishesWhatRunsAndClosesTheRest() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let began = Signal()
        let gate = Gate()
        let service = HTTPService(group: group, limits: .patient, logger: .silent) { request in
            if request.rawPath == "/slow" {
                began.send()
                await gate.pass()
            }
            return .text(200, request.rawPath)
        }
        let port = try await service.bind(host: "127.0.0.1", port: 0, name: "test").port
        let idle = try RawClient(port: port)
        #expect(try idle.exchange(Self.get).status == 200)
        let slow = try RawClient(port: port)
        try slow.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(began.wait() == 1)
        #expect(service.statistics.requestsInFlight == 1)
        async let shutdown: Void = service.shutdown(grace: .seconds(60))
        #expect(try idle.end() == ([], .closed))
        #expect(throws: RawClient.Failure.self) { _ = try RawClient(port: port).exchange(Self.get) }
        gate.open()
        let response = try slow.response()
        #expect(response.text == "/slow")
        #expect(response.field("Connection") == "close")
        #expect(try slow.end() == ([], .closed))
        await shutdown
        #expect(service.statistics.connections == 0)
        #expect(service.statistics.requestsInFlight == 0)
        await #expect(throws: CancellationError.self) {
            try await service.bind(host: "127.0.0.1", port: 0, name: "late")
        }
        try await group.shutdownGracefully()
    }

    @Test func shutdownCutsOffWhatDoesNotEnd() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let began = Signal()
        let cancelled = Signal()
        let service = HTTPService(group: group, limits: .patient, logger: .silent) { request in
            began.send()
            do throws(BodyError) {
                while try await request.body.next() != nil {}
            } catch {
                cancelled.send(error == .aborted ? 1 : 2)
            }
            return .text(200, "")
        }
        let port = try await service.bind(host: "127.0.0.1", port: 0, name: "test").port
        let client = try RawClient(port: port)
        try client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n")
        #expect(began.wait() == 1)
        await service.shutdown(grace: .zero)
        #expect(cancelled.wait() == 1)
        #expect(try client.end().ending == .reset)
        try await group.shutdownGracefully()
    }

    @Test func listensOnASocketOfTheFileSystem() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let service = HTTPService(group: group, limits: .patient, logger: .silent) {
            .text(200, $0.listener + $0.remoteAddress)
        }
        var template = Array("/tmp/http-server-tests-XXXXXX".utf8CString)
        let directory = try #require(mkdtemp(&template))
        let path = String(cString: directory) + "/socket"
        try await service.bind(unixSocket: path, name: "admin")
        var status = stat()
        #expect(stat(path, &status) == 0)
        #expect(status.st_mode & 0o777 == 0o600)
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        #expect(connected == 0)
        let client = RawClient(descriptor: descriptor)
        #expect(try client.exchange(Self.get).text == "admin")
        await service.shutdown(grace: .zero)
        try await group.shutdownGracefully()
        unlink(path)
        rmdir(directory)
    }
}
