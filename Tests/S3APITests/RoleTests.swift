import HTTPServer
import Testing
import XML

/// Who may do what through this door.
@Suite struct RoleTests {
    private static func run(_ test: (S3Fixture) async throws -> Void) async throws {
        try await S3Fixture.run { s3 in
            try await s3.send("PUT", "/demo")
            try await s3.send("PUT", "/demo/key", body: [1])
            try await test(s3)
        }
    }

    @Test func readersChangeNothing() async throws {
        try await Self.run { s3 in
            for target in ["/", "/demo", "/demo/key", "/demo?location", "/demo/key?acl", "/demo?versioning"] {
                #expect(try await s3.send("GET", target, as: .reader).outcome == "200", "\(target)")
            }
            let writes: [(String, String)] = [
                ("PUT", "/other"), ("PUT", "/demo/new"), ("DELETE", "/demo/key"),
                ("DELETE", "/demo"), ("POST", "/demo/new?uploads"),
            ]
            for (method, target) in writes {
                let reply = try await s3.send(method, target, body: [], as: .reader)
                #expect(reply.outcome == "403 AccessDenied", "\(method) \(target)")
            }
        }
    }

    @Test func uploadersAddAndNothingElse() async throws {
        try await Self.run { s3 in
            #expect(try await s3.send("PUT", "/demo/new", body: [2], as: .uploader).outcome == "200")
            #expect(
                try await s3.send("PUT", "/demo/new", body: [3], as: .uploader).outcome == "403 AccessDenied")
            #expect(
                try await s3.send("PUT", "/demo/key", body: [3], as: .uploader).outcome == "403 AccessDenied")
            #expect(try await s3.send("GET", "/demo/new", as: .uploader).outcome == "403 AccessDenied")
            #expect(try await s3.send("GET", "/demo/none", as: .uploader).outcome == "403 AccessDenied")
            #expect(try await s3.send("DELETE", "/demo/new", as: .uploader).outcome == "403 AccessDenied")
            #expect(try await s3.send("GET", "/demo/new").body == [2])
            let over = try await s3.send("POST", "/demo/key?uploads", body: [], as: .uploader)
            #expect(over.outcome == "403 AccessDenied")
        }
    }

    @Test func uploadersFinishTheirOwnUploadsOnly() async throws {
        try await Self.run { s3 in
            let own = try await s3.send("POST", "/demo/mine?uploads", body: [], as: .uploader).xml
            let mine = try #require(own.text(of: "UploadId"))
            let other = try await s3.send("POST", "/demo/theirs?uploads", body: []).xml
            let theirs = try #require(other.text(of: "UploadId"))
            let part = try await s3.send(
                "PUT", "/demo/mine?partNumber=1&uploadId=\(mine)", body: [1], as: .uploader)
            #expect(part.outcome == "200")
            let foreign = "/demo/theirs?partNumber=1&uploadId=\(theirs)"
            #expect(try await s3.send("PUT", foreign, body: [1], as: .uploader).outcome == "403 AccessDenied")
            let listed = try await s3.send("GET", "/demo/theirs?uploadId=\(theirs)", as: .uploader)
            #expect(listed.outcome == "403 AccessDenied")
            let aborted = try await s3.send("DELETE", "/demo/theirs?uploadId=\(theirs)", as: .uploader)
            #expect(aborted.outcome == "403 AccessDenied")
            let list = """
                <CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>\(part.etag)</ETag></Part>\
                </CompleteMultipartUpload>
                """
            // Somebody else is quicker: the upload must not replace what is there now.
            try await s3.send("PUT", "/demo/mine", body: [9])
            let late = try await s3.send("POST", "/demo/mine?uploadId=\(mine)", text: list, as: .uploader)
            #expect(late.outcome == "403 AccessDenied")
            try await s3.send("DELETE", "/demo/mine")
            let done = try await s3.send("POST", "/demo/mine?uploadId=\(mine)", text: list, as: .uploader)
            #expect(done.outcome == "200")
        }
    }

    @Test func otherProjectsAndNobodyAreDenied() async throws {
        try await Self.run { s3 in
            for caller in [S3Fixture.Caller.stranger, .nobody] {
                let requests: [(String, String)] = [
                    ("GET", "/demo"), ("GET", "/demo/key"), ("PUT", "/demo/key"), ("DELETE", "/demo/key"),
                    ("DELETE", "/demo"), ("GET", "/demo?acl"), ("GET", "/demo?policy"),
                ]
                for (method, target) in requests {
                    let reply = try await s3.send(
                        method, target, body: method == "GET" ? nil : [], as: caller)
                    #expect(reply.outcome == "403 AccessDenied", "\(method) \(target)")
                }
                #expect(try await s3.send("HEAD", "/demo/key", as: caller).status == 403)
            }
        }
    }

    @Test func theOwnerMayBeExpected() async throws {
        try await Self.run { s3 async throws in
            let right = ["x-amz-expected-bucket-owner": "id-of-alpha"] as HeaderFields
            #expect(try await s3.send("GET", "/demo/key", right).outcome == "200")
            let wrong = ["x-amz-expected-bucket-owner": "id-of-beta"] as HeaderFields
            #expect(try await s3.send("GET", "/demo/key", wrong).outcome == "403 AccessDenied")
            #expect(try await s3.send("PUT", "/demo/key", wrong, body: [2]).outcome == "403 AccessDenied")
            #expect(try await s3.send("GET", "/demo/key").body == [1])
        }
    }
}
