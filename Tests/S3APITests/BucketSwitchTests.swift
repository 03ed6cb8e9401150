import HTTPServer
import Testing
import XML

/// Checklist: who pays, and acceleration: words that are kept and given back.
@Suite struct BucketSwitchTests {
    @Test func whoPaysIsKept() async throws {
        try await S3Fixture.run { s3 in
            try await s3.send("PUT", "/demo")
            func set(_ payer: String) async throws -> Reply {
                try await s3.send(
                    "PUT", "/demo?requestPayment",
                    text: "<RequestPaymentConfiguration><Payer>\(payer)</Payer></RequestPaymentConfiguration>"
                )
            }
            func payer() async throws -> String? {
                try await s3.send("GET", "/demo?requestPayment").xml.text(of: "Payer")
            }
            #expect(try await payer() == "BucketOwner")
            #expect(try await set("Requester").outcome == "200")
            #expect(try await payer() == "Requester")
            #expect(try await s3.send("PUT", "/demo/key", body: [1]).outcome == "200")
            #expect(try await s3.send("GET", "/demo/key", as: .stranger).outcome == "403 AccessDenied")
            #expect(try await set("Nobody").outcome == "400 MalformedXML")
            #expect(try await set("BucketOwner").outcome == "200")
            #expect(try await payer() == "BucketOwner")
        }
    }

    @Test func othersMustAgreeToPay() async throws {
        try await S3Fixture.run { s3 in
            try await s3.send("PUT", "/demo")
            try await s3.send("PUT", "/demo/key", ["x-amz-acl": "public-read"], body: [1])
            #expect(try await s3.send("GET", "/demo/key", as: .stranger).outcome == "200")
            let body = "<RequestPaymentConfiguration><Payer>Requester</Payer></RequestPaymentConfiguration>"
            #expect(try await s3.send("PUT", "/demo?requestPayment", text: body).outcome == "200")
            #expect(try await s3.send("GET", "/demo/key", as: .stranger).outcome == "403 AccessDenied")
            #expect(try await s3.send("GET", "/demo/key", as: .nobody).outcome == "403 AccessDenied")
            let agreed: HeaderFields = ["x-amz-request-payer": "requester"]
            #expect(try await s3.send("GET", "/demo/key", agreed, as: .stranger).outcome == "200")
            #expect(try await s3.send("GET", "/demo/key").outcome == "200")
        }
    }

    @Test(arguments: [
        ("inventory", "ListInventoryConfigurationsResult"), ("metrics", "ListMetricsConfigurationsResult"),
        ("analytics", "ListBucketAnalyticsConfigurationResult"),
        ("intelligent-tiering", "ListBucketIntelligentTieringConfigurationsOutput"),
    ])
    func kindsThatNobodyConfiguredAreEmpty(_ word: String, _ root: String) async throws {
        try await S3Fixture.run { s3 in
            try await s3.send("PUT", "/demo")
            let list = try await s3.send("GET", "/demo?\(word)")
            #expect(list.outcome == "200")
            #expect(try list.xml.name == root)
            #expect(try list.xml.text(of: "IsTruncated") == "false")
            #expect(try await s3.send("DELETE", "/demo?\(word)&id=a").outcome == "404 NoSuchConfiguration")
            let put = try await s3.send("PUT", "/demo?\(word)&id=a", text: "<x/>")
            #expect(put.outcome == "501 NotImplemented")
        }
    }

    @Test func accelerationIsKept() async throws {
        try await S3Fixture.run { s3 in
            func set(_ bucket: String, _ status: String) async throws -> Reply {
                let body = "<AccelerateConfiguration><Status>\(status)</Status></AccelerateConfiguration>"
                return try await s3.send("PUT", "/\(bucket)?accelerate", text: body)
            }
            try await s3.send("PUT", "/demo")
            try await s3.send("PUT", "/dotted.demo")
            #expect(try await set("demo", "Enabled").outcome == "200")
            #expect(try await s3.send("GET", "/demo?accelerate").xml.text(of: "Status") == "Enabled")
            #expect(try await set("demo", "Suspended").outcome == "200")
            #expect(try await s3.send("GET", "/demo?accelerate").xml.text(of: "Status") == "Suspended")
            #expect(try await set("demo", "Off").outcome == "400 MalformedXML")
            #expect(try await set("dotted.demo", "Enabled").outcome == "400 InvalidRequest")
        }
    }
}
