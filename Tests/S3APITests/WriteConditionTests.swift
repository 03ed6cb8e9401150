import HTTPServer
import Testing

/// Checklist: conditional writes and deletes.
@Suite struct WriteConditionTests {
    @Test func ifNoneMatchKeepsWhatIsThere() async throws {
        try await S3Fixture.run { s3 in
            try await s3.send("PUT", "/bucket")
            let first = try await s3.send("PUT", "/bucket/key", ["If-None-Match": "*"], body: [1])
            #expect(first.outcome == "200")
            let again = try await s3.send("PUT", "/bucket/key", ["If-None-Match": "*"], body: [2])
            #expect(again.outcome == "412 PreconditionFailed")
            let same = try await s3.send("PUT", "/bucket/key", ["If-None-Match": first.etag], body: [2])
            #expect(same.outcome == "412 PreconditionFailed")
            #expect(try await s3.send("GET", "/bucket/key").body == [1])
            let other = try await s3.send("PUT", "/bucket/key", ["If-None-Match": "badetag"], body: [3])
            #expect(other.outcome == "200")
        }
    }

    @Test func ifMatchReplacesOnlyWhatTheClientKnows() async throws {
        try await S3Fixture.run { s3 in
            try await s3.send("PUT", "/bucket")
            for match in ["*", "\"any\""] {
                let reply = try await s3.send("PUT", "/bucket/key", ["If-Match": match], body: [1])
                #expect(reply.outcome == "404 NoSuchKey")
            }
            let etag = try await s3.send("PUT", "/bucket/key", body: [1]).etag
            let wrong = try await s3.send("PUT", "/bucket/key", ["If-Match": "\"wrong\""], body: [2])
            #expect(wrong.outcome == "412 PreconditionFailed")
            let bare = String(etag.dropFirst().dropLast())
            #expect(try await s3.send("PUT", "/bucket/key", ["If-Match": bare], body: [2]).outcome == "200")
            #expect(try await s3.send("PUT", "/bucket/key", ["If-Match": "*"], body: [3]).outcome == "200")
            #expect(
                try await s3.send("PUT", "/bucket/key", ["If-Match": etag], body: [4]).code
                    == "PreconditionFailed")
        }
    }

    @Test func ofManyWritersOneWins() async throws {
        try await S3Fixture.run { s3 in
            try await s3.send("PUT", "/bucket")
            let outcomes = try await withThrowingTaskGroup(of: Int.self) { group in
                for writer in 0..<12 {
                    group.addTask {
                        try await s3.send("PUT", "/bucket/key", ["If-None-Match": "*"], body: [UInt8(writer)])
                            .status
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes.count { $0 == 200 } == 1)
            #expect(outcomes.count { $0 == 412 } == 11)
        }
    }

    @Test func deletesHaveConditionsToo() async throws {
        try await S3Fixture.run { s3 in
            try await s3.send("PUT", "/bucket")
            let etag = try await s3.send("PUT", "/bucket/key", body: [1]).etag
            let wrong = try await s3.send("DELETE", "/bucket/key", ["If-Match": "\"wrong\""])
            #expect(wrong.outcome == "412 PreconditionFailed")
            let unknown = try await s3.send("DELETE", "/bucket/key", ["x-amz-if-match-size": "1"])
            #expect(unknown.outcome == "501 NotImplemented")
            #expect(try await s3.send("HEAD", "/bucket/key").status == 200)
            #expect(try await s3.send("DELETE", "/bucket/key", ["If-Match": etag]).outcome == "204")
            #expect(try await s3.send("DELETE", "/bucket/key", ["If-Match": etag]).outcome == "404 NoSuchKey")
        }
    }

    @Test func aDoomedBodyIsNotAskedFor() async throws {
        try await S3Fixture.run { s3 in
            try await s3.send("PUT", "/bucket")
            try await s3.send("PUT", "/bucket/key", body: [1])
            // A body that fails when it is read: the refusal must come without reading it.
            let trap = RequestBody(chunks: [], declaredLength: 5, failure: .malformed)
            func put(_ target: String, _ headers: HeaderFields, as caller: S3Fixture.Caller) async throws
                -> String
            {
                var headers = headers
                headers.set("Host", S3Fixture.host)
                headers.set("Content-Length", "5")
                if caller != .nobody {
                    headers =
                        s3.signer(caller).signed("PUT", target, headers, payload: "UNSIGNED-PAYLOAD").headers
                }
                return try await s3.sendRaw("PUT", target, headers, body: trap).outcome
            }
            #expect(
                try await put("/bucket/key", ["If-None-Match": "*"], as: .full) == "412 PreconditionFailed")
            #expect(try await put("/bucket/new", [:], as: .nobody) == "403 AccessDenied")
            #expect(try await put("/bucket/new", [:], as: .reader) == "403 AccessDenied")
            #expect(try await put("/bucket/key", [:], as: .uploader) == "403 AccessDenied")
            #expect(try await put("/nobucket/key", [:], as: .full) == "404 NoSuchBucket")
            #expect(try await put("/bucket/new", ["Content-MD5": "x"], as: .full) == "400 InvalidDigest")
            #expect(try await put("/bucket/new", [:], as: .full) == "400 IncompleteBody")
        }
    }
}
