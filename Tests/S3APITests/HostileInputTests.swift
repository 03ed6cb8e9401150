import Auth
import Digests
import HTTPServer
import Objects
import Testing
import XML

@testable import S3API

/// Everything that reads what a client wrote, on text that no client should write: it may refuse, not crash.
@Suite struct HostileInputTests {
    private static let fragments = [
        "/", "//", "demo", "%", "%2", "%2F", "%00", "%FF", "%C3%A9", "?", "&", "=", "+", " ", "..", ".", ":",
        ";", ",",
        "-", "\u{301}", "é", "🜁", "\r\n", "\u{0}", "\"", "*", "W/", "bytes=", "0", "1", "10001",
        "99999999999999999999", "-1", "acl", "uploadId", "partNumber", "versionId", "null", "?versionId=",
        "list-type=2", "max-keys=", "delete", "versions", "x-amz-meta-a", "x-id", "gzip", "aws-chunked",
        "AAAA", "====",
        String(repeating: "k", count: 1100), "<", ">", "&lt;", "<Delete>", "</Delete>", "<Object>", "<Key>",
        "</Key>",
        "</Object>", "<Part>", "</Part>", "<CompleteMultipartUpload>", "</CompleteMultipartUpload>",
        "<!DOCTYPE a [",
        "<![CDATA[", "]]>", "<PartNumber>", "</PartNumber>", "<ETag>", "</ETag>", "s3.localhost", "[::1]",
    ]

    private static func texts(_ count: Int, seed: UInt64) -> [String] {
        let random = pseudoRandomBytes(count * 12, seed: seed)
        return (0..<count).map { index in
            let bytes = random[(index * 12)..<(index * 12 + 12)]
            return bytes.prefix(Int(bytes.last ?? 0) % 11).map { fragments[Int($0) % fragments.count] }
                .joined()
        }
    }

    @Test func targetsAndQueries() {
        var named = 0
        for (path, host) in zip(Self.texts(4000, seed: 1), Self.texts(4000, seed: 2)) {
            let request = HTTPRequest(target: "/" + path, headers: ["Host": host + ".s3.localhost"])
            let target = try? S3Target(request, hostSuffixes: ["s3.localhost"])
            if let key = target?.key {
                #expect(!key.isEmpty)
                named += 1
                _ = try? ObjectKey(wire: key)
            }
            if let bucket = target?.bucket { _ = try? BucketName(wire: bucket) }
            guard let query = try? S3Query(path) else { continue }
            for level in [S3OperationRow.Level.service, .bucket, .object] {
                for method in [HTTPMethod.get, .put, .post, .delete, .head] {
                    let row = try? S3Router().row(level, method, query: query, headers: [:])
                    #expect(row == nil || row?.method == method && row?.level == level)
                }
            }
            _ = try? ListParameters(query, limitName: "max-keys")
            _ = try? ResponseOverrides(query, isSigned: true)
        }
        #expect(named > 1000)
    }

    @Test func headersAndNumbers() {
        for (one, other) in zip(Self.texts(4000, seed: 3), Self.texts(4000, seed: 4)) {
            var headers = HeaderFields()
            for name in [
                "x-amz-meta-" + one, "content-encoding", "x-amz-checksum-crc32", "x-amz-trailer", "if-match",
                "x-amz-sdk-checksum-algorithm", "x-amz-storage-class", "x-amz-acl",
            ] {
                headers.add(name, other)
            }
            _ = try? ObjectMetadata(headers)
            _ = try? ClaimedChecksum.inHeaders(headers)
            _ = try? TagSet.parse(header: other)
            _ = try? NamedGrant.parse(header: "x-amz-grant-read", other, .read)
            _ = try? VersionID(wire: one)
            _ = try? ContinuationToken.decode(one)
            _ = try? ChecksumAlgorithm(wire: one)
            _ = wireNumber(one)
            _ = one.trimmed
            _ = S3Call.unquoted(one)
            if let source = try? CopySource(one) { #expect(!source.key.bytes.isEmpty) }
        }
    }

    @Test func documents() {
        let upload = Upload(
            id: .random(), kind: .multipart, bucket: BucketID(1), key: ObjectKey(stored: [1]),
            author: KeyID("k"),
            metadata: ObjectMetadata(contentType: "a/b"), checksumAlgorithm: .crc32, created: 0, touched: 0,
            expires: 0)
        for text in Self.texts(6000, seed: 5) {
            let bytes = Array(text.utf8)
            if let request = try? DeletionRequest(bytes) { #expect(!request.items.isEmpty) }
            if let request = try? CompletionRequest(bytes, upload) { #expect(!request.parts.isEmpty) }
        }
        let deep = String(repeating: "<Delete>", count: 5000)
        #expect(throws: S3Error.self) { try DeletionRequest(Array(deep.utf8)) }
        let wide = "<Delete>" + String(repeating: "<a/>", count: 200_000) + "</Delete>"
        #expect(throws: S3Error.self) { try DeletionRequest(Array(wide.utf8)) }
        let laughs = """
            <!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;">]>\
            <Delete><Object><Key>&c;</Key></Object></Delete>
            """
        #expect(throws: S3Error.self) { try DeletionRequest(Array(laughs.utf8)) }
    }

    @Test func tokensAreWhatTheyWere() throws {
        for text in Self.texts(500, seed: 6) {
            let marker = Array(text.utf8)
            #expect(try ContinuationToken.decode(ContinuationToken.encode(marker)) == marker)
        }
    }
}
