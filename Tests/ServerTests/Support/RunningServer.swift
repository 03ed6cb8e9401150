import Dispatch
import Foundation
import HTTPServer
import Logging

@testable import Server

/// A whole server on ports that the system chose, and a small client.
struct RunningServer: Sendable {
    let server: CofferServer
    let ready: CofferServer.Ready
    let data: String

    /// Serves on `data` while `body` runs, then stops the server and waits for it.
    static func run<Result: Sendable>(
        _ data: String, _ configuration: ServerConfiguration = .forTests,
        body: @escaping @Sendable (RunningServer) async throws -> Result
    ) async throws -> Result {
        let server = CofferServer(
            configuration: configuration, dataPath: data,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, stopSignals: [])
        let (readies, announcement) = AsyncStream.makeStream(of: CofferServer.Ready.self)
        async let life: Void = {
            defer { announcement.finish() }
            try await server.run { announcement.yield($0) }
        }()
        for await ready in readies {
            do {
                let result = try await body(RunningServer(server: server, ready: ready, data: data))
                await server.stop()
                try await life
                return result
            } catch {
                await server.stop()
                throw error
            }
        }
        try await life
        throw NeverReady()
    }

    struct NeverReady: Error {}

    /// One request on a connection of its own.
    func request(
        _ method: String, _ url: String, _ headers: [(String, String)] = [], body: [UInt8] = []
    ) async throws -> HTTPConnection.Answer {
        let place = try Place(url)
        return try await onThread {
            try HTTPConnection(host: place.host, port: place.port).request(
                method, place.target, host: "\(place.host):\(place.port)", headers: headers, body: body)
        }
    }

    /// A command as `coffer` sends it to a running server.
    func command<Command: AdminCommand>(_ command: Command) async throws -> Command.Answer {
        let body = Array(try AdminProtocol.encode(command))
        let answer = try await onThread { [data] in
            let socket = SocketPath(in: data)
            return try HTTPConnection(unixSocket: socket.path).request(
                "POST", "/" + Command.name, host: "coffer", headers: [], body: body)
        }
        guard answer.status == 200 else {
            throw AdminError(
                try JSONDecoder().decode(AdminProtocol.Refusal.self, from: Data(answer.body)).error)
        }
        return try JSONDecoder().decode(Command.Answer.self, from: Data(answer.body))
    }
}

/// A URL taken apart.
struct Place: Sendable {
    var host: String
    var port: Int
    var target: String

    struct Malformed: Error {}

    init(_ url: String) throws {
        let rest = url.dropFirst("http://".count)
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        let parts = rest[..<slash].split(separator: ":")
        guard url.hasPrefix("http://"), parts.count == 2, let port = Int(parts[1]) else { throw Malformed() }
        host = String(parts[0])
        self.port = port
        target = slash == rest.endIndex ? "/" : String(rest[slash...])
    }
}

/// Blocking work away from the threads that tests run on.
func onThread<T: Sendable>(_ work: @escaping @Sendable () throws -> T) async throws -> T {
    try await withCheckedThrowingContinuation { continuation in
        DispatchQueue.global().async { continuation.resume(with: Result { try work() }) }
    }
}

extension ServerConfiguration {
    /// Every port is the system's choice.
    static var forTests: ServerConfiguration {
        var configuration = ServerConfiguration()
        let address = Address(host: "127.0.0.1", port: 0)
        configuration.delivery = address
        configuration.s3 = address
        configuration.api = address
        configuration.admin = address
        configuration.eventLoops = 1
        configuration.diskThreads = 2
        configuration.shutdownSeconds = 20
        return configuration
    }
}

extension HTTPConnection.Answer {
    var text: String { String(decoding: body, as: UTF8.self) }
}
