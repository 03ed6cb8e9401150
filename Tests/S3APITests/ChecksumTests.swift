import Digests
import HTTPServer
import Objects
import Testing
import XML

/// Checklist: digests and checksums of bodies, sent, kept and given back.
@Suite struct ChecksumTests {
    private static let body = pseudoRandomBytes(40_000)

    private static func value(_ algorithm: ChecksumAlgorithm, _ body: [UInt8]) -> [UInt8] {
        var context = ChecksumContext(algorithm)
        context.update(body)
        return context.finalize()
    }

    private static func element(_ algorithm: ChecksumAlgorithm) -> StaticString {
        switch algorithm {
        case .crc32: "ChecksumCRC32"
        case .crc32c: "ChecksumCRC32C"
        case .crc64nvme: "ChecksumCRC64NVME"
        case .sha1: "ChecksumSHA1"
        case .sha256: "ChecksumSHA256"
        case .sha512: "ChecksumSHA512"
        case .md5: "ChecksumMD5"
        case .xxHash64: "ChecksumXXHASH64"
        case .xxHash3: "ChecksumXXHASH3"
        case .xxHash128: "ChecksumXXHASH128"
        }
    }

    private static func header(_ algorithm: ChecksumAlgorithm) -> String {
        "x-amz-checksum-" + algorithm.rawValue.lowercased()
    }

    private static func run(_ test: (S3Fixture) async throws -> Void) async throws {
        var settings = StoreSettings()
        settings.minimumPartSize = 1
        try await S3Fixture.run(settings: settings) { s3 in
            try await s3.send("PUT", "/demo")
            try await test(s3)
        }
    }

    @Test(arguments: ChecksumAlgorithm.allCases)
    func whatIsSentIsComparedKeptAndToldOnRequest(_ algorithm: ChecksumAlgorithm) async throws {
        try await Self.run { s3 in
            let value = Base64.encode(Self.value(algorithm, Self.body))
            let name = Self.header(algorithm)
            let put = try await s3.send("PUT", "/demo/key", [name: value], body: Self.body)
            #expect(put.outcome == "200")
            #expect(put.headers[first: name] == value)
            #expect(put.headers[first: "x-amz-checksum-type"] == "FULL_OBJECT")
            for method in ["GET", "HEAD"] {
                let plain = try await s3.send(method, "/demo/key")
                #expect(plain.headers[first: name] == nil)
                let asked = try await s3.send(method, "/demo/key", ["x-amz-checksum-mode": "ENABLED"])
                #expect(asked.headers[first: name] == value)
                let ranged = try await s3.send(
                    method, "/demo/key", ["x-amz-checksum-mode": "ENABLED", "Range": "bytes=0-9"])
                #expect(ranged.headers[first: name] == nil)
            }
            let listed = try await s3.send("GET", "/demo?list-type=2").xml.first("Contents")
            #expect(listed?.text(of: "ChecksumAlgorithm") == algorithm.rawValue)
            let attributes = try await s3.send(
                "GET", "/demo/key?attributes", ["x-amz-object-attributes": "Checksum"])
            let told = try attributes.xml.first("Checksum")
            #expect(told?.text(of: "Checksum" + algorithm.rawValue) == value)

            let wrong = Base64.encode([UInt8](repeating: 1, count: algorithm.byteCount))
            let refused = try await s3.send("PUT", "/demo/other", [name: wrong], body: Self.body)
            #expect(refused.outcome == "400 BadDigest")
            let malformed = try await s3.send("PUT", "/demo/other", [name: "!"], body: Self.body)
            #expect(malformed.outcome == "400 InvalidRequest")
            let short = try await s3.send("PUT", "/demo/other", [name: "bad"], body: Self.body)
            #expect(short.outcome == "400 BadDigest")
            #expect(try await s3.send("HEAD", "/demo/other").status == 404)
        }
    }

