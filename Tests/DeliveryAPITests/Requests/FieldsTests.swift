import Digests
import Files
import HTTPServer
import Objects
import Testing

@testable import DeliveryAPI

@Suite struct WriteConditionsTests {
    private func parse(_ fields: (String, String)...) throws -> WritePreconditions {
        try WriteConditions.parse(HeaderFields(fields))
    }

    @Test func conditions() throws {
        #expect(try parse() == .none)
        #expect(try parse(("If-None-Match", "*")).ifNoneMatch == .any)
        #expect(try parse(("If-Match", "\"a\"")).ifMatch == .etags(["a"]))
        #expect(try parse(("If-Match", "bare, \"x,y\" ,W/\"w\"")).ifMatch == .etags(["bare", "x,y"]))
        #expect(
            try parse(("If-None-Match", "W/\"w\""), ("If-None-Match", "\"b\"")).ifNoneMatch
                == .etags(["w", "b"]))
        #expect(try parse(("If-Match", "\"*\"")).ifMatch == .etags(["*"]))
        #expect(try parse(("If-Match", "W/\"w\"")).ifMatch == .etags([]))
    }

    @Test(arguments: ["", " , ", "\"open", String(repeating: "\"a\",", count: 65)])
    func malformed(_ value: String) {
        #expect(throws: Refusal.self) { try parse(("If-Match", value)) }
    }
}

@Suite struct MetadataFieldsTests {
    private let key = ObjectKey("a/b.txt")

    @Test func fieldsAreKept() throws {
        let fields = try MetadataFields(
            HeaderFields([
                ("Cache-Control", "max-age=1"), ("cache-control", "public"),
                ("Content-Disposition", "inline"),
                ("Content-Language", "de"), ("Expires", "0"), ("Content-Encoding", "gzip"),
                ("X-Amz-Meta-Author", "me"),
                ("x-amz-meta-author", "you"), ("x-amz-meta-b", ""),
                ("Content-Type", "text/plain;charset=utf-8"),
            ]))
        let metadata = fields.metadata(of: try #require(key), head: [])
        #expect(metadata.cacheControl == "max-age=1, public")
        #expect(metadata.contentDisposition == "inline")
        #expect(metadata.contentLanguage == "de")
        #expect(metadata.expires == "0")
        #expect(metadata.contentEncoding == "gzip")
        #expect(metadata.user == [.init("author", "me,you"), .init("b", "")])
        #expect(metadata.contentType == "text/plain;charset=utf-8")
        #expect(!fields.isEmpty)
    }

    @Test func aTypeAloneDeclaresNothing() throws {
        #expect(try MetadataFields(HeaderFields([("Content-Type", "text/plain"), ("Host", "x")])).isEmpty)
    }

    @Test(arguments: [
        [("x-amz-meta-", "v")], [("x-amz-meta-a", String(repeating: "x", count: 2048))],
        [("Cache-Control", String(repeating: "x", count: 1025))], [("Content-Encoding", "aws-chunked")],
        [("Content-Encoding", "gzip, AWS-chunked")],
    ])
    func refused(_ fields: [(String, String)]) {
        #expect(throws: Refusal.self) { try MetadataFields(HeaderFields(fields)) }
    }
}

@Suite struct AnnouncedDigestsTests {
    private static let body = Array("hello".utf8)
    private static let md5 = Base64.encode(hash(.md5))
    private static let sha256 = Base64.encode(hash(.sha256))
    private static let sha512 = Base64.encode(hash(.sha512))

    private static func hash(_ algorithm: HashAlgorithm) -> [UInt8] {
        var context = HashContext(algorithm)
        context.update(body)
        return context.finalize()
    }

    private static func checksum(_ algorithm: ChecksumAlgorithm) -> [UInt8] {
        var context = ChecksumContext(algorithm)
        context.update(body)
        return context.finalize()
    }

    private static func facts(_ wanted: BodyDigests) -> BodyFacts {
        var facts = BodyFacts(length: 5, root: .hash(body), head: body)
        if wanted.md5 { facts.md5 = MD5Digest(bytes: hash(.md5)) }
        if wanted.sha256 { facts.sha256 = SHA256Digest(bytes: hash(.sha256)) }
        if wanted.sha512 { facts.sha512 = hash(.sha512) }
        for algorithm in wanted.checksums { facts.checksums[algorithm] = checksum(algorithm) }
        return facts
    }

    private func digests(_ fields: (String, String)..., isRange: Bool = false) throws -> AnnouncedDigests {
        try AnnouncedDigests(HeaderFields(fields), isRange: isRange)
    }

