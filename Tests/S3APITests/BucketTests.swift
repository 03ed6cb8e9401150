import HTTPServer
import Testing
import XML

/// Checklist: buckets and what is said of those that were never configured.
@Suite struct BucketTests {
    @Test func bucketsComeAndGo() async throws {
        try await S3Fixture.run { s3 in
            #expect(try await s3.send("HEAD", "/demo-1").status == 404)
            let created = try await s3.send("PUT", "/demo-1")
            #expect(created.outcome == "200")
            #expect(created.headers[first: "location"] == "/demo-1")
            let head = try await s3.send("HEAD", "/demo-1/")
            #expect(head.status == 200)
            #expect(head.headers[first: "x-amz-bucket-region"] == "us-east-1")
            #expect(try await s3.send("PUT", "/demo-1/key", body: [1]).outcome == "200")
            #expect(try await s3.send("DELETE", "/demo-1").outcome == "409 BucketNotEmpty")
            try await s3.send("DELETE", "/demo-1/key")
            #expect(try await s3.send("DELETE", "/demo-1").outcome == "204")
            #expect(try await s3.send("DELETE", "/demo-1").outcome == "404 NoSuchBucket")
        }
    }

    @Test(arguments: [
        "ab", "Bucket", "-abc", "abc-", "a..b", "a.-b", "a-.b", "192.168.1.1", "under_score",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "a%20b",
    ])
    func badNamesAreNoBuckets(_ name: String) async throws {
        try await S3Fixture.run { s3 in
            let created = try await s3.send("PUT", "/\(name)")
            #expect(created.outcome == "400 InvalidBucketName")
            let read = try await s3.send("GET", "/\(name)/key")
            #expect(read.outcome == "400 InvalidBucketName")
        }
    }

    @Test func theRegionIsToldToWhoeverAsks() async throws {
        try await S3Fixture.run(region: "eu-central-1") { s3 in
            try await s3.send("PUT", "/demo", region: "eu-central-1")
            let unsigned = try await s3.send("HEAD", "/demo", as: .nobody)
            #expect(unsigned.status == 403)
            #expect(unsigned.headers.values("x-amz-bucket-region") == ["eu-central-1"])
            let elsewhere = try await s3.send("HEAD", "/demo")
            #expect(elsewhere.status == 400)
            #expect(elsewhere.headers.values("x-amz-bucket-region") == ["eu-central-1"])
            let missing = try await s3.send("HEAD", "/missing", region: "eu-central-1")
            #expect(missing.status == 404)
            #expect(missing.headers[first: "x-amz-bucket-region"] == nil)
        }
    }

    @Test(arguments: [
        "xn--demo", "sthree-demo", "amzn-s3-demo-bucket", "demo-s3alias", "demo--ol-s3", "demo.mrap",
        "demo--x-s3",
        "demo--table-s3",
    ])
    func namesWithAMeaningOnAWSAreNotGiven(_ name: String) async throws {
        try await S3Fixture.run { s3 in
            let created = try await s3.send("PUT", "/\(name)")
            #expect(created.outcome == "400 InvalidBucketName")
            // One that a command made all the same is a bucket like others.
            let read = try await s3.send("GET", "/\(name)")
            #expect(read.outcome == "404 NoSuchBucket")
        }
    }

    @Test func creatingAgainDependsOnTheRegionAndTheOwner() async throws {
        try await S3Fixture.run { s3 in
            try await s3.send("PUT", "/demo")
            try await s3.send("PUT", "/demo/key", body: [1])
            #expect(try await s3.send("PUT", "/demo").outcome == "200")
            #expect(try await s3.send("GET", "/demo/key").body == [1])
            #expect(try await s3.send("PUT", "/demo", as: .stranger).outcome == "409 BucketAlreadyExists")
        }
        try await S3Fixture.run(region: "eu-central-1") { s3 in
            #expect(try await s3.send("PUT", "/demo", region: "eu-central-1").outcome == "200")
            let again = try await s3.send("PUT", "/demo", region: "eu-central-1")
            #expect(again.outcome == "409 BucketAlreadyOwnedByYou")
        }
    }

