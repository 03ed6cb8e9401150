import Foundation
import HTTPServer
import Objects
import Testing

@testable import Server

/// What commands do, sent to a running server and run alone: the answers must be the same.
@Suite struct AdminCommandTests {
    private let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory()
    }

    /// Runs commands and gives their answers as the command line prints them.
    private struct Console: Sendable {
        let send: @Sendable (any AdminCommand) async throws -> any AdminAnswer

        func callAsFunction(_ command: any AdminCommand) async -> String {
            do {
                return String(decoding: try AdminProtocol.encode(try await send(command)), as: UTF8.self)
            } catch {
                return "refused: \(AdminError(error).description)"
            }
        }
    }

    private func online<Result: Sendable>(
        _ work: @escaping @Sendable (Console) async throws -> Result
    ) async throws -> Result {
        try await RunningServer.run(folder.file("online")) { server in
            try await work(Console { try await Self.run($0, server) })
        }
    }

    private func offline<Result: Sendable>(
        _ work: @escaping @Sendable (Console) async throws -> Result
    ) async throws -> Result {
        let parts = try Parts(dataPath: folder.file("offline"), configuration: .forTests) { _ in }
        let result = try await work(Console { try await $0.run(in: parts.admin) })
        await parts.close()
        return result
    }

    private static func run<Command: AdminCommand>(
        _ command: Command, _ server: RunningServer
    ) async throws -> any AdminAnswer {
        try await server.command(command)
    }

    /// Everything that a person may type, right and wrong, with ids that do not depend on chance.
    private static let script: [any AdminCommand & Sendable] = [
        CreateProject(project: "one", displayName: "One", email: "a@b.c", id: "acct-1", makesBucket: false),
        CreateProject(project: "one", displayName: nil, email: nil, id: "acct-2", makesBucket: false),
        CreateProject(project: "s3", displayName: nil, email: nil, id: nil, makesBucket: true),
        CreateProject(project: "a", displayName: nil, email: nil, id: nil, makesBucket: true),
        CreateProject(project: "Upper", displayName: nil, email: nil, id: nil, makesBucket: true),
        CreateProject(project: "dotted.name", displayName: nil, email: nil, id: nil, makesBucket: true),
        CreateProject(project: "two", displayName: nil, email: nil, id: "has space", makesBucket: true),
        ListProjects(),
        CreateKey(project: "one", role: "full", id: "KEYFULL0001", secret: "full-secret-000001"),
        CreateKey(project: "one", role: "read", id: "KEYREAD0001", secret: "read-secret-000001"),
        CreateKey(project: "one", role: "upload", id: "KEYFULL0001", secret: "other-secret-0001"),
        CreateKey(project: "one", role: "owner", id: nil, secret: nil),
        CreateKey(project: "none", role: "full", id: nil, secret: nil), ListKeys(project: "one"),
        ChangeKey(id: "KEYREAD0001", change: .pause), ListKeys(project: "one"),
        ChangeKey(id: "KEYREAD0001", change: .resume), ChangeKey(id: "KEYREAD0001", change: .delete),
        ChangeKey(id: "KEYREAD0001", change: .delete), CreateBucket(bucket: "photos", project: "one"),
        CreateBucket(bucket: "photos", project: "one"), CreateBucket(bucket: "No", project: "one"),
        CreateBucket(bucket: "more", project: "none"), ListBuckets(),
        AddDomain(host: "CDN.example.com", bucket: "photos", isPrivate: true, publicURL: nil),
        AddDomain(host: "cdn.example.com", bucket: "photos", isPrivate: false, publicURL: nil),
        AddDomain(host: "b.s3.localhost", bucket: "photos", isPrivate: false, publicURL: nil),
        AddDomain(host: "a.example.com", bucket: "photos", isPrivate: false, publicURL: "example.com"),
        AddDomain(host: "a.example.com", bucket: "none", isPrivate: false, publicURL: nil), ListDomains(),
        SignURL(url: "http://cdn.example.com/a?b", method: "get", expiresIn: 60, key: nil),
        SignURL(url: "http://cdn.example.com/a", method: "post", expiresIn: 60, key: nil),
        SignURL(url: "http://cdn.example.com/a", method: "get", expiresIn: 0, key: nil),
        SignURL(url: "http://none.example.com/a", method: "get", expiresIn: 60, key: nil),
        SignURL(url: "http://cdn.example.com/a", method: "get", expiresIn: 60, key: "NONE"),
        DeleteProject(project: "one"), ShowStatistics(), CheckStore(deep: true, recount: false),
        SweepStore(grace: 0), SweepStore(grace: -1), DeleteDomain(host: "cdn.example.com"),
        DeleteDomain(host: "cdn.example.com"), DeleteBucket(bucket: "photos"),
        DeleteBucket(bucket: "photos"), DeleteProject(project: "one"), DeleteProject(project: "one"),
        ListProjects(), ListBuckets(), ListDomains(),
    ]

    @Test func onlineAndOfflineAnswerTheSame() async throws {
        let play: @Sendable (Console) async -> [String] = { console in
            var answers: [String] = []
            for command in Self.script {
                // The key of a new project is chance itself.
                answers.append(
                    await console(command).replacing(#/"id":"CF[A-Z0-9]{18}"/#, with: "an id").replacing(
                        #/"secret":"[A-Za-z0-9]{40}"/#, with: "a secret"))
            }
            return answers
        }
        let alone = try await offline(play)
        let served = try await online(play)
        for (index, (a, b)) in zip(alone, served).enumerated() {
            #expect(a == b, "step \(index): \(Self.script[index])")
        }
        #expect(alone.filter { $0.hasPrefix("refused: ") }.count == 27, "\(alone)")
        #expect(alone.suffix(3) == [#"{"projects":[]}"#, #"{"buckets":[]}"#, #"{"domains":[]}"#])
    }

    @Test func aProjectComesWithBucketDomainAndKey() async throws {
        let made = try await offline { console in
            await console(
                CreateProject(project: "demo", displayName: nil, email: nil, id: nil, makesBucket: true))
        }
        for part in [#""bucket":{"name":"demo"}"#, #""domain":{"host":"demo.localhost"}"#, #""role":"full""#]
        {
            #expect(made.contains(part), "\(made)")
        }
    }

    @Test func whatIsCreatedAloneIsThereInTheServer() async throws {
        let secret = try await offline { console in
            let made = await console(
                CreateProject(project: "demo", displayName: nil, email: nil, id: nil, makesBucket: true))
            return try JSONDecoder().decode(CreateProject.Answer.self, from: Data(made.utf8)).key.secret
        }
        try await Self.put(folder.file("offline"), try #require(secret))
    }

    private static func put(_ path: String, _ secret: String) async throws {
        try await RunningServer.run(path) { server in
            let answer = try await server.request(
                "PUT", server.ready.delivery + "/x.txt", [("Authorization", "Bearer \(secret)")], body: [1])
            #expect(answer.status == 201)
        }
    }

    @Test func aPausedKeyOpensNothing() async throws {
        try await RunningServer.run(folder.file("data")) { server in
            let made = try await server.command(
                CreateProject(project: "demo", displayName: nil, email: nil, id: nil, makesBucket: true))
            let key = made.key
            let url = server.ready.delivery + "/x.txt"
            let fields = [("Authorization", "Bearer \(try #require(key.secret))")]
            #expect(try await server.request("PUT", url, fields, body: [1]).status == 201)
            _ = try await server.command(ChangeKey(id: key.id, change: .pause))
            #expect([401, 403].contains(try await server.request("PUT", url, fields, body: [2]).status))
            _ = try await server.command(ChangeKey(id: key.id, change: .resume))
            #expect(try await server.request("PUT", url, fields, body: [3]).status == 201)
        }
    }

    @Test func aLongPathIsNoHindrance() async throws {
        var path = folder.path
        for _ in 0..<4 { path += "/" + String(repeating: "long", count: 20) }
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try await RunningServer.run(path + "/data") { server in
            let answer = try await server.command(ListProjects())
            #expect(answer.projects.isEmpty)
            #expect(FileManager.default.fileExists(atPath: server.data + "/admin.sock"))
        }
        #expect(!FileManager.default.fileExists(atPath: path + "/data/admin.sock"))
    }

    @Test func theSocketIsForItsOwnerAndKnowsItsCommands() async throws {
        let path = folder.file("data")
        try await RunningServer.run(path) { _ in
            let socket = DataDirectory.socketPath(in: path)
            #expect(try permissions(socket) == 0o600)
            for (method, target, body, status) in [
                ("GET", "/stats", "", 404), ("POST", "/none", "{}", 404), ("POST", "/stats", "{", 422),
                ("POST", "/key-list", "{}", 422), ("POST", "/stats", "{}", 200),
            ] {
                let answer = try await onThread {
                    try HTTPConnection(unixSocket: socket).request(
                        method, target, host: "coffer", headers: [], body: Array(body.utf8))
                }
                #expect(answer.status == status, "\(method) \(target) \(body)")
            }
        }
    }
}
