import HTTPServer
import Objects
import Testing
import XML

/// Every document that configures something, changed a little, thousands of times: the door takes it or answers 4xx,
/// and what it refuses changes nothing.
@Suite struct DocumentMutationTests {
    private static let rounds = 400

    struct Document: Sendable, CustomStringConvertible {
        var name: String
        /// What is put and read, below the bucket.
        var target: String
        var text: String

        var description: String { name }
    }

    private static let fragments = [
        "<", ">", "/>", "</", "&", "&amp;", "&#x0;", "&#1114112;", "\"", "'", "<!--", "-->", "<![CDATA[",
        "]]>", "<?",
        "<!DOCTYPE a [<!ENTITY b 'c'>]>", "&b;", "xmlns=''", "a:", "\u{FEFF}", "\u{0}", "\r\n", "é", "🜁",
        "0", "-1", "1", "99999999999999999999", "1e9", "NaN", "true", "Enabled", "Disabled", "*", "**", "/",
        "//",
        "http://", "https://", "\u{202E}", " ", String(repeating: "a", count: 300),
        "<Rule>", "</Rule>", "<Days>0</Days>", "<Date>9999-99-99T00:00:00Z</Date>", "<Prefix></Prefix>",
        "<Filter/>", "<And/>", "<Tag/>", "<Key></Key>", "<ID>x</ID>", "<Status/>", "<Years>1</Years>",
        "<Mode>COMPLIANCE</Mode>", "{", "}", "[", "]", ":", ",", "\\u0000", "\\ud800", "null", "\"Deny\"",
        "\"s3:*\"", "{\"a\":", "[[[[[[[[[[[[[[[[", "${aws:username}", "?", "arn:aws:s3:::", "aws:", "s3:",
    ]