    @Test func thereIsOneRegion() async throws {
        func constraint(_ region: String) -> [UInt8] {
            Array(
                """
                <CreateBucketConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">\
                <LocationConstraint>\(region)</LocationConstraint></CreateBucketConfiguration>
                """.utf8)
        }
        try await S3Fixture.run { s3 in
            #expect(try await s3.send("PUT", "/demo", body: constraint("us-east-1")).outcome == "200")
            let elsewhere = try await s3.send("PUT", "/other", body: constraint("eu-west-9"))
            #expect(elsewhere.outcome == "400 InvalidLocationConstraint")
            #expect(try await s3.send("PUT", "/other", text: "<broken").outcome == "400 MalformedXML")
            #expect(try await s3.send("PUT", "/other", text: "<Other/>").outcome == "400 MalformedXML")
            #expect(try await s3.send("HEAD", "/other").status == 404)
            let location = try await s3.send("GET", "/demo?location").xml
            #expect(location.name == "LocationConstraint")
            #expect(location.text.isEmpty)
        }
        try await S3Fixture.run(region: "eu-central-1") { s3 in
            try await s3.send("PUT", "/demo", region: "eu-central-1")
            let location = try await s3.send("GET", "/demo?location", region: "eu-central-1").xml
            #expect(location.text == "eu-central-1")
            let wrong = try await s3.send("GET", "/demo")
            #expect(wrong.outcome == "400 AuthorizationHeaderMalformed")
            #expect(try wrong.xml.text(of: "Region") == "eu-central-1")
        }
    }

