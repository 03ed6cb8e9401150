import Digests
import Objects
import StoreLaws
import Testing

@testable import Auth

struct KeyRingTests {
    private let accounts = CatalogModel()
    private let clock = TestClock(1_000_000)
    private let keys: KeyRing
    private let project = ProjectID("p")

    init() async throws {
        keys = KeyRing(
            accounts: accounts, masterKey: [UInt8](repeating: 1, count: 32), now: { [clock] in clock.now })
        _ = try await accounts.createProject(
            NewProject(project: Project(id: project, name: "p", displayName: "", created: 0)))
    }

    private func made(_ role: Role = .full) async throws -> (AccessKey, String) {
        let (key, secret) = try keys.newKey(project: project, role: role)
        try await accounts.createAccessKey(key)
        return (key, secret)
    }

    @Test func aKeyIsFoundByItsIdAndByItsSecret() async throws {
        let (key, secret) = try await made(.upload)
        for credential in [
            try await keys.credential(id: key.id), try await keys.credential(bearer: secret),
            try await keys.credentials(of: project).first,
        ] {
            #expect(credential?.keyID == key.id)
            #expect(credential?.role == .upload)
            #expect(credential?.project == project)
            #expect(credential?.secret == Array(secret.utf8))
            #expect(credential?.isPaused == false)
        }
        #expect(try await keys.credential(id: KeyID("other")) == nil)
        #expect(try await keys.credential(bearer: secret + "x") == nil)
        #expect(try await keys.credential(bearer: "") == nil)
        #expect(try await keys.credential(bearer: String(repeating: "a", count: 10_000)) == nil)
        #expect(try await keys.credentials(of: ProjectID("q")).isEmpty)
    }

    @Test func theCatalogNeverHoldsASecret() async throws {
        let (key, secret) = try await made()
        let bytes = Array(secret.utf8)
        #expect(!key.sealedSecret.indices.contains { key.sealedSecret[$0...].starts(with: bytes.prefix(4)) })
        #expect(key.fingerprint.count == 32)
        #expect(key.fingerprint != hmac(.sha256, key: [UInt8](repeating: 1, count: 32), message: bytes))
        let (again, _) = try keys.newKey(project: project, role: .full, id: key.id, secret: secret)
        #expect(again.sealedSecret != key.sealedSecret)
        #expect(again.fingerprint == key.fingerprint)
    }

    @Test func aSealedSecretOpensForItsKeyAndMasterKeyOnly() async throws {
        let (key, _) = try await made()
        func stored(_ name: String, _ sealed: [UInt8]) async throws -> KeyID {
            var other = key
            other.id = KeyID(name)
            other.sealedSecret = sealed
            other.fingerprint = Array(name.utf8)
            try await accounts.createAccessKey(other)
            return other.id
        }
        let moved = try await stored("moved", key.sealedSecret)
        await #expect(throws: StoreError.self) { try await keys.credential(id: moved) }
        let others = KeyRing(accounts: accounts, masterKey: [UInt8](repeating: 2, count: 32))
        await #expect(throws: StoreError.self) { try await others.credential(id: key.id) }
        for index in key.sealedSecret.indices {
            var bytes = key.sealedSecret
            bytes[index] ^= 1
            let broken = try await stored("broken\(index)", bytes)
            await #expect(throws: StoreError.self) { try await keys.credential(id: broken) }
        }
        for length in [0, 1, 13, 28] {
            let short = try await stored("short\(length)", Array(key.sealedSecret.prefix(length)))
            await #expect(throws: StoreError.self) { try await keys.credential(id: short) }
        }
    }

    @Test func whatWasFoundIsRememberedForAMoment() async throws {
        let (key, secret) = try await made()
        func isPaused() async throws -> [Bool?] {
            [
                try await keys.credential(id: key.id)?.isPaused,
                try await keys.credential(bearer: secret)?.isPaused,
                try await keys.credentials(of: project).isEmpty,
            ]
        }
        #expect(try await isPaused() == [false, false, false])
        try await accounts.setAccessKey(key.id, paused: true)
        clock.advance(KeyRing.cacheLifetime - 1)
        #expect(try await isPaused() == [false, false, false])
        clock.advance(1)
        #expect(try await isPaused() == [true, true, true])
        try await accounts.setAccessKey(key.id, paused: false)
        // A clock set back does not make an entry young.
        clock.advance(-10_000)
        #expect(try await isPaused() == [false, false, false])
    }

