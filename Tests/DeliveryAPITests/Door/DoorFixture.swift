import Auth
import Blobs
import CatalogSQLite
import DeliveryAPI
import Foundation
import HTTPServer
import Logging
import NIOCore
import Objects
import Synchronization

/// A delivery door over a real store in a directory of its own, with a clock that stands still until it is moved.
final class DoorFixture: Sendable {
    static let host = "demo.example"
    static let privateHost = "private.example"
    static let otherHost = "other.example"

    let store: ObjectStore
    let door: DeliveryDoor
    let keys: KeyRing
    let full: AccessKey
    let read: AccessKey
    let upload: AccessKey
    let foreign: AccessKey
    private let secrets: [KeyID: String]
    private let clock: Clock
    private let catalog: SQLiteCatalog
    private let pool: DiskPool
    private let directory: URL

    final class Clock: Sendable {
        private let milliseconds = Atomic<Int64>(1_750_000_000_000)
        var now: Int64 { milliseconds.load(ordering: .sequentiallyConsistent) }
        func advance(_ by: Int64) { milliseconds.add(by, ordering: .sequentiallyConsistent) }
    }

    /// `limit`: bytes of one file in the project.
    init(limit: Int64? = nil, settings: StoreSettings = StoreSettings()) async throws {
        let clock = Clock()
        self.clock = clock
        directory = FileManager.default.temporaryDirectory.appending(path: "delivery-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let logger = Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }
        catalog = try SQLiteCatalog(
            path: directory.appending(path: "catalog.sqlite").path, logger: logger, now: { clock.now },
            onFatal: { _ in })
        pool = DiskPool(threads: 2, maxQueued: 256)
        store = ObjectStore(
            catalog: catalog, blobs: MemorySegments(), pool: pool, settings: settings, logger: logger,
            clock: { clock.now })
        let keys = KeyRing(
            accounts: catalog, masterKey: [UInt8](repeating: 7, count: 32), now: { clock.now })
        self.keys = keys
        door = DeliveryDoor(store: store, keys: keys, authorizer: Authorizer(), logger: logger)

        var secrets: [KeyID: String] = [:]
        func key(_ project: ProjectID, _ role: Role, _ secret: String) throws -> AccessKey {
            let (key, secret) = try keys.newKey(project: project, role: role, secret: secret)
            secrets[key.id] = secret
            return key
        }
        let demo = ProjectID("demo-project")
        let other = ProjectID("other-project")
        full = try key(demo, .full, "ittybit_testkey0001")
        read = try key(demo, .read, "the-secret-of-the-reader")
        upload = try key(demo, .upload, "the-secret-of-the-uploader")
        foreign = try key(other, .full, "the-secret-of-the-foreigner")
        self.secrets = secrets
        try await makeAccounts(demo, other, limit)
    }

    private func makeAccounts(_ demo: ProjectID, _ other: ProjectID, _ limit: Int64?) async throws {
        let (bucket, _) = try await catalog.createProject(
            NewProject(
                project: Project(
                    id: demo, name: "demo", displayName: "Demo", created: 0, maximumObjectSize: limit),
                bucket: BucketName("demo-bucket"), domainHost: Self.host, key: full))
        for key in [read, upload] { try await catalog.createAccessKey(key) }
        if let bucket {
            try await catalog.addDomain(
                Domain(
                    host: Self.privateHost, bucket: bucket.id, project: demo,
                    publicBaseURL: "https://cdn.example/", isPrivate: true, acceptsFirstFormSignatures: true,
                    created: 0))
            try await catalog.addDomain(
                Domain(host: "unsigned.example", bucket: bucket.id, project: demo, created: 0))
        }
        _ = try await catalog.createProject(
            NewProject(
                project: Project(id: other, name: "other", displayName: "Other", created: 0),
                bucket: BucketName("other-bucket"), domainHost: Self.otherHost, key: foreign))
    }

    deinit {
        try? FileManager.default.removeItem(at: directory)
    }

    func secret(_ key: AccessKey) -> String { secrets[key.id] ?? "" }
    var now: Int64 { clock.now }
    func advance(milliseconds: Int64) { clock.advance(milliseconds) }

    func pause(_ key: AccessKey, _ paused: Bool = true) async throws {
        try await catalog.setAccessKey(key.id, paused: paused)
        keys.forgetAll()
    }

    /// One request; `key` is sent as a bearer token, nil sends none.
    func send(
        _ method: HTTPMethod, _ target: String, _ body: RequestBody = .empty,
        headers: [(String, String)] = [], key: AccessKey?, host: String = DoorFixture.host
    ) async throws -> DoorAnswer {
        var fields = HeaderFields([("Host", host)] + headers)
        if let key { fields.add("Authorization", "Bearer \(secret(key))") }
        let request = HTTPRequest(
            method: method, target: target, headers: fields, body: body, receivedAt: clock.now)
        let response = await door.respond(request)
        let hasBody = method != .head && response.status != 304 && response.status != 204
        let collected = hasBody ? try await response.body.collect(upTo: 1 << 30) : ByteBuffer()
        return DoorAnswer(
            status: response.status, headers: response.headers, body: [UInt8](collected.readableBytesView),
            headLength: response.headLength)
    }

    func put(
        _ target: String, _ body: [UInt8], headers: [(String, String)] = [], host: String = DoorFixture.host
    ) async throws -> DoorAnswer {
        try await send(.put, target, RequestBody(body), headers: headers, key: full, host: host)
    }

    func get(
        _ target: String, headers: [(String, String)] = [], key: AccessKey? = nil,
        host: String = DoorFixture.host
    ) async throws -> DoorAnswer {
        try await send(.get, target, headers: headers, key: key, host: host)
    }

    /// Puts `body[range]` of a file of `total` bytes.
    func putRange(
        _ target: String, _ body: [UInt8], _ range: Range<Int>, of total: Int? = nil, token: String? = nil,
        headers: [(String, String)] = [], spelling: String = "bytes ", last: Int? = nil, key: AccessKey? = nil
    ) async throws -> DoorAnswer {
        let field = "\(spelling)\(range.lowerBound)-\(last ?? range.upperBound - 1)/\(total ?? body.count)"
        let fields = [("Content-Range", field)] + (token.map { [("Upload-Id", $0)] } ?? []) + headers
        return try await send(
            .put, target, RequestBody(Array(body[range])), headers: fields, key: key ?? full)
    }

    func status(_ target: String, total: Int, token: String? = nil) async throws -> DoorAnswer {
        let fields = [("Content-Range", "bytes */\(total)")] + (token.map { [("Upload-Id", $0)] } ?? [])
        return try await send(.put, target, headers: fields, key: full)
    }
}

/// A response with its body in memory.
struct DoorAnswer: Sendable {
    var status: Int
    var headers: HeaderFields
    var body: [UInt8]
    var headLength: Int64?

