import HTTPServer
import Testing

/// Header fields with a grammar of their own, changed a little: each is obeyed or answered 4xx, and whoever sends one
/// never learns of it by a 5xx.
@Suite struct HeaderMutationTests {
    private static let rounds = 120

    struct Field: Sendable, CustomStringConvertible {
        var method = "PUT"
        var target = "/demo/new"
        var name: String
        var value: String
        /// Other fields that it needs.
        var others: [(String, String)] = []

        var description: String { "\(method) \(target) \(name)" }
    }

    private static let fragments = [
        "/", "//", "%", "%2", "%00", "%FF", "?", "&", "=", "+", " ", ",", ";", ":", "\"", "W/", "*", "-",
        "bytes=",
        "99999999999999999999", "-1", "0", "GMT", "Z", "T", "é", "🜁", "id=", "uri=", "AES256", "null",
        "versionId=",
        "?versionId=", "AAAA", "====", String(repeating: "k", count: 1100), "demo", "..", "\t",
    ]

    private static let fields = [
        Field(name: "x-amz-copy-source", value: "/demo/key%20one?versionId=null"),
        Field(
            target: "/demo/new?partNumber=1&uploadId=x", name: "x-amz-copy-source-range", value: "bytes=0-3",
            others: [("x-amz-copy-source", "/demo/key")]),
        Field(
            name: "x-amz-copy-source-if-modified-since", value: "Wed, 01 Jan 2020 00:00:00 GMT",
            others: [("x-amz-copy-source", "/demo/key")]),
        Field(name: "x-amz-tagging", value: "colour=blue&size=9%20m"),
        Field(
            name: "x-amz-grant-read",
            value: #"id="id-of-beta", uri="http://acs.amazonaws.com/groups/global/AllUsers""#),
        Field(
            name: "x-amz-object-lock-retain-until-date", value: "2030-01-01T00:00:00.000Z",
            others: [("x-amz-object-lock-mode", "GOVERNANCE")]),
        Field(name: "x-amz-checksum-crc32", value: "NhCmhg=="),
        Field(name: "x-amz-trailer", value: "x-amz-checksum-crc32"),
        Field(name: "content-md5", value: "XUFAKrxLKna5cZ2REBfFkg=="),
        Field(name: "if-none-match", value: #""a", "b""#),
        Field(name: "if-match", value: #""5d41402abc4b2a76b9719d911017c592""#),
        Field(name: "content-encoding", value: "aws-chunked, gzip"),
        Field(name: "x-amz-storage-class", value: "STANDARD_IA"),
        Field(name: "x-amz-server-side-encryption", value: "AES256"),
        Field(name: "x-amz-website-redirect-location", value: "https://example.com/a"),
        Field(name: "x-amz-write-offset-bytes", value: "5"), Field(name: "x-amz-acl", value: "private"),
        Field(method: "GET", target: "/demo/key", name: "range", value: "bytes=1-3"),
        Field(
            method: "GET", target: "/demo/key", name: "if-modified-since",
            value: "Wed, 01 Jan 2020 00:00:00 GMT"),
        Field(method: "GET", target: "/demo/key", name: "if-none-match", value: #""a", W/"b", *"#),
        Field(
            method: "GET", target: "/demo/key?attributes", name: "x-amz-object-attributes",
            value: "ETag,Checksum,ObjectParts"),
        Field(
            method: "OPTIONS", target: "/demo/key", name: "access-control-request-headers",
            value: "x-amz-date, a"),
    ]

    @Test(arguments: fields)
    func fieldsAreObeyedOrRefused(_ field: Field) async throws {
        try await S3Fixture.run { s3 in
            try await s3.send("PUT", "/demo", ["x-amz-bucket-object-lock-enabled": "true"])
            try await s3.send("PUT", "/demo/key", text: "hello")
            try await s3.send("PUT", "/demo/key%20one", text: "hello")
            var mutator = Mutator(seed: 91, fragments: Self.fragments)
            var outcomes: Set<String> = []
            for round in 0..<Self.rounds {
                let changed = round == 0 ? Array(field.value.utf8) : mutator.mutated(Array(field.value.utf8))
                let value = Self.line(changed)
                var headers = HeaderFields(field.others)
                headers.add(field.name, value)
                if field.method == "OPTIONS" { headers.add("Origin", "https://app.example") }
                let body = field.method == "PUT" ? Array("hello".utf8) : nil
                let reply = try await s3.send(field.method, field.target, headers, body: body)
                #expect(
                    reply.status < 500 || reply.code == "NotImplemented",
                    "\(field) \(value): \(reply.outcome)")
                outcomes.insert(reply.outcome)
            }
            #expect(!outcomes.contains("403 SignatureDoesNotMatch"))
            #expect(try await s3.send("GET", "/demo/key").text == "hello")
        }
    }

    /// What the bytes are as the value of a line that a parser of HTTP let through, with one blank at a time.
    private static func line(_ bytes: [UInt8]) -> String {
        let text = String(decoding: bytes.map { $0 < 0x20 || $0 == 0x7F ? 0x20 : $0 }, as: UTF8.self)
        return text.utf8.split(separator: 0x20).map { String(Substring($0)) }.joined(separator: " ")
    }
}
