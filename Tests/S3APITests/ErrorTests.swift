import Auth
import HTTPServer
import NIOCore
import Objects
import Testing
import XML

@testable import S3API

/// Checklist: what a refusal looks like.
@Suite struct ErrorTests {
    @Test func aRefusalIsADocument() async throws {
        try await S3Fixture.run { s3 in
            try await s3.send("PUT", "/demo")
            let reply = try await s3.send("GET", "/demo/no%20key%3C")
            #expect(reply.status == 404)
            #expect(reply.headers[first: "content-type"] == "application/xml")
            let xml = try reply.xml
            #expect(xml.name == "Error")
            #expect(xml.namespace == nil)
            #expect(xml.text(of: "Code") == "NoSuchKey")
            #expect(xml.text(of: "Message") == "The specified key does not exist.")
            #expect(xml.text(of: "Key") == "no key<")
            #expect(xml.text(of: "BucketName") == "demo")
            #expect(xml.text(of: "Resource") == "/demo/no%20key%3C")
            #expect(xml.text(of: "RequestId") == reply.headers[first: "x-amz-request-id"])
            #expect(xml.text(of: "HostId") == reply.headers[first: "x-amz-id-2"])
            let head = try await s3.send("HEAD", "/demo/none")
            #expect(head.status == 404)
            #expect(head.headers.contains("x-amz-request-id"))
        }
    }

    @Test func aHeadHasNoBodyWhateverHappens() async throws {
        try await S3Fixture.run { s3 in
            let request = HTTPRequest(method: .head, target: "/demo/key", headers: ["Host": S3Fixture.host])
            let response = await s3.door.respond(request)
            #expect(response.status == 404)
            #expect(response.body.length == 0)
        }
    }

    @Test func everyAnswerNamesItsRequest() async throws {
        try await S3Fixture.run { s3 in
            for (method, target) in [
                ("GET", "/"), ("PUT", "/demo"), ("GET", "/demo?frobnicate"), ("GET", "/%zz"),
                ("OPTIONS", "/demo/x"),
            ] {
                let reply = try await s3.send(method, target)
                #expect(reply.headers[first: "x-amz-request-id"]?.hasPrefix("req_") == true, "\(target)")
            }
        }
    }

    @Test(arguments: [
        ("GET", "/%zz", "400 InvalidURI"), ("GET", "/demo/%FF", "400 InvalidURI"),
        ("GET", "/demo?prefix=%FF", "400 InvalidURI"), ("OPTIONS", "/demo/key", "400 BadRequest"),
        ("PATCH", "/demo/key", "405 MethodNotAllowed"), ("POST", "/demo/key", "405 MethodNotAllowed"),
        ("DELETE", "/", "405 MethodNotAllowed"), ("PUT", "/demo/key?partNumber=1", "400 InvalidArgument"),
        ("PUT", "/demo?lifecycle", "400 MalformedXML"),
        ("PUT", "/demo/key?tagging", "400 MalformedXML"),
        ("PUT", "/demo/key?retention", "400 InvalidRequest"),
        ("PUT", "/demo?policy", "400 MalformedPolicy"), ("PUT", "/demo?replication", "501 NotImplemented"),
        ("POST", "/demo/key?restore", "501 NotImplemented"),
        ("GET", "/demo/key?torrent", "404 NoSuchKey"),
        ("POST", "/demo", "400 InvalidRequest"), ("PUT", "/demo/key?append&position=0", "501 NotImplemented"),
    ])
    func hostileAndUnservedRequestsAreAnswered(
        _ method: String, _ target: String, _ outcome: String
    ) async throws {
        try await S3Fixture.run { s3 in
            try await s3.send("PUT", "/demo")
            let reply = try await s3.send(method, target, body: method == "GET" ? nil : [1])
            #expect(reply.outcome == outcome)
            #expect(try await s3.send("GET", "/demo").xml.all("Contents").isEmpty)
        }
    }

