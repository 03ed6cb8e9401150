import HTTPServer
import Testing
import XML

/// Checklist: ranges and conditional reads.
@Suite struct ReadConditionTests {
    private static let body = Array("testcontent".utf8)

    @Test(
        arguments: [
            ("bytes=4-7", 206, "cont", "bytes 4-7/11"), ("bytes=4-", 206, "content", "bytes 4-10/11"),
            ("bytes=-7", 206, "content", "bytes 4-10/11"),
            ("bytes=0-999", 206, "testcontent", "bytes 0-10/11"),
            ("bytes=-999", 206, "testcontent", "bytes 0-10/11"), ("bytes=10-10", 206, "t", "bytes 10-10/11"),
            ("bytes=0-1,3-4", 200, "testcontent", nil), ("bytes=a-b", 200, "testcontent", nil),
            ("bytes=5-4", 200, "testcontent", nil), ("items=0-1", 200, "testcontent", nil),
            ("bytes=0-99999999999999999999", 206, "testcontent", "bytes 0-10/11"),
        ] as [(String, Int, String, String?)])
    func rangesAreTakenOrIgnored(_ range: String, _ status: Int, _ text: String, _ field: String?)
        async throws
    {
        try await S3Fixture.run { s3 in
            try await s3.send("PUT", "/bucket")
            try await s3.send("PUT", "/bucket/key", body: Self.body)
            let reply = try await s3.send("GET", "/bucket/key", ["Range": range])
            #expect(reply.status == status)
            #expect(reply.text == text)
            #expect(reply.headers[first: "content-range"] == field)
        }
    }

    @Test(arguments: ["bytes=11-", "bytes=40-50", "bytes=-0", "bytes=99999999999999999999-"])
    func rangesBeyondTheEndSayHowLongTheObjectIs(_ range: String) async throws {
        try await S3Fixture.run { s3 in
            try await s3.send("PUT", "/bucket")
            try await s3.send("PUT", "/bucket/key", body: Self.body)
            let reply = try await s3.send("GET", "/bucket/key", ["Range": range])
            #expect(reply.outcome == "416 InvalidRange")
            #expect(try reply.xml.text(of: "ActualObjectSize") == "11")
            #expect(try reply.xml.text(of: "RangeRequested") == range)
            #expect(try await s3.send("HEAD", "/bucket/key", ["Range": range]).status == 416)
        }
    }

    @Test func anObjectPutWholeHasOnePart() async throws {
        try await S3Fixture.run { s3 in
            try await s3.send("PUT", "/bucket")
            let put = try await s3.send("PUT", "/bucket/key", body: Self.body)
            let part = try await s3.send("GET", "/bucket/key?partNumber=1")
            #expect(part.status == 206)
            #expect(part.body == Self.body)
            #expect(part.etag == put.etag)
            #expect(part.headers.contains("x-amz-mp-parts-count") == false)
            #expect(try await s3.send("GET", "/bucket/key?partNumber=2").outcome == "400 InvalidPart")
            let both = try await s3.send("GET", "/bucket/key?partNumber=1", ["Range": "bytes=0-1"])
            #expect(both.outcome == "400 InvalidRequest")
            for number in ["0", "10001", "-1", "x", "", "1.0", "99999999999999999999"] {
                let reply = try await s3.send("GET", "/bucket/key?partNumber=\(number)")
                #expect(reply.outcome == "400 InvalidArgument", "\(number)")
            }
        }
    }

    @Test func conditionsOfReadsFollowTheirOrder() async throws {
        try await S3Fixture.run { s3 in
            try await s3.send("PUT", "/bucket")
            let etag = try await s3.send("PUT", "/bucket/key", body: Self.body).etag
            let bare = String(etag.dropFirst().dropLast())
            let now = "Fri, 02 Jan 2026 03:04:05 GMT"
            let before = "Fri, 02 Jan 2026 03:04:04 GMT"
            let cases: [(HeaderFields, Int)] = [
                (["If-Match": etag], 200), (["If-Match": bare], 200), (["If-Match": "*"], 200),
                (["If-Match": "\"no\", \(etag)"], 200), (["If-Match": "\"no\""], 412),
                (["If-Match": "W/" + etag], 412),
                (["If-None-Match": etag], 304), (["If-None-Match": bare], 304), (["If-None-Match": "*"], 304),
                (["If-None-Match": "\"no\""], 200),
                (["If-Modified-Since": now], 304), (["If-Modified-Since": before], 200),
                (["If-Unmodified-Since": now], 200), (["If-Unmodified-Since": before], 412),
                (["If-Match": etag, "If-Unmodified-Since": before], 200),
                (["If-None-Match": "\"no\"", "If-Modified-Since": now], 200),
                (["If-Modified-Since": "yesterday"], 200),
            ]
            for (headers, status) in cases {
                for method in ["GET", "HEAD"] {
                    let reply = try await s3.send(method, "/bucket/key", headers)
                    #expect(reply.status == status, "\(method) \(headers)")
                    if status == 304 {
                        #expect(reply.body.isEmpty)
                        #expect(reply.etag == etag)
                        #expect(reply.headers[first: "last-modified"] == now)
                        #expect(reply.headers.contains("content-type") == false)
                    }
                    if status == 412, method == "GET" { #expect(reply.code == "PreconditionFailed") }
                }
            }
        }
    }

    @Test func aRangeIsGivenOnlyOfTheStateThatTheClientKnows() async throws {
        try await S3Fixture.run { s3 in
            try await s3.send("PUT", "/bucket")
            let etag = try await s3.send("PUT", "/bucket/key", body: Self.body).etag
            let range = "bytes=0-3"
            let same = try await s3.send("GET", "/bucket/key", ["Range": range, "If-Range": etag])
            #expect(same.status == 206)
            let other = try await s3.send("GET", "/bucket/key", ["Range": range, "If-Range": "\"other\""])
            #expect(other.status == 200)
            #expect(other.body == Self.body)
        }
    }
}