    var text: String { String(decoding: body, as: UTF8.self) }

    subscript(_ name: String) -> String? { headers[first: name] }

    /// The JSON body; empty when it is none.
    var json: [String: Any] {
        (try? JSONSerialization.jsonObject(with: Data(body)) as? [String: Any]) ?? [:]
    }

    /// The File object, of the envelope or bare.
    var file: [String: Any] { json["data"] as? [String: Any] ?? json }
    var kind: String? { (json["error"] as? [String: Any])?["kind"] as? String }
    var missing: [[Int]]? { json["missing"] as? [[Int]] }
    var received: [[Int]]? { json["received"] as? [[Int]] }
}

extension RequestBody {
    convenience init(_ bytes: [UInt8]) {
        self.init(ByteBuffer(bytes: bytes))
    }

    /// A body of unknown length, in pieces.
    static func chunked(_ pieces: [[UInt8]]) -> RequestBody {
        RequestBody(chunks: pieces.map { ByteBuffer(bytes: $0) })
    }

    /// A body whose sender goes away: reading it is noticed.
    static func broken(after bytes: [UInt8] = [], declaring length: Int64) -> RequestBody {
        RequestBody(chunks: [ByteBuffer(bytes: bytes)], declaredLength: length, failure: .disconnected)
    }
}

/// Bytes that a seed gives again and that do not compress.
func noise(_ count: Int, seed: UInt64) -> [UInt8] {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    return (0..<count).map { _ in
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return UInt8(truncatingIfNeeded: state >> 32)
    }
}
