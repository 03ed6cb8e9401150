import HTTPServer
import Testing
import XML

/// Checklist: the website configuration as sent and given back.
@Suite struct WebsiteConfigurationTests {
    @Test(arguments: [
        "<RedirectAllRequestsTo><HostName>www.example</HostName><Protocol>https</Protocol></RedirectAllRequestsTo>",
        "<IndexDocument><Suffix>index.html</Suffix></IndexDocument>",
        "<IndexDocument><Suffix>i</Suffix></IndexDocument><ErrorDocument><Key>e/é</Key></ErrorDocument>"
            + "<RoutingRules><RoutingRule><Condition>"
            + "<HttpErrorCodeReturnedEquals>404</HttpErrorCodeReturnedEquals>"
            + "<KeyPrefixEquals>a/</KeyPrefixEquals></Condition><Redirect><HostName>h</HostName>"
            + "<HttpRedirectCode>302</HttpRedirectCode><Protocol>http</Protocol>"
            + "<ReplaceKeyPrefixWith>b/</ReplaceKeyPrefixWith></Redirect></RoutingRule><RoutingRule><Redirect>"
            + "<ReplaceKeyWith>k</ReplaceKeyWith></Redirect></RoutingRule></RoutingRules>",
    ])
    func itComesBackAsItWasSent(_ content: String) async throws {
        try await S3Fixture.run { s3 in
            try await s3.send("PUT", "/demo")
            let body = "<WebsiteConfiguration>\(content)</WebsiteConfiguration>"
            #expect(try await s3.send("PUT", "/demo?website", text: body).outcome == "200")
            let text = try await s3.send("GET", "/demo?website").text
            #expect(text.contains(">\(content)</WebsiteConfiguration>"), "\(text)")
            #expect(try await s3.send("DELETE", "/demo?website").outcome == "204")
            #expect(try await s3.send("GET", "/demo?website").outcome == "404 NoSuchWebsiteConfiguration")
        }
    }

    @Test(arguments: [
        ("", "MalformedXML"), ("<ErrorDocument><Key>e</Key></ErrorDocument>", "MalformedXML"),
        ("<IndexDocument><Suffix>a/b</Suffix></IndexDocument>", "InvalidArgument"),
        ("<IndexDocument><Suffix></Suffix></IndexDocument>", "InvalidArgument"),
        ("<RedirectAllRequestsTo><Protocol>http</Protocol></RedirectAllRequestsTo>", "MalformedXML"),
        (
            "<RedirectAllRequestsTo><HostName>h</HostName><Protocol>ftp</Protocol></RedirectAllRequestsTo>",
            "InvalidRequest"
        ),
        (
            "<IndexDocument><Suffix>i</Suffix></IndexDocument><RoutingRules><RoutingRule><Redirect>"
                + "<HttpRedirectCode>200</HttpRedirectCode></Redirect></RoutingRule></RoutingRules>",
            "InvalidRequest"
        ),
        (
            "<IndexDocument><Suffix>i</Suffix></IndexDocument><RoutingRules><RoutingRule><Redirect>"
                + "<ReplaceKeyWith>a</ReplaceKeyWith><ReplaceKeyPrefixWith>b</ReplaceKeyPrefixWith></Redirect>"
                + "</RoutingRule></RoutingRules>", "InvalidRequest"
        ),
    ])
    func whatMakesNoSenseIsRefused(_ content: String, _ code: String) async throws {
        try await S3Fixture.run { s3 in
            try await s3.send("PUT", "/demo")
            let body = "<WebsiteConfiguration>\(content)</WebsiteConfiguration>"
            #expect(try await s3.send("PUT", "/demo?website", text: body).outcome == "400 \(code)")
        }
    }
}
