import Digests
import HTTPServer
import Objects
import Testing
import XML

/// Checklist: multipart uploads.
@Suite struct MultipartTests {
    private static let partSize = 5 << 20

    /// Runs with parts as small as one likes, but for the tests of that very limit.
    private static func run(
        minimum: Int64 = 1, _ test: (S3Fixture) async throws -> Void
    ) async throws {
        var settings = StoreSettings()
        settings.minimumPartSize = minimum
        try await S3Fixture.run(settings: settings) { s3 in
            try await s3.send("PUT", "/demo")
            try await test(s3)
        }
    }

    private static func begin(_ s3: S3Fixture, _ headers: HeaderFields = [:], key: String = "key")
        async throws
        -> String
    {
        let reply = try await s3.send("POST", "/demo/\(key)?uploads", headers, body: [])
        #expect(reply.outcome == "200")
        #expect(try reply.xml.name == "InitiateMultipartUploadResult")
        return try #require(try reply.xml.text(of: "UploadId"))
    }

    private static func part(
        _ s3: S3Fixture, _ upload: String, _ number: Int, _ body: [UInt8], _ headers: HeaderFields = [:]
    ) async throws -> Reply {
        try await s3.send("PUT", "/demo/key?partNumber=\(number)&uploadId=\(upload)", headers, body: body)
    }

    private static func complete(
        _ s3: S3Fixture, _ upload: String, _ parts: [(Int, String)], _ headers: HeaderFields = [:]
    ) async throws -> Reply {
        var xml = XMLWriter()
        xml.open("CompleteMultipartUpload", ("xmlns", "http://s3.amazonaws.com/doc/2006-03-01/"))
        for (number, etag) in parts {
            xml.open("Part")
            xml.element("ETag", etag)
            xml.element("PartNumber", number)
            xml.close()
        }
        xml.close()
        return try await s3.send("POST", "/demo/key?uploadId=\(upload)", headers, body: xml.bytes)
    }

    @Test func partsMakeAnObject() async throws {
        try await Self.run { s3 in
            let upload = try await Self.begin(s3, ["Content-Type": "text/x", "x-amz-meta-a": "b"])
            let bodies = [pseudoRandomBytes(200_000), pseudoRandomBytes(30_000, seed: 2), [7, 7, 7]]
            var parts: [(Int, String)] = []
            for (number, body) in zip([1, 5, 10_000], bodies) {
                let reply = try await Self.part(s3, upload, number, body)
                #expect(reply.outcome == "200")
                #expect(reply.etag == "\"\(MD5Digest.hash(body).hex)\"")
                parts.append((number, reply.etag))
            }
            #expect(try await s3.send("GET", "/demo").xml.all("Contents").isEmpty)
            #expect(try await s3.send("GET", "/demo/key").outcome == "404 NoSuchKey")
            let done = try await Self.complete(s3, upload, parts)
            #expect(done.outcome == "200")
            let expected = MD5Digest.hash(bodies.flatMap { MD5Digest.hash($0).bytes }).hex + "-3"
            #expect(try done.xml.name == "CompleteMultipartUploadResult")
            #expect(try done.xml.text(of: "ETag") == "\"\(expected)\"")
            #expect(try done.xml.text(of: "Bucket") == "demo")
            #expect(try done.xml.text(of: "Key") == "key")
            #expect(try done.xml.text(of: "Location") == "http://127.0.0.1:9000/demo/key")
            let get = try await s3.send("GET", "/demo/key")
            #expect(get.body == bodies.flatMap { $0 })
            #expect(get.etag == "\"\(expected)\"")
            #expect(get.headers[first: "content-type"] == "text/x")
            #expect(get.headers[first: "x-amz-meta-a"] == "b")
            let crossing = try await s3.send("GET", "/demo/key", ["Range": "bytes=199990-200009"])
            #expect(crossing.body == Array(bodies.flatMap { $0 }[199_990...200_009]))
        }
    }

