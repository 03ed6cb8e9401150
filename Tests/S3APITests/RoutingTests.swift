import HTTPServer
import Testing

@testable import S3API

@Suite struct RoutingTests {
    private func target(_ path: String, host: String = "127.0.0.1:9000") throws -> S3Target {
        try S3Target(HTTPRequest(target: path, headers: ["Host": host]), hostSuffixes: ["s3.localhost"])
    }

    private func operation(
        _ level: S3OperationRow.Level, _ method: HTTPMethod, _ query: String?, _ headers: HeaderFields = [:]
    ) -> String {
        do {
            return try S3Router().row(level, method, query: S3Query(query), headers: headers).operation
                .rawValue
        } catch {
            return error.code
        }
    }

    @Test func pathsNameBucketsAndKeysByteByByte() throws {
        #expect(try target("/").level == .service)
        #expect(try target("/bucket").level == .bucket)
        #expect(try target("/bucket/").level == .bucket)
        let cases: [(String, String)] = [
            ("/bucket/key", "key"), ("/bucket//key", "/key"), ("/bucket/a//b", "a//b"),
            ("/bucket/./..", "./.."),
            ("/bucket/a+b", "a+b"), ("/bucket/a%20b%2Bc", "a b+c"), ("/bucket/a%2Fb", "a/b"),
            ("/bucket/a%252F", "a%2F"), ("/bucket/dir/", "dir/"), ("/bucket/%C3%A9", "é"),
            ("/bucket/a%00b", "a\0b"),
        ]
        for (path, key) in cases {
            let found = try target(path)
            #expect(found.bucket == "bucket")
            #expect(found.key == Array(key.utf8), "\(path)")
        }
    }

    @Test func anEscapedSlashDoesNotEndTheBucket() throws {
        let found = try target("/bucket%2Fkey")
        #expect(found.bucket == "bucket/key")
        #expect(found.key == nil)
    }

    @Test(arguments: ["/bucket/%", "/bucket/%4", "/bucket/%zz", "/%", "*", "bucket/key"])
    func badEscapesAndFormsAreRefused(_ path: String) {
        #expect(throws: S3Error.self) { try target(path) }
    }

    @Test func theHostNamesTheBucketUnderASuffixOnly() throws {
        let virtual = try target("/a/b", host: "demo.s3.localhost:9000")
        #expect(virtual.bucket == "demo" && virtual.isVirtualHost)
        #expect(virtual.key == Array("a/b".utf8))
        #expect(try target("/", host: "demo.S3.localhost").level == .bucket)
        #expect(try target("/", host: "my.dotted.name.s3.localhost").bucket == "my.dotted.name")
        let both = try S3Target(
            HTTPRequest(target: "/key", headers: ["Host": "s3.localhost"]),
            hostSuffixes: ["localhost", "s3.localhost"])
        #expect(both.bucket == "key" && !both.isVirtualHost)
        for host in ["s3.localhost", "s3.localhost:9000", "xs3.localhost", "[::1]:9000", "minio", "10.0.0.1"]
        {
            let found = try target("/demo/key", host: host)
            #expect(found.bucket == "demo" && !found.isVirtualHost, "\(host)")
        }
    }

    @Test(arguments: ["frobnicate", "frobnicate=", "append&position=0", "usage", "acl2", "Acl"])
    func unknownSubresourcesAreNotImplemented(_ query: String) {
        for level in [S3OperationRow.Level.bucket, .object] {
            for method in [HTTPMethod.get, .put, .delete, .post, .head] {
                #expect(operation(level, method, query) == "NotImplemented", "\(level) \(method) \(query)")
            }
        }
    }

    @Test func wordsOfAnotherLevelAreNotImplemented() {
        #expect(operation(.object, .get, "versions") == "NotImplemented")
        #expect(operation(.object, .put, "versioning") == "NotImplemented")
        #expect(operation(.bucket, .get, "uploadId=1") == "NotImplemented")
        #expect(operation(.service, .get, "acl") == "NotImplemented")
    }