    private static let bucketDocuments = [
        Document(
            name: "CORS", target: "?cors",
            text: """
                <CORSConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><CORSRule><ID>one</ID>\
                <AllowedOrigin>https://*.example</AllowedOrigin><AllowedMethod>GET</AllowedMethod>\
                <AllowedMethod>PUT</AllowedMethod><AllowedHeader>x-amz-*</AllowedHeader>\
                <ExposeHeader>ETag</ExposeHeader><MaxAgeSeconds>3000</MaxAgeSeconds></CORSRule></CORSConfiguration>
                """),
        Document(
            name: "website", target: "?website",
            text: """
                <WebsiteConfiguration><IndexDocument><Suffix>index.html</Suffix></IndexDocument><ErrorDocument>\
                <Key>error.html</Key></ErrorDocument><RoutingRules><RoutingRule><Condition>\
                <KeyPrefixEquals>docs/</KeyPrefixEquals><HttpErrorCodeReturnedEquals>404</HttpErrorCodeReturnedEquals>\
                </Condition><Redirect><HostName>example.com</HostName><Protocol>https</Protocol>\
                <ReplaceKeyPrefixWith>documents/</ReplaceKeyPrefixWith><HttpRedirectCode>302</HttpRedirectCode>\
                </Redirect></RoutingRule></RoutingRules></WebsiteConfiguration>
                """),
        Document(
            name: "lifecycle", target: "?lifecycle",
            text: """
                <LifecycleConfiguration><Rule><ID>logs</ID><Filter><And><Prefix>logs/</Prefix><Tag><Key>a</Key>\
                <Value>b</Value></Tag><ObjectSizeGreaterThan>10</ObjectSizeGreaterThan></And></Filter>\
                <Status>Enabled</Status><Transition><Days>30</Days><StorageClass>GLACIER</StorageClass></Transition>\
                <Expiration><Days>365</Days></Expiration><NoncurrentVersionExpiration>\
                <NoncurrentDays>7</NoncurrentDays><NewerNoncurrentVersions>3</NewerNoncurrentVersions>\
                </NoncurrentVersionExpiration></Rule><Rule><ID>uploads</ID><Filter><Prefix>x</Prefix></Filter>\
                <Status>Disabled</Status><Expiration><Date>2030-01-01T00:00:00Z</Date></Expiration>\
                <AbortIncompleteMultipartUpload><DaysAfterInitiation>2</DaysAfterInitiation>\
                </AbortIncompleteMultipartUpload></Rule></LifecycleConfiguration>
                """),
        Document(
            name: "tags of a bucket", target: "?tagging",
            text: """
                <Tagging><TagSet><Tag><Key>colour</Key><Value>blue</Value></Tag><Tag><Key>size</Key><Value/></Tag>\
                </TagSet></Tagging>
                """),
        Document(
            name: "tags of an object", target: "/key?tagging",
            text: "<Tagging><TagSet><Tag><Key>colour</Key><Value>blue</Value></Tag></TagSet></Tagging>"),
        Document(
            name: "policy", target: "?policy",
            text: #"""
                {"Version": "2012-10-17", "Id": "p", "Statement": [{"Sid": "one", "Effect": "Allow", "Principal":
                {"AWS": ["*", "arn:aws:iam::123456789012:root"]}, "Action": ["s3:GetObject", "s3:List*"], "Resource":
                ["arn:aws:s3:::demo", "arn:aws:s3:::demo/open/*"], "Condition": {"StringLike": {"s3:prefix": ["a*", "b?"]},
                "IpAddress": {"aws:SourceIp": "10.0.0.0/8"}, "NumericLessThanIfExists": {"s3:max-keys": "10"},
                "DateGreaterThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}, "Bool": {"aws:SecureTransport": "true"},
                "Null": {"s3:x-amz-acl": "true"}}}, {"Effect": "Allow", "Principal": "*", "NotAction": "s3:Delete*",
                "NotResource": "arn:aws:s3:::demo/shut/*"}]}
                """#),
        Document(
            name: "object lock", target: "?object-lock",
            text: """
                <ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention>\
                <Mode>GOVERNANCE</Mode><Days>1</Days></DefaultRetention></Rule></ObjectLockConfiguration>
                """),
        Document(
            name: "encryption", target: "?encryption",
            text: """
                <ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault>\
                <SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault>\
                <BucketKeyEnabled>false</BucketKeyEnabled></Rule></ServerSideEncryptionConfiguration>
                """),
        Document(
            name: "list of grants", target: "?acl",
            text: """
                <AccessControlPolicy><Owner><ID>id-of-alpha</ID></Owner><AccessControlList><Grant>\
                <Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser">\
                <ID>id-of-beta</ID></Grantee><Permission>READ</Permission></Grant><Grant>\
                <Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser">\
                <ID>id-of-alpha</ID></Grantee><Permission>FULL_CONTROL</Permission></Grant></AccessControlList>\
                </AccessControlPolicy>
                """),
        Document(
            name: "public access block", target: "?publicAccessBlock",
            text: """
                <PublicAccessBlockConfiguration><IgnorePublicAcls>true</IgnorePublicAcls>\
                <BlockPublicPolicy>false</BlockPublicPolicy></PublicAccessBlockConfiguration>
                """),
        Document(
            name: "ownership", target: "?ownershipControls",
            text: """
                <OwnershipControls><Rule><ObjectOwnership>ObjectWriter</ObjectOwnership></Rule></OwnershipControls>
                """),
        Document(
            name: "versioning", target: "?versioning",
            text: "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"),
        Document(
            name: "accelerate", target: "?accelerate",
            text: "<AccelerateConfiguration><Status>Enabled</Status></AccelerateConfiguration>"),
        Document(
            name: "request payment", target: "?requestPayment",
            text: """
                <RequestPaymentConfiguration><Payer>Requester</Payer></RequestPaymentConfiguration>
                """),
        Document(
            name: "retention", target: "/key?retention",
            text: """
                <Retention><Mode>GOVERNANCE</Mode><RetainUntilDate>2030-01-01T00:00:00Z</RetainUntilDate></Retention>
                """),
        Document(
            name: "logging", target: "?logging",
            text: """
                <BucketLoggingStatus><LoggingEnabled><TargetBucket>logs</TargetBucket><TargetGrants><Grant>\
                <Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser">\
                <ID>id-of-beta</ID></Grantee><Permission>READ</Permission></Grant></TargetGrants>\
                <TargetObjectKeyFormat><PartitionedPrefix><PartitionDateSource>EventTime</PartitionDateSource>\
                </PartitionedPrefix></TargetObjectKeyFormat><TargetPrefix>log/</TargetPrefix></LoggingEnabled>\
                </BucketLoggingStatus>
                """),
        Document(
            name: "notification", target: "?notification",
            text: """
                <NotificationConfiguration><QueueConfiguration><Id>one</Id>\
                <Queue>arn:aws:sqs:us-east-1:id-of-alpha:hook</Queue><Event>s3:ObjectCreated:*</Event>\
                <Filter><S3Key><FilterRule><Name>prefix</Name><Value>in/</Value></FilterRule><FilterRule>\
                <Name>suffix</Name><Value>.jpg</Value></FilterRule></S3Key></Filter></QueueConfiguration>\
                <TopicConfiguration><Topic>arn:aws:sns:us-east-1::hook</Topic><Event>s3:ObjectRemoved:Delete</Event>\
                </TopicConfiguration></NotificationConfiguration>
                """),
        Document(
            name: "legal hold", target: "/key?legal-hold", text: "<LegalHold><Status>OFF</Status></LegalHold>"
        ),
    ]

    @Test(arguments: bucketDocuments)
    func documentsAreTakenOrRefused(_ document: Document) async throws {
        try await S3Fixture.run { s3 in
            let locks = ["object-lock", "legal-hold", "retention"].contains { document.target.contains($0) }
            try await s3.send("PUT", "/demo", locks ? ["x-amz-bucket-object-lock-enabled": "true"] : [:])
            try await s3.send("PUT", "/demo/key", body: [1])
            try await s3.send("PUT", "/logs", ["x-amz-acl": "log-delivery-write"])
            try await s3.store.events.createWebhook(
                Webhook(
                    project: ProjectID("id-of-alpha"), name: "hook", url: "http://localhost/",
                    sealedSecret: [1], created: 0))
            let target = "/demo" + document.target
            let first = try await s3.send("PUT", target, text: document.text)
            #expect(first.status < 300, "\(first.text)")
            var current = try await s3.send("GET", target)
            #expect(current.status == 200)
            var mutator = Mutator(seed: 71, fragments: Self.fragments)
            var refused = 0
            for round in 0..<Self.rounds {
                let changed = mutator.mutated(Array(document.text.utf8))
                let reply = try await s3.send("PUT", target, body: changed)
                let now = try await s3.send("GET", target)
                if reply.status < 300 {
                    #expect(now.status == 200, "round \(round): \(String(decoding: changed, as: UTF8.self))")
                    let again = try await s3.send("PUT", target, body: now.body)
                    #expect(again.status < 300, "round \(round): \(now.text) \(again.text)")
                    current = try await s3.send("GET", target)
                    #expect(current.body == now.body)
                } else {
                    refused += 1
                    #expect(
                        (400..<500).contains(reply.status) && reply.code != nil,
                        "round \(round): \(reply.outcome) \(String(decoding: changed, as: UTF8.self))")
                    #expect(now.body == current.body, "round \(round)")
                }
            }
            #expect(refused > Self.rounds / 4)
        }
    }

    /// All but the last part are too small, so that only a list of one part makes an object.
    @Test func completionsAreTakenOrRefused() async throws {
        try await S3Fixture.run { s3 in
            try await s3.send("PUT", "/demo")
            var (upload, rows) = try await Self.unfinished(s3)
            var mutator = Mutator(seed: 73, fragments: Self.fragments)
            for round in 0..<Self.rounds {
                let changed =
                    round % 20 == 7 ? Self.completion(rows.prefix(1)) : mutator.mutated(Self.completion(rows))
                let reply = try await s3.send("POST", "/demo/key?uploadId=\(upload)", body: changed)
                if reply.status == 200 {
                    #expect(try await s3.send("GET", "/demo/key").body.count == 1, "round \(round)")
                    (upload, rows) = try await Self.unfinished(s3)
                    try await s3.send("DELETE", "/demo/key")
                } else {
                    #expect((400..<500).contains(reply.status), "round \(round): \(reply.outcome)")
                    #expect(try await s3.send("HEAD", "/demo/key").status == 404, "round \(round)")
                }
            }
        }
    }

    /// An upload of three parts of a byte each, and its rows of the document that would complete it.
    private static func unfinished(_ s3: S3Fixture) async throws -> (upload: String, rows: [String]) {
        let begun = try await s3.send("POST", "/demo/key?uploads", ["x-amz-checksum-algorithm": "SHA256"])
        let upload = try #require(try begun.xml.text(of: "UploadId"))
        var rows: [String] = []
        for number in 1...3 {
            let part = try await s3.send(
                "PUT", "/demo/key?partNumber=\(number)&uploadId=\(upload)", body: [UInt8(number)])
            let checksum = part.headers[first: "x-amz-checksum-sha256"] ?? ""
            rows.append(
                "<Part><PartNumber>\(number)</PartNumber><ETag>\(part.etag)</ETag>"
                    + "<ChecksumSHA256>\(checksum)</ChecksumSHA256></Part>")
        }
        return (upload, rows)
    }

    private static func completion(_ rows: some Sequence<String>) -> [UInt8] {
        Array("<CompleteMultipartUpload>\(rows.joined())</CompleteMultipartUpload>".utf8)
    }

    @Test func deletionsAreTakenOrRefused() async throws {
        try await S3Fixture.run { s3 in
            try await s3.send("PUT", "/demo")
            try await s3.send("PUT", "/demo/kept", body: [1])
            let document = """
                <Delete><Quiet>false</Quiet><Object><Key>one</Key></Object><Object><Key>two</Key>\
                <VersionId>null</VersionId></Object><Object><Key>three</Key><ETag>"x"</ETag></Object></Delete>
                """
            var mutator = Mutator(seed: 72, fragments: Self.fragments)
            var refused = 0
            for round in 0..<Self.rounds {
                let changed = mutator.mutated(Array(document.utf8))
                let reply = try await s3.send("POST", "/demo?delete", body: changed)
                if reply.status == 200 { continue }
                refused += 1
                #expect((400..<500).contains(reply.status), "round \(round): \(reply.outcome)")
            }
            #expect(refused > Self.rounds / 4)
            #expect(try await s3.send("GET", "/demo/kept").body == [1])
        }
    }
}