    @Test func bodiesThatFailStoreNothing() async throws {
        try await S3Fixture.run { s3 in
            try await s3.send("PUT", "/demo")
            for (failure, outcome) in [
                (BodyError.disconnected, "400 IncompleteBody"), (.tooSlow, "400 RequestTimeout"),
                (.tooLarge, "400 EntityTooLarge"), (.malformed, "400 IncompleteBody"),
            ] {
                let headers = s3.signer().signed(
                    "PUT", "/demo/key", ["Host": S3Fixture.host, "Content-Length": "10"],
                    payload: "UNSIGNED-PAYLOAD"
                ).headers
                let body = RequestBody(
                    chunks: [ByteBuffer(bytes: [1, 2, 3])], declaredLength: 10, failure: failure)
                #expect(try await s3.sendRaw("PUT", "/demo/key", headers, body: body).outcome == outcome)
            }
            let short = s3.signer().signed(
                "PUT", "/demo/key", ["Host": S3Fixture.host, "Content-Length": "10"],
                payload: "UNSIGNED-PAYLOAD"
            ).headers
            let body = RequestBody(chunks: [ByteBuffer(bytes: [1, 2, 3])], declaredLength: 10)
            #expect(
                try await s3.sendRaw("PUT", "/demo/key", short, body: body).outcome == "400 IncompleteBody")
            #expect(try await s3.send("HEAD", "/demo/key").status == 404)
        }
    }

    @Test func aProjectsLimitBindsEveryUpload() async throws {
        try await S3Fixture.run { s3 in
            let id = ProjectID("small")
            let project = Project(
                id: id, name: "small", displayName: "Small", created: s3.clock.now, maximumObjectSize: 10)
            _ = try await s3.store.accounts.createProject(NewProject(project: project))
            let bucket = try await s3.store.accounts.createBucket(
                try #require(BucketName("small-bucket")), project: id, created: s3.clock.now)
            #expect(try await s3.store.sizeLimit(of: bucket) == 10)
        }
    }

    @Test func theStoresRefusalsHaveAWSsNames() {
        let cases: [(StoreError, Int, String)] = [
            (.noSuchBucket, 404, "NoSuchBucket"), (.noSuchKey, 404, "NoSuchKey"),
            (.noSuchVersion, 404, "NoSuchVersion"), (.noSuchUpload, 404, "NoSuchUpload"),
            (.bucketExists(owner: ProjectID("x")), 409, "BucketAlreadyExists"),
            (.bucketNotEmpty, 409, "BucketNotEmpty"), (.deleteMarker(.null), 404, "NoSuchKey"),
            (.preconditionFailed, 412, "PreconditionFailed"), (.overwriteForbidden, 403, "AccessDenied"),
            (.invalidPart(number: 1), 400, "InvalidPart"), (.invalidPartOrder, 400, "InvalidPartOrder"),
            (.partTooSmall(number: 1, size: 1, minimum: 5), 400, "EntityTooSmall"),
            (.sizeMismatch, 400, "InvalidRequest"), (.invalidRange, 416, "InvalidRange"),
            (.bodyTooLarge(limit: 1), 400, "EntityTooLarge"), (.bodyIncomplete, 400, "IncompleteBody"),
            (.digestMismatch("x"), 400, "BadDigest"), (.invalidArgument("x"), 400, "InvalidArgument"),
            (.outOfSpace, 507, "InsufficientStorage"), (.overloaded, 503, "SlowDown"),
            (.expired, 400, "RequestTimeout"), (.bodyTooSlow, 400, "RequestTimeout"),
            (.corrupt("secret"), 500, "InternalError"),
            (.internalFault("secret"), 500, "InternalError"), (.uploadConflict("x"), 409, "OperationAborted"),
        ]
        for (error, status, code) in cases {
            let refusal = S3Error(store: error)
            #expect(refusal.status == status && refusal.code == code, "\(error)")
            #expect(!refusal.message.contains("secret"))
            #expect(refusal.fields.allSatisfy { !$0.value.contains("secret") })
        }
    }

    /// Whether the store is asked for the key that signs or for the object.
    @Test func whoeverIsToWaitIsToldHowLong() {
        for error in [S3Error(store: .overloaded), S3Error(auth: .store(.overloaded))] {
            #expect(error.status == 503 && error.code == "SlowDown")
            #expect(error.headers.contains { $0.name == "Retry-After" && $0.value == "1" })
        }
        #expect(S3Error(auth: .store(.internalFault("secret"))).cause?.contains("secret") == true)
    }

    @Test(arguments: [
        (0, "1970-01-01T00:00:00.000Z"), (1_767_323_045_678, "2026-01-02T03:04:05.678Z"),
        (951_782_400_000, "2000-02-29T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
        (Int64.max, "9999-12-31T23:59:59.999Z"), (Int64.min, "0000-01-01T00:00:00.000Z"),
    ])
    func timesAreWrittenInUTC(_ milliseconds: Int64, _ text: String) {
        #expect(Timestamp(milliseconds).string == text)
    }

    @Test(
        arguments: [
            ("0", 0), ("10", 10), ("9223372036854775807", Int64.max), ("9223372036854775808", nil), ("", nil),
            ("-1", nil), ("+1", nil), (" 1", nil), ("1 ", nil), ("0x1", nil), ("१", nil),
        ] as [(String, Int64?)])
    func numbersAreDigits(_ text: String, _ number: Int64?) {
        #expect(wireNumber(text) == number)
    }
}
