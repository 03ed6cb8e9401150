import Auth
import HTTPServer
import Logging
import NIOCore
import Objects
import StoreLaws

@testable import Console

/// A console over a catalog in memory, with one project and one key.
struct ConsoleFixture {
    let accounts = CatalogModel()
    let keys: KeyRing
    let door: ConsoleDoor
    let secret: String
    let keyID: KeyID
    static let origin = "http://localhost:9001"

    init(origins: [String] = ["http://localhost:8080"]) async throws {
        keys = KeyRing(accounts: accounts, masterKey: [UInt8](repeating: 7, count: 32))
        door = ConsoleDoor(
            sessions: ConsoleSessions(keys: keys), accounts: accounts, logger: Logger(label: "test"),
            origins: { _ in origins })
        let project = Project(id: ProjectID("p1"), name: "demo", displayName: "Demo \"films\"", created: 0)
        _ = try await accounts.createProject(NewProject(project: project))
        let (key, secret) = try keys.newKey(project: project.id, role: .full)
        try await accounts.createAccessKey(key)
        self.secret = secret
        keyID = key.id
    }

    func send(
        _ method: HTTPMethod, _ path: String, _ body: String? = nil, address: String = "127.0.0.1",
        fields: [(String, String)] = [("Origin", Self.origin)]
    ) async -> HTTPResponse? {
        await door.respond(
            HTTPRequest(
                method: method, target: path,
                headers: HeaderFields([("Host", "localhost:9001")] + fields),
                body: body.map { RequestBody(ByteBuffer(string: $0)) } ?? .empty, remoteAddress: address))
    }

    func signIn(_ key: String? = nil, address: String = "127.0.0.1") async -> HTTPResponse? {
        await send(.post, "/session", "{\"key\":\"\(key ?? secret)\"}", address: address)
    }

    func cookie(_ response: HTTPResponse?) -> String {
        String((response?.headers[first: "set-cookie"] ?? "").prefix { $0 != ";" })
    }

    func text(_ response: HTTPResponse?) -> String {
        guard case .bytes(let buffer) = response?.body else { return "" }
        return String(buffer: buffer)
    }
}
