import Digests
import Foundation
import HTTPServer
import Objects
import Testing

@testable import Server

/// The whole server on ports that the system chose, with real sockets.
@Suite struct WholeServerTests {
    private let folder: TemporaryDirectory
    private var data: String { folder.file("data") }

    init() throws {
        folder = try TemporaryDirectory()
    }

    private static func bytes(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
        var state = seed
        return (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 33)
        }
    }

    private static func createProject(_ server: RunningServer, _ name: String = "demo") async throws
        -> KeyAnswer
    {
        let made = try await server.command(
            CreateProject(project: name, displayName: nil, email: nil, id: nil, makesBucket: true))
        return made.key
    }

    private static func bearer(_ key: KeyAnswer) throws -> [(String, String)] {
        [("Authorization", "Bearer \(try #require(key.secret))")]
    }

    private static func signed(_ key: KeyAnswer, _ method: String, _ url: String) throws -> [(String, String)]
    {
        let place = try Place(url)
        let formatter = ISO8601DateFormatter()
        formatter.formatOptions = [
            .withYear, .withMonth, .withDay, .withTime, .withTimeZone,
        ]
        return S3Signature(
            keyID: key.id, secret: try #require(key.secret), date: formatter.string(from: Date())
        ).headers(method, host: "\(place.host):\(place.port)", target: place.target)
    }

    @Test(arguments: [0, 1, 16_384, 16_385, 3_000_000])
    func whatIsPutIsServed(length: Int) async throws {
        try await RunningServer.run(data) { server in
            let key = try await Self.createProject(server)
            let url = server.ready.delivery + "/folder/file.bin"
            let body = Self.bytes(length)
            let put = try await server.request("PUT", url, try Self.bearer(key), body: body)
            #expect(put.status == 201, "\(put.text)")
            let got = try await server.request("GET", url)
            #expect(got.status == 200)
            #expect(got.body == body)
            #expect(try await server.request("PUT", url, body: [1]).status == 401)
            #expect(try await server.request("DELETE", url, try Self.bearer(key)).status == 204)
            #expect(try await server.request("GET", url).status == 404)
        }
    }

    @Test func aSignedLinkOpensWhatItNamesAndNothingElse() async throws {
        try await RunningServer.run(data) { server in
            _ = try await Self.createProject(server)
            func link(_ method: String) async throws -> String {
                try await server.command(
                    SignURL(
                        url: server.ready.delivery + "/in/a b.txt", method: method, expiresIn: 60, key: nil)
                ).url
            }
            let put = try await link("put")
            #expect(try await server.request("PUT", put, body: Array("hello".utf8)).status == 201)
            let get = try await link("get")
            #expect(try await server.request("GET", get).text == "hello")
            #expect(try await server.request("PUT", get, body: [1]).status == 403)
            #expect(try await server.request("DELETE", put).status == 403)
            let altered = put.replacing("/in/", with: "/out/")
            #expect(try await server.request("PUT", altered, body: [1]).status == 403)
        }
    }

    @Test func rangesInAnyOrderMakeTheFile() async throws {
        try await RunningServer.run(data) { server in
            let key = try await Self.createProject(server)
            let url = server.ready.delivery + "/big.bin"
            let body = Self.bytes(300_000)
            for (first, last, status) in [(200_000, 299_999, 202), (0, 99_999, 202), (100_000, 199_999, 201)]
            {
                let fields = try Self.bearer(key) + [("Content-Range", "bytes \(first)-\(last)/300000")]
                let answer = try await server.request("PUT", url, fields, body: Array(body[first...last]))
                #expect(answer.status == status, "\(answer.text)")
            }
            #expect(try await server.request("GET", url).body == body)
        }
    }

    @Test func oneObjectIsThereThroughBothDoors() async throws {
        try await RunningServer.run(data) { server in
            let key = try await Self.createProject(server)
            let body = Self.bytes(100_000)
            let s3 = server.ready.s3 + "/demo/shared.bin"
            let put = try await server.request("PUT", s3, try Self.signed(key, "PUT", s3), body: body)
            #expect(put.status == 200, "\(put.text)")
            #expect(try await server.request("GET", s3, try Self.signed(key, "GET", s3)).body == body)
            let served = try await server.request("GET", server.ready.delivery + "/shared.bin")
            #expect(served.body == body)
            #expect(served.headers["etag"] == put.headers["etag"])
            #expect(try await server.request("GET", s3).status == 403)
        }
    }

    @Test func theLibraryAPIAsksForAKeyAndUnknownHostsHaveNothing() async throws {
        try await RunningServer.run(data) { server in
            let answer = try await server.request("GET", server.ready.api + "/files")
            #expect(answer.status == 401)
            #expect(answer.text.contains(#""kind":"token_missing""#) && answer.text.contains("request_id"))
            // No project: nobody has localhost.
            #expect(try await server.request("GET", server.ready.delivery + "/x").status == 404)
        }
    }

    @Test func healthAndMetricsSpeakOfTheDoors() async throws {
        try await RunningServer.run(data) { server in
            let admin = server.ready.admin
            #expect(try await server.request("GET", admin + "/health/live").status == 200)
            #expect(try await server.request("GET", admin + "/health/ready").status == 200)
            #expect(try await server.request("POST", admin + "/metrics").status == 405)
            let key = try await Self.createProject(server)
            let url = server.ready.delivery + "/m.txt"
            _ = try await server.request("PUT", url, try Self.bearer(key), body: Array("hello".utf8))
            _ = try await server.request("GET", url + "?signature=verysecret")
            let text = try await server.request("GET", admin + "/metrics").text
            for line in [
                "coffer_requests_total{door=\"delivery\",method=\"PUT\",status=\"2xx\"} 1",
                "coffer_operations_total{door=\"delivery\",operation=\"put\",status=\"2xx\"} 1",
                "coffer_received_bytes_total 5", "coffer_objects 1", "coffer_requests_in_flight 0",
                "coffer_build_info{version=\"\(Version.text)\"} 1",
            ] {
                #expect(text.contains(line + "\n"), "\(line)")
            }
            let secret = try #require(key.secret)
            #expect(!text.contains("verysecret") && !text.contains(secret))
        }
    }

    @Test func aLostDiskMakesTheServerUnready() async throws {
        try await RunningServer.run(data) { [data] server in
            try FileManager.default.removeItem(atPath: data + "/staging")
            let answer = try await server.request("GET", server.ready.admin + "/health/ready")
            #expect(answer.status == 503)
            #expect(answer.text.contains("data directory"))
            #expect(try await server.request("GET", server.ready.admin + "/health/live").status == 200)
        }
    }

    @Test func doorsOnOneAddressAreToldApartByHost() async throws {
        // A port that was free a moment ago; taken by somebody else, the server would not start.
        let free = try await RunningServer.run(folder.file("other")) { try Place($0.ready.delivery).port }
        var configuration = ServerConfiguration.forTests
        configuration.delivery.port = free
        configuration.s3.port = free
        try await RunningServer.run(data, configuration) { server in
            #expect(server.ready.s3 == server.ready.delivery)
            _ = try await Self.createProject(server)
            let place = try Place(server.ready.delivery)
            func get(_ host: String) async throws -> String {
                try await onThread {
                    try HTTPConnection(host: place.host, port: place.port).request(
                        "GET", "/none", host: host, headers: [], body: []
                    ).text
                }
            }
            #expect(try await get("s3.localhost").contains("<Error>"))
            #expect(try await get("demo.localhost").contains("\"error\""))
        }
    }

    @Test func aStopLetsARunningUploadFinishAndSaysSo() async throws {
        let body = Self.bytes(200_000)
        try await RunningServer.run(data) { server in
            let key = try await Self.createProject(server)
            let place = try Place(server.ready.delivery)
            let connection = try await onThread { try RawConnection(port: place.port) }
            let head =
                "PUT /late.bin HTTP/1.1\r\nHost: localhost:\(place.port)\r\nContent-Length: \(body.count)\r\n"
                + "Authorization: Bearer \(try #require(key.secret))\r\nExpect: 100-continue\r\n\r\n"
            try await onThread { try connection.send(Array(head.utf8)) }
            // The door has asked for the body: the request runs.
            let interim = try await onThread { try connection.receive() }
            #expect(String(decoding: interim, as: UTF8.self).contains("100 Continue"))
            try await onThread { try connection.send(Array(body[..<1000])) }
            await server.server.stop()
            while try await server.request("GET", server.ready.admin + "/health/ready").status == 200 {
                await Task.yield()
            }
            let trouble = try await server.request("GET", server.ready.admin + "/health/ready")
            #expect(trouble.status == 503)
            #expect(trouble.text == "stopping\n")
            let answer = try await onThread {
                try connection.send(Array(body[1000...]))
                return try connection.rest()
            }
            #expect(answer.hasPrefix("HTTP/1.1 201 "))
        }
        try await RunningServer.run(data) { server in
            let got = try await server.request("GET", server.ready.delivery + "/late.bin")
            #expect(got.body == body)
        }
    }

    @Test func aStopLeavesNothingBehind() async throws {
        try await RunningServer.run(data) { _ in }
        #expect(!FileManager.default.fileExists(atPath: data + "/admin.sock"))
        _ = try DataDirectory(path: data)
    }

    @Test func aSecondServerIsRefusedAndTheFirstGoesOn() async throws {
        try await RunningServer.run(data) { [data] server in
            await #expect(throws: DataDirectoryError.inUse(data)) {
                try await RunningServer.run(data) { _ in }
            }
            #expect(try await server.request("GET", server.ready.admin + "/health/ready").status == 200)
            _ = try await Self.createProject(server)
        }
    }

    @Test func anAddressInUseIsRefusedInWords() async throws {
        let other = folder.file("other")
        try await RunningServer.run(data) { server in
            var configuration = ServerConfiguration.forTests
            configuration.s3.port = try Place(server.ready.s3).port
            do {
                try await RunningServer.run(other, configuration) { _ in }
                Issue.record("it was not refused")
            } catch let error as ListenError {
                #expect(error.description.contains("127.0.0.1:\(configuration.s3.port)"))
                #expect(error.description.contains("in use"))
            }
        }
        // Everything was closed again.
        _ = try DataDirectory(path: other)
    }

    @Test func onlyNamedProxiesSpeakForOthers() async throws {
        var configuration = ServerConfiguration.forTests
        for (proxies, scheme) in [([], "http://"), (["127.0.0.1"], "https://"), (["10.0.0.1"], "http://")] {
            configuration.trustedProxies = proxies
            let folder = try TemporaryDirectory()
            try await RunningServer.run(folder.file("data"), configuration) { server in
                let key = try await Self.createProject(server)
                let put = try await server.request(
                    "PUT", server.ready.delivery + "/p.txt",
                    try Self.bearer(key) + [("X-Forwarded-Proto", "https")], body: [1])
                #expect(put.text.contains("\"url\":\"\(scheme)"), "\(proxies)")
            }
        }
    }
}
