import Auth
import DeliveryAPI
import Digests
import HTTPServer
import NIOCore
import Objects
import Testing

/// Ranges that are put by URL into a bucket that encrypts what it stores.
@Suite struct EncryptedRangeTests {
    private let body = noise(1000, seed: 42)

    private func bucket(_ fixture: DoorFixture) async throws -> Bucket {
        let name = try #require(BucketName("demo-bucket"))
        return try #require(try await fixture.store.bucket(name))
    }

    private func encrypt(_ fixture: DoorFixture, _ encryption: DefaultEncryption?) async throws {
        let bucket = try await bucket(fixture)
        _ = try await fixture.store.accounts.setConfiguration(bucket.id, .encryption, encryption?.encoded)
        // The door believes what it knows of a bucket for a while.
        fixture.advance(milliseconds: DeliverySettings().domainLifetime + 1)
    }

    private func version(_ fixture: DoorFixture, _ key: String) async throws -> ObjectVersion? {
        let bucket = try await bucket(fixture)
        return try await fixture.store.headIfPresent(bucket, try #require(ObjectKey(key)))
    }

    @Test(arguments: [DefaultEncryption.managed, .named(nil)])
    func anyOrderWithOverlapsAndRepeats(_ encryption: DefaultEncryption) async throws {
        let fixture = try await DoorFixture()
        try await encrypt(fixture, encryption)
        for range in [600..<700, 200..<300, 650..<720, 100..<650, 100..<650, 205..<206] {
            #expect(try await fixture.putRange("/a", body, range).status == 202)
        }
        #expect(try await fixture.status("/a", total: 1000).missing == [[0, 99], [720, 999]])
        #expect(try await fixture.putRange("/a", body, 710..<1000).status == 202)
        #expect(try await fixture.putRange("/a", body, 0..<150).status == 201)
        #expect(try await version(fixture, "a")?.encryption?.runs.count == 7)
        #expect(try await fixture.get("/a").body == body)
        for range in [0..<1, 99..<101, 199..<652, 590..<1000, 719..<721] {
            let field = [("Range", "bytes=\(range.lowerBound)-\(range.upperBound - 1)")]
            #expect(try await fixture.get("/a", headers: field).body == Array(body[range]))
        }
        // A chunk of the file that is there is answered with it; one that differs begins another.
        #expect(try await fixture.putRange("/a", body, 300..<710).status == 201)
        #expect(try await fixture.status("/a", total: 1000).status == 404)
        #expect(try await fixture.putRange("/a", noise(1000, seed: 5), 300..<710).status == 202)
    }

    @Test func bytesThatDifferDropTheOthers() async throws {
        let fixture = try await DoorFixture()
        try await encrypt(fixture, .managed)
        var changed = body
        changed[399] ^= 1
        #expect(try await fixture.putRange("/a", body, 0..<400).status == 202)
        #expect(try await fixture.putRange("/a", changed, 390..<1000).missing == [[0, 389]])
        #expect(try await fixture.putRange("/a", changed, 0..<390).status == 201)
        #expect(try await fixture.get("/a").body == changed)
    }

    @Test func theAnnouncedDigestIsThatOfThePlainBytes() async throws {
        let fixture = try await DoorFixture()
        try await encrypt(fixture, .managed)
        let announce = { (bytes: [UInt8]) in
            [("Repr-Digest", "sha-256=:\(Base64.encode(SHA256Digest.hash(bytes).bytes)):")]
        }
        for (path, digest, status) in [("/right", body, 201), ("/wrong", [1, 2], 400)]
            as [(String, [UInt8], Int)]
        {
            let first = try await fixture.putRange(path, body, 500..<1000, headers: announce(digest))
            #expect(first.status == 202)
            #expect(
                try await fixture.putRange(path, body, 0..<600, headers: announce(digest)).status == status)
        }
        #expect(try await fixture.get("/right").body == body)
        #expect(try await fixture.get("/wrong").status == 404)
    }

    /// What is begun under one version of a key is finished under it, whatever new objects use.
    @Test func aKeyThatIsRotatedLosesNoRange() async throws {
        let fixture = try await DoorFixture()
        try await encrypt(fixture, .named(nil))
        #expect(try await fixture.putRange("/a", body, 0..<400).status == 202)
        _ = try await fixture.keys.vault.rotate("aws/s3")
        #expect(try await fixture.putRange("/a", body, 300..<1000).status == 201)
        #expect(try await fixture.get("/a").body == body)
        #expect(try await version(fixture, "a")?.encryption?.method == .named(name: "aws/s3", version: 0))
        #expect(try await fixture.putRange("/b", body, 0..<1000).status == 201)
        #expect(try await version(fixture, "b")?.encryption?.method == .named(name: "aws/s3", version: 1))
    }

    @Test func anUploadIsFinishedAsItWasBegun() async throws {
        let fixture = try await DoorFixture()
        #expect(try await fixture.putRange("/plain", body, 0..<400).status == 202)
        try await encrypt(fixture, .managed)
        #expect(try await fixture.putRange("/sealed", body, 0..<400).status == 202)
        #expect(try await fixture.putRange("/plain", body, 400..<1000).status == 201)
        try await encrypt(fixture, nil)
        #expect(try await fixture.putRange("/sealed", body, 400..<1000).status == 201)
        #expect(try await version(fixture, "plain")?.encryption == nil)
        #expect(try await version(fixture, "sealed")?.encryption?.method == .managed)
        for path in ["/plain", "/sealed"] { #expect(try await fixture.get(path).body == body) }
        // Also what is sent again is compared with what was decrypted.
        #expect(try await fixture.putRange("/sealed", body, 100..<200).status == 201)
    }
}
