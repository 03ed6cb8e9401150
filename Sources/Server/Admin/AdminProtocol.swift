package import Foundation
import HTTPServer
import NIOCore

/// How commands travel to a running server: HTTP over its socket, `POST /<command>` with the command as JSON.
package enum AdminProtocol {
    /// Bytes of a command or of an answer.
    static let maximumLength = 16 << 20

    /// Every command there is.
    private static let commands: [any AdminCommand.Type] = [
        CreateProject.self, ListProjects.self, SetProject.self, DeleteProject.self, CreateKey.self,
        ListKeys.self,
        ChangeKey.self,
        CreateBucket.self, ListBuckets.self, DeleteBucket.self, AddDomain.self, ListDomains.self,
        DeleteDomain.self, ChangeEncryptionKey.self, ListEncryptionKeys.self, CreateWebhook.self,
        ListWebhooks.self, DeleteWebhook.self, ListDeadEvents.self, ResendEvents.self,
        SignURL.self, CheckStore.self, SweepStore.self, ShowStatistics.self,
    ]

    /// A refusal on the wire.
    struct Refusal: Codable {
        var error: String
    }

    static func respond(_ request: HTTPRequest, in admin: AdminContext) async -> HTTPResponse {
        let name = request.rawPath.drop { $0 == "/" }
        guard request.method == .post, let type = commands.first(where: { $0.name == name }) else {
            return json(404, Refusal(error: "no such command"))
        }
        do {
            let body = try await request.body.collect(upTo: maximumLength)
            return json(200, try await run(type, Data(body.readableBytesView), in: admin))
        } catch {
            return json(422, Refusal(error: AdminError(error).description))
        }
    }

    private static func run<Command: AdminCommand>(
        _ type: Command.Type, _ body: Data, in admin: AdminContext
    ) async throws -> Data {
        try encode(try await JSONDecoder().decode(type, from: body).run(in: admin))
    }

    package static func encode(_ value: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(value)
    }

    private static func json(_ status: Int, _ value: Refusal) -> HTTPResponse {
        json(status, (try? encode(value)) ?? Data())
    }

    private static func json(_ status: Int, _ data: Data) -> HTTPResponse {
        HTTPResponse(
            status: status, headers: ["Content-Type": "application/json"],
            body: .bytes(ByteBuffer(bytes: data)),
            closeConnection: true)
    }
}