    @Test func rightOnesPass() throws {
        let all = try digests(
            ("Content-MD5", Self.md5),
            ("Content-Digest", "sha-256=:\(Self.sha256):, sha-512=:\(Self.sha512):;a=1"),
            ("Repr-Digest", "unixsum=:AAA=:, sha-256=:\(Self.sha256):"),
            ("x-amz-checksum-crc32c", Base64.encode(Self.checksum(.crc32c))),
            ("X-Amz-Checksum-Crc64nvme", Base64.encode(Self.checksum(.crc64nvme))),
            ("x-amz-checksum-algorithm", "CRC32"))
        #expect(all.wanted.md5 && all.wanted.sha256 && all.wanted.sha512)
        #expect(all.wanted.checksums == [.crc32c, .crc64nvme])
        try all.check(Self.facts(all.wanted))
        #expect(all.kept?.algorithm == .crc32c)
    }

    @Test func nothingAnnouncedIsNothingComputed() throws {
        let none = try digests(("Content-Type", "a/b"), ("Content-Digest", "md5=:AAAAAAAAAAAAAAAAAAAAAA==:"))
        #expect(
            !none.wanted.md5 && !none.wanted.sha256 && !none.wanted.sha512 && none.wanted.checksums.isEmpty)
    }

    @Test(arguments: [
        ("Content-MD5", "AAAAAAAAAAAAAAAAAAAAAA=="),
        ("Content-Digest", "sha-256=:\(Base64.encode([UInt8](repeating: 0, count: 32))):"),
        ("Repr-Digest", "sha-512=:\(Base64.encode([UInt8](repeating: 0, count: 64))):"),
        ("x-amz-checksum-crc32", "AAAAAA=="),
    ])
    func wrongOnesAreNamed(_ field: (String, String)) throws {
        let wrong = try digests(field)
        #expect(throws: StoreError.digestMismatch(field.0)) { try wrong.check(Self.facts(wrong.wanted)) }
    }

    @Test(arguments: [
        [("Content-MD5", "")], [("Content-MD5", "AAAA")], [("Content-MD5", "AAAAAAAAAAAAAAAAAAAAAA")],
        [("Content-MD5", "AAAAAAAAAAAAAAAAAAAAAA=="), ("Content-MD5", "AAAAAAAAAAAAAAAAAAAAAA==")],
        [("Content-Digest", "sha-256")], [("Content-Digest", "sha-256=abc")],
        [("Content-Digest", "sha-256=:AAAA:")],
        [("Content-Digest", "sha-256=:A:")], [("Content-Digest", "")], [("Content-Digest", "sha-256=:AAAA")],
        [("Content-Digest", "sha-256=:\(sha256):, sha-256=:\(sha256):")],
        [("Content-Digest", "sha-256=:\(sha256):x")],
        [("x-amz-checksum-crc32", "AAAA")], [("x-amz-checksum-crc32", "x")],
        [("x-amz-checksum-rot13", "AAAA")],
        [("x-amz-checksum-crc32", "AAAAAA=="), ("x-amz-checksum-crc32", "AAAAAA==")],
    ])
    func malformedOnesAreRefused(_ fields: [(String, String)]) {
        #expect(throws: Refusal.self) { try AnnouncedDigests(HeaderFields(fields), isRange: false) }
    }

    @Test func ofARangeTheReprDigestIsTheWholes() throws {
        let range = try digests(("Repr-Digest", "sha-256=:\(Self.sha256):"), isRange: true)
        #expect(range.ofWhole?.bytes == Self.hash(.sha256))
        #expect(!range.wanted.sha256)
    }
}

@Suite struct HostNameTests {
    @Test(
        arguments: [
            ("a.example", "a.example"), ("a.example:8080", "a.example"), ("a:0", "a"),
            ("127.0.0.1:1", "127.0.0.1"), ("[::1]", "[::1]"),
            ("[::1]:80", "[::1]"), ("a:", "a"), ("", nil), (":80", nil), ("a:b", nil), ("a:123456", nil),
            ("a:-1", nil),
        ] as [(String, String?)])
    func names(_ host: String, _ name: String?) { #expect(HostName.withoutPort(host) == name) }
}

@Suite struct ContentDispositionTests {
    @Test(arguments: [
        ("a/b.txt", "attachment; filename=\"b.txt\"; filename*=UTF-8''b.txt"),
        (
            "ü \"x\";%41\\.txt",
            "attachment; filename=\"_ _x___41_.txt\"; filename*=UTF-8''%C3%BC%20%22x%22%3B%2541%5C.txt"
        ),
        ("📦", "attachment; filename=\"_\"; filename*=UTF-8''%F0%9F%93%A6"), ("a/", "attachment"),
    ])
    func names(_ key: String, _ field: String) throws {
        #expect(ContentDisposition.attachment(try #require(ObjectKey(key))) == field)
    }
}