    @Test func pausingEndsAllWithinASecond() async throws {
        #expect(KeyRing.cacheLifetime < 1000)
        let (key, secret) = try await made()
        _ = try await keys.credential(id: key.id)
        _ = try await keys.credential(bearer: secret)
        _ = try await keys.credentials(of: project)
        try await accounts.setAccessKey(key.id, paused: true)
        clock.advance(KeyRing.cacheLifetime)
        #expect(try await keys.credential(id: key.id)?.isPaused == true)
        #expect(try await keys.credential(bearer: secret)?.isPaused == true)
        #expect(try await keys.credentials(of: project).isEmpty)
        try await accounts.setAccessKey(key.id, paused: false)
        keys.forgetAll()
        #expect(try await keys.credential(id: key.id)?.isPaused == false)
        try await accounts.deleteAccessKey(key.id)
        clock.advance(KeyRing.cacheLifetime)
        #expect(try await keys.credential(id: key.id) == nil)
        #expect(try await keys.credential(bearer: secret) == nil)
    }

    @Test func aNewKeyWorksAtOnce() async throws {
        #expect(try await keys.credential(id: KeyID("LATER")) == nil)
        let (key, _) = try keys.newKey(project: project, role: .full, id: KeyID("LATER"))
        try await accounts.createAccessKey(key)
        #expect(try await keys.credential(id: KeyID("LATER")) != nil)
    }

    @Test func cachesHaveALimit() {
        let cache = ShortCache<Int, Int>(limit: 10, lifetime: 100)
        for number in 0..<100 { cache.keep(number, for: number, loaded: Int64(number)) }
        #expect(cache.count <= 10)
        #expect(cache.value(99, now: 99) == 99)
        cache.keep(1, for: 1000, loaded: 1000)
        #expect(cache.value(99, now: 1000) == nil)
    }

    @Test func onlyTheNewestKeysOfAProjectAreTried() async throws {
        for number in 0..<(KeyRing.keysTriedLimit + 5) {
            let (key, _) = try keys.newKey(
                project: project, role: .full, id: KeyID("key\(number)"), now: Int64(number))
            try await accounts.createAccessKey(key)
        }
        let found = try await keys.credentials(of: project)
        #expect(found.count == KeyRing.keysTriedLimit)
        #expect(found.first?.keyID == KeyID("key\(KeyRing.keysTriedLimit + 4)"))
    }

    @Test func madeNamesFitTools() {
        var ids: Set<KeyID> = []
        for _ in 0..<200 {
            let id = KeyRing.makeKeyID()
            #expect(id.string.utf8.count == 20)
            #expect(id.string.hasPrefix("CF"))
            #expect(id.string.allSatisfy { $0.isUppercase || $0.isNumber })
            ids.insert(id)
            let secret = KeyRing.makeSecret()
            #expect(secret.utf8.count == 40)
            #expect(secret.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) })
        }
        #expect(ids.count == 200)
    }

    @Test(arguments: [
        "", "ab", "a/b/c", "a b c", "a,b,c", "a=bc", "käse", String(repeating: "a", count: 129),
    ])
    func idsThatProtocolsCannotCarryAreRefused(_ id: String) {
        #expect(throws: StoreError.self) {
            _ = try keys.newKey(project: project, role: .full, id: KeyID(id))
        }
    }

    @Test(arguments: ["", "short12", "with space in it", "käsekäsekäse", String(repeating: "a", count: 129)])
    func secretsThatProtocolsCannotCarryAreRefused(_ secret: String) {
        #expect(throws: StoreError.self) {
            _ = try keys.newKey(project: project, role: .full, secret: secret)
        }
    }

    @Test func printingACredentialShowsNoSecret() {
        let credential = Credential(
            keyID: KeyID("ID"), project: project, role: .full, secret: Array("hidden-secret".utf8))
        var dumped = ""
        dump(credential, to: &dumped)
        for text in ["\(credential)", String(reflecting: credential), dumped, "\(Principal.key(credential))"]
        {
            #expect(text.contains("ID"))
            #expect(!text.contains("hidden"))
            #expect(!text.contains("104"))
        }
    }
}
