import Auth
import Blobs
import Digests
import HTTPServer
import Logging
import NIOCore
import Objects
import S3API
import Synchronization

/// A door over an empty store, and somebody to knock.
///
/// Project `alpha` has a key of each role, project `beta` one with everything.
final class S3Fixture: Sendable {
    enum Caller: String, CaseIterable {
        case full, reader, uploader, stranger, nobody
    }

    static let host = "127.0.0.1:9000"

    let door: S3Door
    let store: ObjectStore
    let clock = TestClock()
    private let secrets: Mutex<[String: (id: String, secret: String)]>
    private let closing: @Sendable () async -> Void

    static func run(
        region: String = "us-east-1", settings: StoreSettings = StoreSettings(),
        _ test: (S3Fixture) async throws -> Void
    ) async throws {
        let fixture = try await S3Fixture(region: region, settings: settings)
        do {
            try await test(fixture)
        } catch {
            await fixture.closing()
            throw error
        }
        await fixture.closing()
    }

    private init(region: String, settings: StoreSettings) async throws {
        let clock = self.clock
        let machine = try TestMachine(clock: { clock.now })
        closing = { await machine.close() }
        store = ObjectStore(
            catalog: machine.catalog, blobs: machine.blobs, pool: machine.pool, settings: settings,
            logger: Logger(label: "test"), clock: { clock.now })
        let keys = KeyRing(
            accounts: machine.catalog, masterKey: [UInt8](repeating: 7, count: 32), now: { clock.now })
        var s3 = S3Settings()
        s3.region = region
        door = S3Door(
            store: store, authenticator: S3Authenticator(keys: keys), authorizer: Authorizer(), settings: s3,
            logger: Logger(label: "test"))
        var secrets: [String: (id: String, secret: String)] = [:]
        for (project, callers) in [("alpha", [Caller.full, .reader, .uploader]), ("beta", [.stranger])] {
            let id = ProjectID("id-of-" + project)
            _ = try await machine.catalog.createProject(
                NewProject(
                    project: Project(id: id, name: project, displayName: "The \(project)", created: clock.now)
                ))
            for caller in callers {
                let role: Role =
                    switch caller {
                    case .reader: .read
                    case .uploader: .upload
                    default: .full
                    }
                let (key, secret) = try keys.newKey(project: id, role: role, now: clock.now)
                try await machine.catalog.createAccessKey(key)
                secrets[caller.rawValue] = (key.id.string, secret)
            }
        }
        self.secrets = Mutex(secrets)
    }

    func signer(_ caller: Caller = .full, region: String = "us-east-1") -> TestSigner {
        let known = secrets.withLock { $0[caller.rawValue] } ?? (id: "NOBODY", secret: "nothing")
        return TestSigner(keyID: known.id, secret: known.secret, region: region, time: clock.amzDate)
    }

    /// Sends a request, signed unless it comes from nobody.
    @discardableResult
    func send(
        _ method: String, _ target: String, _ headers: HeaderFields = [:], body: [UInt8]? = nil,
        as caller: Caller = .full, host: String = S3Fixture.host, region: String = "us-east-1"
    ) async throws -> Reply {
        var headers = headers
        headers.set("Host", host)
        if let body, !headers.contains("transfer-encoding") {
            headers.set("Content-Length", String(body.count))
        }
        if caller != .nobody {
            let digest = SHA256Digest.hash(body ?? []).hex
            let payload = headers[first: "x-amz-content-sha256"] ?? digest
            headers = signer(caller, region: region).signed(method, target, headers, payload: payload).headers
        }
        return try await sendRaw(method, target, headers, body: body)
    }

    @discardableResult
    func send(
        _ method: String, _ target: String, _ headers: HeaderFields = [:], text: String,
        as caller: Caller = .full
    ) async throws -> Reply {
        try await send(method, target, headers, body: Array(text.utf8), as: caller)
    }

    /// Sends a request as it is.
    func sendRaw(
        _ method: String, _ target: String, _ headers: HeaderFields, body: [UInt8]? = nil
    ) async throws -> Reply {
        try await sendRaw(method, target, headers, body: body.map(Self.body) ?? .empty)
    }

    func sendRaw(
        _ method: String, _ target: String, _ headers: HeaderFields, body: RequestBody
    ) async throws -> Reply {
        let request = HTTPRequest(
            method: HTTPMethod(method), target: target, headers: headers, body: body, receivedAt: clock.now)
        let response = await door.respond(request)
        var bytes = try await response.body.collect(upTo: 64 << 20)
        return Reply(
            status: response.status, headers: response.headers,
            body: method == "HEAD" ? [] : bytes.readBytes(length: bytes.readableBytes) ?? [])
    }

    /// The bytes in pieces, as they come from a connection.
    static func body(_ bytes: [UInt8]) -> RequestBody {
        var chunks: [ByteBuffer] = []
        var start = 0
        while start < bytes.count {
            let end = min(start + 65_536, bytes.count)
            chunks.append(ByteBuffer(bytes: bytes[start..<end]))
            start = end
        }
        return RequestBody(chunks: chunks, declaredLength: Int64(bytes.count))
    }
}
