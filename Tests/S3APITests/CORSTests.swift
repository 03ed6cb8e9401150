import HTTPServer
import Testing
import XML

/// Checklist: what pages of other origins are told.
@Suite struct CORSTests {
    private static func run(_ rules: String..., test: (S3Fixture) async throws -> Void) async throws {
        let all = rules.map { "<CORSRule>\($0)</CORSRule>" }.joined()
        try await S3Fixture.run { s3 in
            try await s3.send("PUT", "/demo")
            let body = "<CORSConfiguration>\(all)</CORSConfiguration>"
            #expect(try await s3.send("PUT", "/demo?cors", text: body).outcome == "200")
            try await test(s3)
        }
    }

    private static func preflight(
        _ s3: S3Fixture, _ origin: String, _ method: String, _ headers: String? = nil
    ) async throws -> Reply {
        var fields: HeaderFields = ["Origin": origin, "Access-Control-Request-Method": method]
        if let headers { fields.add("Access-Control-Request-Headers", headers) }
        return try await s3.send("OPTIONS", "/demo/key", fields, as: .nobody)
    }

    private static let rule = """
        <ID>r</ID><AllowedHeader>x-amz-*</AllowedHeader><AllowedMethod>GET</AllowedMethod>\
        <AllowedMethod>PUT</AllowedMethod><AllowedOrigin>https://*.example</AllowedOrigin>\
        <ExposeHeader>ETag</ExposeHeader><MaxAgeSeconds>60</MaxAgeSeconds>
        """

    @Test func rulesComeBackAndGo() async throws {
        try await Self.run(Self.rule) { s3 in
            let text = try await s3.send("GET", "/demo?cors").text
            #expect(text.contains("<CORSRule>\(Self.rule)</CORSRule>"), "\(text)")
            #expect(try await s3.send("DELETE", "/demo?cors").outcome == "204")
            #expect(try await s3.send("GET", "/demo?cors").outcome == "404 NoSuchCORSConfiguration")
            #expect(try await Self.preflight(s3, "https://a.example", "GET").outcome == "403 AccessForbidden")
        }
    }

    @Test func preflightsAreJudged() async throws {
        try await Self.run(Self.rule) { s3 in
            let granted = try await Self.preflight(s3, "https://a.example", "PUT", "X-Amz-Date, x-amz-acl")
            #expect(granted.status == 200)
            #expect(granted.headers[first: "access-control-allow-origin"] == "https://a.example")
            #expect(granted.headers[first: "access-control-allow-methods"] == "GET, PUT")
            #expect(granted.headers[first: "access-control-allow-headers"] == "x-amz-date, x-amz-acl")
            #expect(granted.headers[first: "access-control-expose-headers"] == "ETag")
            #expect(granted.headers[first: "access-control-max-age"] == "60")
            #expect(granted.headers[first: "access-control-allow-credentials"] == "true")
            #expect(granted.headers[first: "vary"]?.contains("Origin") == true)
            for (origin, method, headers) in [
                ("https://example", "GET", nil), ("http://a.example", "GET", nil),
                ("https://a.example", "DELETE", nil), ("https://a.example", "GET", "content-type"),
            ] {
                let refused = try await Self.preflight(s3, origin, method, headers)
                #expect(refused.outcome == "403 AccessForbidden")
                #expect(refused.headers[first: "access-control-allow-origin"] == nil)
            }
            #expect(try await s3.send("OPTIONS", "/demo/key", as: .nobody).outcome == "400 BadRequest")
            let methodless = try await s3.send(
                "OPTIONS", "/demo", ["Origin": "https://a.example"], as: .nobody)
            #expect(methodless.outcome == "400 BadRequest")
            #expect(try await Self.preflight(s3, "https://a.example", "PATCH").outcome == "400 BadRequest")
        }
    }

    @Test func answersCarryTheGrant() async throws {
        try await Self.run(
            Self.rule, "<AllowedMethod>DELETE</AllowedMethod><AllowedOrigin>*</AllowedOrigin>"
        ) { s3 in
            let origin: HeaderFields = ["Origin": "https://a.example"]
            let put = try await s3.send("PUT", "/demo/key", origin, body: [1])
            #expect(put.headers[first: "access-control-allow-origin"] == "https://a.example")
            let refused = try await s3.send("GET", "/demo/key", origin, as: .nobody)
            #expect(refused.outcome == "403 AccessDenied")
            #expect(refused.headers[first: "access-control-allow-origin"] == "https://a.example")
            let other = try await s3.send("GET", "/demo/key", ["Origin": "https://evil"])
            #expect(other.headers[first: "access-control-allow-origin"] == nil)
            let head = try await s3.send("HEAD", "/demo/key", origin)
            #expect(head.headers[first: "access-control-allow-origin"] == nil)
            let deleted = try await s3.send("DELETE", "/demo/key", ["Origin": "https://evil"])
            #expect(deleted.headers[first: "access-control-allow-origin"] == "*")
            #expect(deleted.headers[first: "access-control-allow-credentials"] == nil)
            #expect(try await s3.send("GET", "/demo").headers[first: "vary"] == nil)
        }
    }

    @Test(arguments: [
        ("<AllowedMethod>GET</AllowedMethod>", "MalformedXML"),
        ("<AllowedOrigin>*</AllowedOrigin>", "MalformedXML"),
        ("<AllowedMethod>PATCH</AllowedMethod><AllowedOrigin>*</AllowedOrigin>", "InvalidRequest"),
        ("<AllowedMethod>GET</AllowedMethod><AllowedOrigin>*a*</AllowedOrigin>", "InvalidRequest"),
        (
            "<AllowedMethod>GET</AllowedMethod><AllowedOrigin>*</AllowedOrigin><ExposeHeader>x*</ExposeHeader>",
            "InvalidRequest"
        ),
        (
            "<AllowedMethod>GET</AllowedMethod><AllowedOrigin>*</AllowedOrigin><MaxAgeSeconds>-1</MaxAgeSeconds>",
            "MalformedXML"
        ),
    ])
    func badRulesAreRefused(_ rule: String, _ code: String) async throws {
        try await S3Fixture.run { s3 in
            try await s3.send("PUT", "/demo")
            for count in code == "InvalidRequest" ? [1] : [1, 101] {
                let rules = String(repeating: "<CORSRule>\(rule)</CORSRule>", count: count)
                let reply = try await s3.send(
                    "PUT", "/demo?cors", text: "<CORSConfiguration>\(rules)</CORSConfiguration>")
                #expect(reply.outcome == "400 \(code)")
            }
        }
    }
}
