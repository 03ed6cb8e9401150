import Foundation
import HTTPServer
import Server

/// Brings a command to the store: through the socket of the server that holds the directory, else under its lock.
struct AdminChannel {
    let dataPath: String

    func run<Command: AdminCommand>(_ command: Command) async throws -> Command.Answer {
        do {
            return try askServer(command)
        } catch HTTPConnection.Failure.cannotConnect {
            return try await runOffline(command)
        }
    }

    private func askServer<Command: AdminCommand>(_ command: Command) throws -> Command.Answer {
        let socket = SocketPath(in: dataPath)
        let connection = try HTTPConnection(unixSocket: socket.path)
        let answer = try connection.request(
            "POST", "/" + Command.name, host: "coffer", headers: [],
            body: Array(try AdminProtocol.encode(command)))
        guard answer.status == 200 else { throw AdminError(try Refusal.sentence(Data(answer.body))) }
        return try JSONDecoder().decode(Command.Answer.self, from: Data(answer.body))
    }

    private struct Refusal: Decodable {
        var error: String

        static func sentence(_ body: Data) throws -> String {
            try JSONDecoder().decode(Refusal.self, from: body).error
        }
    }

    private func runOffline<Command: AdminCommand>(_ command: Command) async throws -> Command.Answer {
        let environment = ProcessInfo.processInfo.environment
        let configuration = try await ServerConfiguration.load(
            flags: [:], environment: environment, file: environment["COFFER_CONFIG"])
        let parts = try Parts(dataPath: dataPath, configuration: configuration) { reason in
            FileHandle.standardError.write(Data("the catalog's disk failed: \(reason)\n".utf8))
            exit(1)
        }
        do {
            let answer = try await command.run(in: parts.admin)
            await parts.close()
            return answer
        } catch {
            await parts.close()
            throw AdminError(error)
        }
    }
}