    @Test func listingBucketsPagesAndFilters() async throws {
        try await S3Fixture.run { s3 in
            #expect(try await s3.send("GET", "/").xml.first("Buckets")?.children.isEmpty == true)
            for name in ["zoo", "alpha", "beta", "alps"] { try await s3.send("PUT", "/\(name)") }
            try await s3.send("PUT", "/theirs", as: .stranger)
            let all = try await s3.send("GET", "/").xml
            #expect(all.name == "ListAllMyBucketsResult")
            #expect(names(all) == ["alpha", "alps", "beta", "zoo"])
            #expect(
                all.first("Buckets")?.children.first?.text(of: "CreationDate") == "2026-01-02T03:04:05.000Z")
            #expect(all.first("Owner")?.text(of: "ID") == "id-of-alpha")
            #expect(all.first("Owner")?.text(of: "DisplayName") == "The alpha")
            #expect(all.first("ContinuationToken") == nil)
            let first = try await s3.send("GET", "/?max-buckets=3").xml
            #expect(names(first) == ["alpha", "alps", "beta"])
            let token = try #require(first.text(of: "ContinuationToken"))
            let rest = try await s3.send("GET", "/?max-buckets=3&continuation-token=\(token)").xml
            #expect(names(rest) == ["zoo"])
            #expect(rest.first("ContinuationToken") == nil)
            #expect(try await names(s3.send("GET", "/?prefix=al").xml) == ["alpha", "alps"])
            #expect(try await names(s3.send("GET", "/?bucket-region=eu-west-1").xml) == [])
            for bad in ["0", "-1", "10001", "x", "99999999999999999999"] {
                #expect(try await s3.send("GET", "/?max-buckets=\(bad)").outcome == "400 InvalidArgument")
            }
            #expect(try await s3.send("GET", "/", as: .nobody).outcome == "403 AccessDenied")
            #expect(try await names(s3.send("GET", "/", as: .stranger).xml) == ["theirs"])
        }
    }

    @Test(arguments: [
        ("policy", "404 NoSuchBucketPolicy"),
        ("cors", "404 NoSuchCORSConfiguration"), ("website", "404 NoSuchWebsiteConfiguration"),
        ("lifecycle", "404 NoSuchLifecycleConfiguration"), ("tagging", "404 NoSuchTagSet"),
        ("replication", "404 ReplicationConfigurationNotFoundError"),
        ("encryption", "404 ServerSideEncryptionConfigurationNotFoundError"),
        ("object-lock", "404 ObjectLockConfigurationNotFoundError"),
        ("publicAccessBlock", "404 NoSuchPublicAccessBlockConfiguration"),
        ("ownershipControls", "404 OwnershipControlsNotFoundError"),
        ("inventory&id=a", "404 NoSuchConfiguration"), ("analytics&id=a", "404 NoSuchConfiguration"),
        ("metrics&id=a", "404 NoSuchConfiguration"),
        ("intelligent-tiering&id=a", "404 NoSuchConfiguration"),
        ("frobnicate", "501 NotImplemented"),
    ])
    func whatWasNeverConfiguredIsAnsweredAsAWSDoes(_ word: String, _ outcome: String) async throws {
        try await S3Fixture.run { s3 in
            try await s3.send("PUT", "/demo")
            let reply = try await s3.send("GET", "/demo?\(word)")
            #expect(reply.outcome == outcome)
            if reply.status == 404 {
                #expect(try reply.xml.text(of: "BucketName") == "demo")
                #expect(try await s3.send("GET", "/nodemo?\(word)").outcome == "404 NoSuchBucket")
                #expect(
                    try await s3.send("GET", "/demo?\(word)", as: .stranger).outcome == "403 AccessDenied")
            }
        }
    }

    @Test(arguments: [
        ("versioning", "VersioningConfiguration"), ("accelerate", "AccelerateConfiguration"),
        ("logging", "BucketLoggingStatus"), ("notification", "NotificationConfiguration"),
    ])
    func emptyDocumentsAreEmpty(_ word: String, _ root: String) async throws {
        try await S3Fixture.run { s3 in
            try await s3.send("PUT", "/demo")
            let xml = try await s3.send("GET", "/demo?\(word)").xml
            #expect(xml.name == root)
            #expect(xml.children.isEmpty)
            #expect(xml.namespace == "http://s3.amazonaws.com/doc/2006-03-01/")
        }
    }

    @Test func theOwnerHasEverything() async throws {
        try await S3Fixture.run { s3 in
            try await s3.send("PUT", "/demo")
            try await s3.send("PUT", "/demo/key", body: [1])
            for target in ["/demo?acl", "/demo/key?acl"] {
                let acl = try await s3.send("GET", target).xml
                #expect(acl.first("Owner")?.text(of: "ID") == "id-of-alpha")
                let grants = acl.first("AccessControlList")?.all("Grant") ?? []
                #expect(grants.count == 1)
                #expect(grants.first?.text(of: "Permission") == "FULL_CONTROL")
                #expect(grants.first?.first("Grantee")?.attribute("type") == "CanonicalUser")
                #expect(grants.first?.first("Grantee")?.text(of: "ID") == "id-of-alpha")
            }
            #expect(try await s3.send("GET", "/demo/none?acl").outcome == "404 NoSuchKey")
            let tags = try await s3.send("GET", "/demo/key?tagging").xml
            #expect(tags.first("TagSet")?.children.isEmpty == true)
            #expect(try await s3.send("GET", "/demo?requestPayment").xml.text(of: "Payer") == "BucketOwner")
        }
    }

    @Test func listsAreReplacedByTheirOwner() async throws {
        try await S3Fixture.run { s3 in
            try await s3.send("PUT", "/demo")
            try await s3.send("PUT", "/demo/key", body: [1])
            for target in ["/demo?acl", "/demo/key?acl"] {
                let list = try await s3.send("GET", target).body
                let same = try await s3.send("PUT", target, body: list)
                #expect(same.outcome == "200")
                let canned = try await s3.send("PUT", target, ["x-amz-acl": "private"], body: [])
                #expect(canned.outcome == "200")
                let open = try await s3.send("PUT", target, ["x-amz-acl": "public-read"], body: [])
                #expect(open.outcome == "200")
                let grants = try await s3.send("GET", target).xml.first("AccessControlList")?.all("Grant")
                #expect(grants?.compactMap { $0.text(of: "Permission") } == ["READ", "FULL_CONTROL"])
                #expect(
                    try await s3.send("GET", target.replacing("?acl", with: ""), as: .nobody).outcome == "200"
                )
                let less = String(decoding: list, as: UTF8.self).replacing("FULL_CONTROL", with: "READ")
                let changed = try await s3.send("PUT", target, text: less)
                #expect(changed.outcome == "200")
                #expect(
                    try await s3.send("GET", target.replacing("?acl", with: ""), as: .nobody).outcome
                        == "403 AccessDenied")
                let unknown = String(decoding: list, as: UTF8.self).replacing(
                    "<Grant><Grantee xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=\"CanonicalUser\"><ID>id-of-alpha",
                    with: "<Grant><Grantee><ID>id-of-nobody")
                #expect(try await s3.send("PUT", target, text: unknown).outcome == "400 InvalidArgument")
                let other = String(decoding: list, as: UTF8.self).replacing("id-of-alpha", with: "id-of-beta")
                let foreign = try await s3.send("PUT", target, text: other)
                #expect(foreign.outcome == "403 AccessDenied")
                let reader = try await s3.send("PUT", target, body: list, as: .reader)
                #expect(reader.outcome == "403 AccessDenied")
            }
            let none = try await s3.send("PUT", "/demo/none?acl", ["x-amz-acl": "private"], body: [])
            #expect(none.outcome == "404 NoSuchKey")
        }
    }
}

private func names(_ listing: XMLElement) -> [String] {
    listing.first("Buckets")?.all("Bucket").compactMap { $0.text(of: "Name") } ?? []
}