    @Test func knownWordsWithAnotherMethodAreNotAllowed() {
        #expect(operation(.bucket, .post, "versioning") == "MethodNotAllowed")
        #expect(operation(.bucket, .delete, "location") == "MethodNotAllowed")
        #expect(operation(.object, .head, "uploadId=1") == "MethodNotAllowed")
        #expect(operation(.service, .put, nil) == "MethodNotAllowed")
        #expect(operation(.object, .patch, nil) == "MethodNotAllowed")
    }

    @Test func harmlessParametersSelectNothing() {
        #expect(operation(.object, .get, "x-id=GetObject") == "GetObject")
        #expect(operation(.bucket, .get, "prefix=&delimiter=") == "ListObjects")
        #expect(operation(.bucket, .get, "prefix&delimiter") == "ListObjects")
        #expect(operation(.bucket, .get, "unknown=value") == "ListObjects")
        #expect(operation(.object, .get, "versionId=") == "GetObject")
        #expect(operation(.object, .get, "X-Amz-Signature=&X-Amz-Security-Token=") == "GetObject")
    }

    @Test func requestsAreToldApartByWhatTheyHave() {
        #expect(operation(.bucket, .get, "list-type=2&prefix=a") == "ListObjectsV2")
        #expect(operation(.object, .put, nil, ["x-amz-copy-source": "b/k"]) == "CopyObject")
        #expect(operation(.object, .put, "uploadId=1&partNumber=1") == "UploadPart")
        #expect(
            operation(.object, .put, "partNumber=1&uploadId=1", ["x-amz-copy-source": "b/k"])
                == "UploadPartCopy")
        #expect(operation(.object, .get, "partNumber=1") == "GetObject")
        #expect(operation(.object, .get, "partNumber=1&uploadId=1") == "ListParts")
        #expect(operation(.bucket, .get, "analytics") == "ListBucketAnalyticsConfigurations")
        #expect(operation(.bucket, .get, "analytics&id=1") == "GetBucketAnalyticsConfiguration")
        #expect(operation(.bucket, .post, "delete") == "DeleteObjects")
        #expect(operation(.bucket, .post, nil) == "PostObject")
    }

    @Test func aPartIsNeverAWholeObject() {
        #expect(operation(.object, .put, "partNumber=1") == "InvalidArgument")
        #expect(operation(.bucket, .get, "list-type=3") == "InvalidArgument")
    }

    @Test func versionsAreNamedWhereThereAreSome() {
        for query in ["versionId=null", "acl&versionId=x", "tagging&versionId=", "versionId=x&attributes"] {
            #expect(operation(.object, .get, query) != "InvalidArgument", "\(query)")
        }
        #expect(operation(.object, .delete, "versionId=x") == "DeleteObject")
        for query in ["versionId=null", "uploadId=1&partNumber=1&versionId="] {
            #expect(operation(.object, .put, query) == "InvalidArgument", "\(query)")
            #expect(operation(.object, .put, query, ["x-amz-copy-source": "b/k"]) == "InvalidArgument")
        }
        #expect(operation(.object, .post, "uploads&versionId=x") == "InvalidArgument")
        #expect(operation(.object, .post, "uploadId=1&versionId=x") == "InvalidArgument")
        #expect(operation(.object, .delete, "uploadId=1&versionId=x") == "InvalidArgument")
        #expect(operation(.bucket, .get, "versionId=x") == "InvalidArgument")
        #expect(operation(.bucket, .get, "versions&versionId=x") == "InvalidArgument")
    }

    @Test func twoSubresourcesConflict() {
        #expect(operation(.bucket, .get, "acl&tagging") == "InvalidArgument")
        #expect(operation(.object, .put, "uploadId=1&tagging") == "InvalidArgument")
    }

    @Test func aQueryOfManyParametersIsRefused() {
        let query = (0...S3Query.maximumCount).map { "a\($0)=1" }.joined(separator: "&")
        #expect(throws: S3Error.self) { try S3Query(query) }
        #expect(throws: S3Error.self) { try S3Query("prefix=%zz") }
        #expect(throws: S3Error.self) { try S3Query("prefix=%ff") }
    }
}
