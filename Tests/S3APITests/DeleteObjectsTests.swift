import Digests
import HTTPServer
import Testing
import XML

/// Checklist: many deletions in one request.
@Suite struct DeleteObjectsTests {
    private static func body(_ keys: [String], quiet: Bool = false, extra: String = "") -> [UInt8] {
        var xml = XMLWriter()
        xml.open("Delete", ("xmlns", "http://s3.amazonaws.com/doc/2006-03-01/"))
        for key in keys {
            xml.open("Object")
            xml.element("Key", key)
            xml.close()
        }
        if quiet { xml.element("Quiet", "true") }
        xml.close()
        return Array(
            String(decoding: xml.bytes, as: UTF8.self).replacing("</Delete>", with: extra + "</Delete>").utf8)
    }

    private static func filled(_ keys: [String], _ test: (S3Fixture) async throws -> Void) async throws {
        try await S3Fixture.run { s3 in
            try await s3.send("PUT", "/demo")
            for key in keys {
                try await s3.send("PUT", "/demo/" + percentEncode(key.utf8, keepingSlash: true), body: [1])
            }
            try await test(s3)
        }
    }

    @Test func whatIsListedTwiceIsDeletedOnce() async throws {
        try await Self.filled(["a"]) { s3 in
            try await s3.send(
                "PUT", "/demo?versioning",
                text: "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>")
            let extra = "<Object><Key>a</Key><VersionId>null</VersionId></Object>"
            let reply = try await s3.send(
                "POST", "/demo?delete", body: Self.body(["a", "a"], extra: extra + extra))
            #expect(try reply.xml.all("Deleted").map { $0.text(of: "VersionId") } == [nil, "null"])
            let listed = try await s3.send("GET", "/demo?versions").xml
            #expect(listed.all("DeleteMarker").count == 1)
            #expect(listed.all("Version").isEmpty)
        }
    }

    @Test func everyKeyIsDeletedThereOrNot() async throws {
        try await Self.filled(["a", "b c", "d&e"]) { s3 in
            let reply = try await s3.send(
                "POST", "/demo?delete", body: Self.body(["a", "b c", "d&e", "none"]))
            #expect(reply.outcome == "200")
            let result = try reply.xml
            #expect(result.name == "DeleteResult")
            #expect(result.all("Deleted").compactMap { $0.text(of: "Key") } == ["a", "b c", "d&e", "none"])
            #expect(result.all("Error").isEmpty)
            #expect(try await s3.send("GET", "/demo").xml.all("Contents").isEmpty)
        }
    }

    @Test func quietTellsOnlyWhatFailed() async throws {
        try await Self.filled(["a", "b"]) { s3 in
            let long = String(repeating: "k", count: 1025)
            let extra = "<Object><Key>b</Key><ETag>\"wrong\"</ETag></Object>"
            let reply = try await s3.send(
                "POST", "/demo?delete", body: Self.body(["a", long], quiet: true, extra: extra))
            let result = try reply.xml
            #expect(result.all("Deleted").isEmpty)
            let codes = result.all("Error").compactMap { $0.text(of: "Code") }
            #expect(codes == ["KeyTooLongError", "PreconditionFailed"])
            #expect(try await s3.send("HEAD", "/demo/a").status == 404)
            #expect(try await s3.send("HEAD", "/demo/b").status == 200)
        }
    }

    @Test func aThousandKeysAndNoMore() async throws {
        try await Self.filled([]) { s3 in
            let keys = (0...1000).map { "key-\($0)" }
            let most = try await s3.send("POST", "/demo?delete", body: Self.body(Array(keys.dropLast())))
            #expect(try most.xml.all("Deleted").count == 1000)
            #expect(
                try await s3.send("POST", "/demo?delete", body: Self.body(keys)).outcome == "400 MalformedXML"
            )
            #expect(
                try await s3.send("POST", "/demo?delete", body: Self.body([])).outcome == "400 MalformedXML")
        }
    }

    @Test func theLongestKeysFitEscapedInEveryWay() async throws {
        try await Self.filled([]) { s3 in
            let keys = (1000..<2000).map { String(repeating: "\"", count: 1020) + String($0) }
            let reply = try await s3.send("POST", "/demo?delete", body: Self.body(keys))
            #expect(reply.outcome == "200")
            #expect(try parseXML(reply.body, limits: Self.wide).all("Deleted").count == 1000)
        }
    }

    private static var wide: XMLLimits {
        var limits = XMLLimits()
        limits.maxBytes = 16 << 20
        return limits
    }

    @Test func anyDigestOfTheBodyWillDoAndAWrongOneWillNot() async throws {
        try await Self.filled(["a"]) { s3 async throws in
            let body = Self.body(["a"])
            let wrong: [(HeaderFields, String)] = [
                (["Content-MD5": Base64.encode([UInt8](repeating: 0, count: 16))], "400 BadDigest"),
                (["Content-MD5": "nonsense"], "400 InvalidDigest"),
                (["x-amz-checksum-crc32": "AAAAAA=="], "400 BadDigest"),
                (["x-amz-checksum-crc32": "#"], "400 InvalidRequest"),
                (
                    ["x-amz-content-sha256": String(repeating: "0", count: 64)],
                    "400 XAmzContentSHA256Mismatch"
                ),
            ]
            for (headers, outcome) in wrong {
                #expect(try await s3.send("POST", "/demo?delete", headers, body: body).outcome == outcome)
                #expect(try await s3.send("HEAD", "/demo/a").status == 200)
            }
            let digest = Base64.encode(MD5Digest.hash(body).bytes)
            #expect(
                try await s3.send("POST", "/demo?delete", ["Content-MD5": digest], body: body).outcome
                    == "200")
        }
    }

    @Test(arguments: [
        "", "not xml", "<Delete>", "<Other/>", "<Delete><Object/></Delete>",
        "<Delete><Object><Key/></Object></Delete>",
        "<!DOCTYPE Delete [<!ENTITY a \"aaaa\">]><Delete><Object><Key>&a;</Key></Object></Delete>",
        "<Delete><Object><Key>\u{1}</Key></Object></Delete>",
    ])
    func hostileBodiesAreRefused(_ body: String) async throws {
        try await Self.filled(["a"]) { s3 async throws in
            #expect(try await s3.send("POST", "/demo?delete", text: body).outcome == "400 MalformedXML")
        }
    }

    @Test func aBodyBeyondTheLimitIsNotRead() async throws {
        try await Self.filled([]) { s3 in
            let trap = RequestBody(chunks: [], declaredLength: 9 << 20, failure: .malformed)
            let headers = s3.signer().signed(
                "POST", "/demo?delete", ["Host": S3Fixture.host], payload: "UNSIGNED-PAYLOAD"
            ).headers
            let reply = try await s3.sendRaw("POST", "/demo?delete", headers, body: trap)
            #expect(reply.outcome == "400 MaxMessageLengthExceeded")
        }
    }
}