    @Test func contentMD5IsCompared() async throws {
        try await Self.run { s3 in
            let right = Base64.encode(MD5Digest.hash(Self.body).bytes)
            #expect(
                try await s3.send("PUT", "/demo/key", ["Content-MD5": right], body: Self.body).outcome
                    == "200")
            let other = Base64.encode(MD5Digest.hash([UInt8]([1])).bytes)
            #expect(
                try await s3.send("PUT", "/demo/other", ["Content-MD5": other], body: Self.body).outcome
                    == "400 BadDigest")
            for bad in ["", "YWJyYWNhZGFicmE=", "rL0Y20xC+Fzt72VPzMSk2A", "!"] {
                let reply = try await s3.send("PUT", "/demo/other", ["Content-MD5": bad], body: Self.body)
                #expect(reply.outcome == "400 InvalidDigest", "\(bad)")
            }
            #expect(try await s3.send("HEAD", "/demo/other").status == 404)
        }
    }

    @Test func theSignedDigestIsCompared() async throws {
        try await Self.run { s3 in
            let wrong = ["x-amz-content-sha256": String(repeating: "0", count: 64)] as HeaderFields
            for body in [Self.body, [1], []] {
                let reply = try await s3.send("PUT", "/demo/key", wrong, body: body)
                #expect(reply.outcome == "400 XAmzContentSHA256Mismatch")
            }
            let malformed = try await s3.send("PUT", "/demo/key", ["x-amz-content-sha256": "abc"], body: [1])
            #expect(malformed.outcome == "400 InvalidArgument")
            let unsigned = try await s3.send(
                "PUT", "/demo/free", ["x-amz-content-sha256": "UNSIGNED-PAYLOAD"], body: [1])
            #expect(unsigned.outcome == "200")
            #expect(try await s3.send("HEAD", "/demo/key").status == 404)
        }
    }

    @Test func oneAlgorithmAtATime() async throws {
        try await Self.run { s3 in
            var headers: HeaderFields = [:]
            for algorithm in [ChecksumAlgorithm.crc32, .sha256] {
                headers.add(Self.header(algorithm), Base64.encode(Self.value(algorithm, Self.body)))
            }
            #expect(
                try await s3.send("PUT", "/demo/key", headers, body: Self.body).outcome
                    == "400 InvalidRequest")
            let named = try await s3.send(
                "PUT", "/demo/key", ["x-amz-sdk-checksum-algorithm": "CRC32"], body: Self.body)
            #expect(named.outcome == "400 InvalidRequest")
            let other: HeaderFields = [
                "x-amz-sdk-checksum-algorithm": "SHA1",
                "x-amz-checksum-crc32": Base64.encode(Self.value(.crc32, Self.body)),
            ]
            #expect(
                try await s3.send("PUT", "/demo/key", other, body: Self.body).outcome == "400 InvalidRequest")
        }
    }

    @Test(arguments: [
        (ChecksumAlgorithm.crc32, ObjectChecksum.Kind.composite), (.crc32, .fullObject),
        (.crc32c, .composite),
        (.crc32c, .fullObject), (.crc64nvme, .fullObject), (.sha1, .composite), (.sha256, .composite),
        (.sha512, .composite), (.md5, .composite),
    ])
    func multipartChecksumsAreMadeOfTheirParts(
        _ algorithm: ChecksumAlgorithm, _ kind: ObjectChecksum.Kind
    ) async throws {
        try await Self.run { s3 in
            let begun = try await s3.send(
                "POST", "/demo/key?uploads",
                ["x-amz-checksum-algorithm": algorithm.rawValue, "x-amz-checksum-type": kind.rawValue],
                body: [])
            #expect(begun.headers[first: "x-amz-checksum-algorithm"] == algorithm.rawValue)
            #expect(begun.headers[first: "x-amz-checksum-type"] == kind.rawValue)
            let upload = try #require(try begun.xml.text(of: "UploadId"))
            let bodies = [Self.body, pseudoRandomBytes(777, seed: 3), [5]]
            let name = Self.header(algorithm)
            var list = XMLWriter()
            list.open("CompleteMultipartUpload")
            for (index, body) in bodies.enumerated() {
                let value = Base64.encode(Self.value(algorithm, body))
                // The last part comes without: the server makes the checksum that the upload needs.
                let headers: HeaderFields = index == 2 ? [:] : [name: value]
                let target = "/demo/key?partNumber=\(index + 1)&uploadId=\(upload)"
                let part = try await s3.send("PUT", target, headers, body: body)
                #expect(part.headers[first: name] == value)
                list.open("Part")
                list.element("PartNumber", index + 1)
                list.element("ETag", part.etag)
                list.element(Self.element(algorithm), value)
                list.close()
            }
            list.close()
            let whole = Base64.encode(
                kind == .composite
                    ? Self.value(algorithm, bodies.flatMap { Self.value(algorithm, $0) })
                    : Self.value(algorithm, bodies.flatMap { $0 }))
            let expected = kind == .composite ? whole + "-3" : whole
            let wrong = Base64.encode([UInt8](repeating: 9, count: algorithm.byteCount))
            let target = "/demo/key?uploadId=\(upload)"
            let refused = try await s3.send("POST", target, [name: wrong], body: list.bytes)
            #expect(refused.outcome == "400 BadDigest")
            let done = try await s3.send("POST", target, [name: expected], body: list.bytes)
            #expect(done.outcome == "200")
            #expect(try done.xml.text(of: "Checksum" + algorithm.rawValue) == expected)
            #expect(try done.xml.text(of: "ChecksumType") == kind.rawValue)
            let head = try await s3.send("HEAD", "/demo/key", ["x-amz-checksum-mode": "ENABLED"])
            #expect(head.headers[first: name] == expected)
            #expect(head.headers[first: "x-amz-checksum-type"] == kind.rawValue)

            // The parts' own checksums stay with the object, and with a copy of it.
            try await s3.send("PUT", "/demo/copy", ["x-amz-copy-source": "/demo/key"])
            for key in ["key", "copy"] {
                for (index, body) in bodies.enumerated() {
                    let part = try await s3.send(
                        "GET", "/demo/\(key)?partNumber=\(index + 1)", ["x-amz-checksum-mode": "ENABLED"])
                    #expect(part.headers[first: name] == Base64.encode(Self.value(algorithm, body)))
                    #expect(part.headers[first: "x-amz-checksum-type"] == kind.rawValue)
                }
                let attributes = try await s3.send(
                    "GET", "/demo/\(key)?attributes", ["x-amz-object-attributes": "ObjectParts"]
                ).xml
                let told = attributes.first("ObjectParts")?.all("Part").map {
                    $0.text(of: "Checksum" + algorithm.rawValue)
                }
                #expect(told == bodies.map { Base64.encode(Self.value(algorithm, $0)) })
            }
        }
    }

    @Test func partsOfAnotherAlgorithmAreRefused() async throws {
        try await Self.run { s3 in
            let begun = try await s3.send(
                "POST", "/demo/key?uploads", ["x-amz-checksum-algorithm": "SHA256"], body: [])
            let upload = try #require(try begun.xml.text(of: "UploadId"))
            let crc = Base64.encode(Self.value(.crc32, [1]))
            let part = try await s3.send(
                "PUT", "/demo/key?partNumber=1&uploadId=\(upload)", ["x-amz-checksum-crc32": crc], body: [1])
            #expect(part.outcome == "400 InvalidRequest")
            let good = try await s3.send("PUT", "/demo/key?partNumber=1&uploadId=\(upload)", body: [1])
            let wrong = """
                <CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>\(good.etag)</ETag>\
                <ChecksumSHA256>\(Base64.encode([UInt8](repeating: 0, count: 32)))</ChecksumSHA256></Part>\
                </CompleteMultipartUpload>
                """
            let refused = try await s3.send("POST", "/demo/key?uploadId=\(upload)", text: wrong)
            #expect(refused.status == 400)
            #expect(try await s3.send("HEAD", "/demo/key").status == 404)
        }
    }

    @Test(
        arguments: [
            ("SHA256", "FULL_OBJECT"), ("SHA1", "FULL_OBJECT"), ("CRC64NVME", "COMPOSITE"), ("CRC32", "HALF"),
            ("CRC99", nil), (nil, "COMPOSITE"),
        ] as [(String?, String?)])
    func kindsThatDoNotExistAreRefused(_ algorithm: String?, _ kind: String?) async throws {
        try await Self.run { s3 in
            var headers: HeaderFields = [:]
            if let algorithm { headers.add("x-amz-checksum-algorithm", algorithm) }
            if let kind { headers.add("x-amz-checksum-type", kind) }
            let reply = try await s3.send("POST", "/demo/key?uploads", headers, body: [])
            #expect(reply.outcome == "400 InvalidRequest")
        }
    }
}