    @Test func partsAreReadByNumber() async throws {
        try await Self.run { s3 in
            let upload = try await Self.begin(s3)
            let bodies = [pseudoRandomBytes(100_000), pseudoRandomBytes(50, seed: 2), [9]]
            var parts: [(Int, String)] = []
            for (index, body) in bodies.enumerated() {
                parts.append((index + 1, try await Self.part(s3, upload, index + 1, body).etag))
            }
            let etag = try await Self.complete(s3, upload, parts).xml.text(of: "ETag")
            var start = 0
            for (index, body) in bodies.enumerated() {
                for method in ["GET", "HEAD"] {
                    let reply = try await s3.send(method, "/demo/key?partNumber=\(index + 1)")
                    #expect(reply.status == 206)
                    #expect(reply.etag == etag)
                    #expect(reply.headers[first: "x-amz-mp-parts-count"] == "3")
                    let range = "bytes \(start)-\(start + body.count - 1)/100051"
                    #expect(reply.headers[first: "content-range"] == range)
                    if method == "GET" { #expect(reply.body == body) }
                }
                start += body.count
            }
            #expect(try await s3.send("GET", "/demo/key?partNumber=4").outcome == "400 InvalidPart")
            #expect(try await s3.send("GET", "/demo/key").headers.contains("x-amz-mp-parts-count") == false)
            let unnamed = try await s3.send("GET", "/demo/key?attributes")
            #expect(unnamed.outcome == "400 InvalidRequest")
            let unknown = try await s3.send(
                "GET", "/demo/key?attributes", ["x-amz-object-attributes": "ETag,Colour"])
            #expect(unknown.outcome == "400 InvalidArgument")
            let attributes = try await s3.send(
                "GET", "/demo/key?attributes",
                [
                    "x-amz-object-attributes": "ETag,ObjectParts,ObjectSize", "x-amz-max-parts": "1",
                    "x-amz-part-number-marker": "1",
                ]
            ).xml
            #expect(attributes.text(of: "ETag").map { "\"\($0)\"" } == etag)
            #expect(attributes.text(of: "ObjectSize") == "100051")
            let told = try #require(attributes.first("ObjectParts"))
            #expect(told.text(of: "PartsCount") == "3")
            #expect(told.text(of: "IsTruncated") == "true")
            #expect(told.text(of: "NextPartNumberMarker") == "2")
            #expect(told.all("Part").compactMap { $0.text(of: "Size") } == ["50"])
        }
    }

    @Test func anObjectOfOnePartIsAMultipartObject() async throws {
        try await Self.run { s3 in
            let upload = try await Self.begin(s3)
            let etag = try await Self.part(s3, upload, 1, [1, 2, 3]).etag
            #expect(try await Self.complete(s3, upload, [(1, etag)]).status == 200)
            let read = try await s3.send("GET", "/demo/key?partNumber=1")
            #expect(read.body == [1, 2, 3])
            #expect(read.headers[first: "x-amz-mp-parts-count"] == "1")
            #expect(read.etag.hasSuffix("-1\""))
            #expect(try await s3.send("GET", "/demo/key?partNumber=2").outcome == "400 InvalidPart")
        }
    }

    @Test func aPartSentAgainReplacesTheFirst() async throws {
        try await Self.run { s3 in
            let upload = try await Self.begin(s3)
            let old = try await Self.part(s3, upload, 1, [1]).etag
            let new = try await Self.part(s3, upload, 1, [2]).etag
            #expect(try await Self.complete(s3, upload, [(1, old)]).outcome == "400 InvalidPart")
            #expect(try await Self.complete(s3, upload, [(1, new), (1, old)]).outcome == "400 InvalidPart")
            #expect(try await Self.complete(s3, upload, [(1, old), (1, new)]).outcome == "200")
            #expect(try await s3.send("GET", "/demo/key").body == [2])
        }
    }

    @Test func partsThatAreNotNamedAreDropped() async throws {
        try await Self.run { s3 in
            let upload = try await Self.begin(s3)
            _ = try await Self.part(s3, upload, 1, [1])
            let second = try await Self.part(s3, upload, 2, [2]).etag
            let bare = String(second.dropFirst().dropLast())
            #expect(try await Self.complete(s3, upload, [(2, bare.uppercased())]).outcome == "200")
            #expect(try await s3.send("GET", "/demo/key").body == [2])
        }
    }

    @Test func badListsOfPartsAreRefusedAndChangeNothing() async throws {
        try await Self.run { s3 in
            let upload = try await Self.begin(s3)
            let one = try await Self.part(s3, upload, 1, [1]).etag
            let two = try await Self.part(s3, upload, 2, [2]).etag
            let cases: [([(Int, String)], String)] = [
                ([], "400 MalformedXML"), ([(2, two), (1, one)], "400 InvalidPartOrder"),
                ([(1, one), (1, two)], "400 InvalidPart"), ([(1, two)], "400 InvalidPart"),
                ([(1, one), (3, two)], "400 InvalidPart"), ([(0, one)], "400 InvalidArgument"),
                ([(10_001, one)], "400 InvalidArgument"),
            ]
            for (parts, outcome) in cases {
                #expect(try await Self.complete(s3, upload, parts).outcome == outcome)
            }
            for body in [
                "", "junk", "<CompleteMultipartUpload/>", "<Other/>",
                "<CompleteMultipartUpload><Part><PartNumber>one</PartNumber><ETag>a</ETag></Part></CompleteMultipartUpload>",
                "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber></Part></CompleteMultipartUpload>",
            ] {
                let reply = try await s3.send("POST", "/demo/key?uploadId=\(upload)", text: body)
                #expect(reply.outcome == "400 MalformedXML", "\(body)")
            }
            let number =
                "<CompleteMultipartUpload><Part><PartNumber>9223372036854775808</PartNumber><ETag>a</ETag></Part>"
                + "</CompleteMultipartUpload>"
            let huge = try await s3.send("POST", "/demo/key?uploadId=\(upload)", text: number)
            #expect(huge.outcome == "400 MalformedXML")
            #expect(try await s3.send("HEAD", "/demo/key").status == 404)
            #expect(try await Self.complete(s3, upload, [(1, one), (2, two)]).outcome == "200")
        }
    }

    @Test func smallPartsAreRefusedAtTheEnd() async throws {
        try await Self.run(minimum: 1000) { s3 in
            let upload = try await Self.begin(s3)
            let one = try await Self.part(s3, upload, 1, [UInt8](repeating: 1, count: 999)).etag
            let two = try await Self.part(s3, upload, 2, [2]).etag
            let reply = try await Self.complete(s3, upload, [(1, one), (2, two)])
            #expect(reply.outcome == "400 EntityTooSmall")
            #expect(try reply.xml.text(of: "MinSizeAllowed") == "1000")
            #expect(try reply.xml.text(of: "PartNumber") == "1")
            #expect(try await Self.complete(s3, upload, [(1, one)]).outcome == "200")
        }
    }

    @Test func completingAgainGivesTheSameAnswer() async throws {
        try await Self.run { s3 in
            let upload = try await Self.begin(s3)
            let etag = try await Self.part(s3, upload, 1, [1]).etag
            let first = try await Self.complete(s3, upload, [(1, etag)])
            let again = try await Self.complete(s3, upload, [(1, etag)])
            #expect(again.outcome == "200")
            #expect(try again.xml.text(of: "ETag") == first.xml.text(of: "ETag"))
            #expect(try await Self.part(s3, upload, 2, [2]).outcome == "404 NoSuchUpload")
            #expect(try await s3.send("GET", "/demo/key?uploadId=\(upload)").outcome == "404 NoSuchUpload")
            #expect(try await s3.send("DELETE", "/demo/key?uploadId=\(upload)").outcome == "404 NoSuchUpload")
            #expect(try await s3.send("GET", "/demo/key").body == [1])
        }
    }

    @Test func abortedUploadsAreGone() async throws {
        try await Self.run { s3 in
            let upload = try await Self.begin(s3)
            let etag = try await Self.part(s3, upload, 1, [1]).etag
            #expect(try await s3.send("DELETE", "/demo/key?uploadId=\(upload)").outcome == "204")
            #expect(try await s3.send("DELETE", "/demo/key?uploadId=\(upload)").outcome == "404 NoSuchUpload")
            #expect(try await Self.complete(s3, upload, [(1, etag)]).outcome == "404 NoSuchUpload")
            #expect(try await Self.part(s3, upload, 1, [1]).outcome == "404 NoSuchUpload")
        }
    }

    @Test func uploadsBelongToTheirKey() async throws {
        try await Self.run { s3 in
            let upload = try await Self.begin(s3)
            let other = try await s3.send("PUT", "/demo/other?partNumber=1&uploadId=\(upload)", body: [1])
            #expect(other.outcome == "404 NoSuchUpload")
            for id in ["56788", "", "..", String(repeating: "0", count: 32)] {
                #expect(try await Self.part(s3, id, 1, [1]).outcome == "404 NoSuchUpload", "\(id)")
            }
        }
    }

    @Test(arguments: ["0", "10001", "-1", "x", "", "1.5", "99999999999999999999"])
    func partNumbersHaveTheirRange(_ number: String) async throws {
        try await Self.run { s3 in
            let upload = try await Self.begin(s3)
            let target = "/demo/key?partNumber=\(number)&uploadId=\(upload)"
            #expect(try await s3.send("PUT", target, body: [1]).outcome == "400 InvalidArgument")
            let bare = try await s3.send("PUT", "/demo/key?uploadId=\(upload)", body: [1])
            #expect(bare.outcome == "400 InvalidArgument")
            #expect(try await s3.send("HEAD", "/demo/key").status == 404)
        }
    }

    @Test func partsAreListedInPages() async throws {
        try await Self.run { s3 in
            let upload = try await Self.begin(s3)
            for number in [3, 1, 7] {
                _ = try await Self.part(s3, upload, number, [UInt8](repeating: 1, count: number))
            }
            let all = try await s3.send("GET", "/demo/key?uploadId=\(upload)").xml
            #expect(all.name == "ListPartsResult")
            #expect(all.text(of: "Bucket") == "demo")
            #expect(all.text(of: "Key") == "key")
            #expect(all.text(of: "UploadId") == upload)
            #expect(all.text(of: "MaxParts") == "1000")
            #expect(all.text(of: "IsTruncated") == "false")
            #expect(all.first("Owner")?.text(of: "ID") == "id-of-alpha")
            #expect(all.first("Initiator")?.text(of: "DisplayName") == "The alpha")
            #expect(all.all("Part").compactMap { $0.text(of: "PartNumber") } == ["1", "3", "7"])
            #expect(all.all("Part").compactMap { $0.text(of: "Size") } == ["1", "3", "7"])
            let page = try await s3.send("GET", "/demo/key?uploadId=\(upload)&max-parts=2").xml
            #expect(page.text(of: "IsTruncated") == "true")
            #expect(page.text(of: "NextPartNumberMarker") == "3")
            let rest = try await s3.send("GET", "/demo/key?uploadId=\(upload)&part-number-marker=3").xml
            #expect(rest.all("Part").compactMap { $0.text(of: "PartNumber") } == ["7"])
            let bad = try await s3.send("GET", "/demo/key?uploadId=\(upload)&max-parts=x")
            #expect(bad.outcome == "400 InvalidArgument")
        }
    }

    @Test func uploadsAreListedInPages() async throws {
        try await Self.run { s3 in
            var ids: [String: String] = [:]
            for key in ["b", "a", "dir/x", "dir/y"] { ids[key] = try await Self.begin(s3, key: key) }
            let all = try await s3.send("GET", "/demo?uploads").xml
            #expect(all.name == "ListMultipartUploadsResult")
            #expect(all.all("Upload").compactMap { $0.text(of: "Key") } == ["a", "b", "dir/x", "dir/y"])
            #expect(all.first("Upload")?.text(of: "UploadId") == ids["a"])
            #expect(all.first("Upload")?.text(of: "Initiated") == "2026-01-02T03:04:05.000Z")
            #expect(all.first("Upload")?.first("Initiator")?.text(of: "ID") == "id-of-alpha")
            let page = try await s3.send("GET", "/demo?uploads&max-uploads=2").xml
            #expect(page.text(of: "IsTruncated") == "true")
            #expect(page.text(of: "NextKeyMarker") == "b")
            #expect(page.text(of: "NextUploadIdMarker") == ids["b"])
            let id = try #require(ids["b"])
            let rest = try await s3.send("GET", "/demo?uploads&key-marker=b&upload-id-marker=\(id)").xml
            #expect(rest.all("Upload").compactMap { $0.text(of: "Key") } == ["dir/x", "dir/y"])
            let rolled = try await s3.send("GET", "/demo?uploads&delimiter=%2F").xml
            #expect(rolled.all("CommonPrefixes").compactMap { $0.text(of: "Prefix") } == ["dir/"])
            let prefixed = try await s3.send("GET", "/demo?uploads&prefix=dir").xml
            #expect(prefixed.all("Upload").count == 2)
            #expect(try await s3.send("GET", "/demo?uploads&max-uploads=x").outcome == "400 InvalidArgument")
        }
    }

    @Test func theSizeThatIsPromisedIsTheSizeThatIs() async throws {
        try await Self.run { s3 in
            let upload = try await Self.begin(s3)
            let etag = try await Self.part(s3, upload, 1, [1, 2, 3]).etag
            for size in ["4", "x", "-1"] {
                let reply = try await Self.complete(s3, upload, [(1, etag)], ["x-amz-mp-object-size": size])
                #expect(reply.outcome == "400 InvalidRequest", "\(size)")
            }
            let right = try await Self.complete(s3, upload, [(1, etag)], ["x-amz-mp-object-size": "3"])
            #expect(right.outcome == "200")
        }
    }

    @Test func completionHasConditions() async throws {
        try await Self.run { s3 in
            let old = try await s3.send("PUT", "/demo/key", body: [0]).etag
            let upload = try await Self.begin(s3)
            let etag = try await Self.part(s3, upload, 1, [1]).etag
            let none = try await Self.complete(s3, upload, [(1, etag)], ["If-None-Match": "*"])
            #expect(none.outcome == "412 PreconditionFailed")
            let wrong = try await Self.complete(s3, upload, [(1, etag)], ["If-Match": "\"wrong\""])
            #expect(wrong.outcome == "412 PreconditionFailed")
            #expect(try await s3.send("GET", "/demo/key").body == [0])
            #expect(try await Self.complete(s3, upload, [(1, etag)], ["If-Match": old]).outcome == "200")
        }
    }

    @Test func partsAreCopied() async throws {
        try await Self.run { s3 in
            let source = pseudoRandomBytes(100_000)
            try await s3.send("PUT", "/demo/source%20file%25", body: source)
            let upload = try await Self.begin(s3)
            func copy(_ number: Int, _ range: String?) async throws -> Reply {
                var headers: HeaderFields = ["x-amz-copy-source": "demo/source%20file%25"]
                if let range { headers.add("x-amz-copy-source-range", range) }
                return try await s3.send(
                    "PUT", "/demo/key?partNumber=\(number)&uploadId=\(upload)", headers, body: [])
            }
            let first = try await copy(1, "bytes=10-70009")
            #expect(first.outcome == "200")
            #expect(try first.xml.name == "CopyPartResult")
            #expect(try first.xml.text(of: "ETag") == "\"\(MD5Digest.hash(Array(source[10...70_009])).hex)\"")
            let whole = try await copy(2, nil)
            #expect(try whole.xml.text(of: "ETag") == "\"\(MD5Digest.hash(source).hex)\"")
            for bad in [
                "0-2", "bytes=0", "bytes=hello-world", "bytes=0-bar", "bytes=hello-", "bytes=0-2,3-5",
                "bytes=5-4",
            ] {
                #expect(try await copy(3, bad).outcome == "400 InvalidArgument", "\(bad)")
            }
            #expect(try await copy(3, "bytes=0-100000").outcome == "416 InvalidRange")
            let etags = [try first.xml.text(of: "ETag") ?? "", try whole.xml.text(of: "ETag") ?? ""]
            #expect(try await Self.complete(s3, upload, [(1, etags[0]), (2, etags[1])]).outcome == "200")
            #expect(try await s3.send("GET", "/demo/key").body == Array(source[10...70_009]) + source)
        }
    }
}
