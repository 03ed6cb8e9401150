import HTTPServer
import Objects
import Testing
import XML

/// Checklist: lifecycle rules, as sent, as kept, as carried out.
@Suite struct LifecycleTests {
    private static let day = LifecycleCalendar(daySeconds: 10)

    private static func document(_ rules: String...) -> String {
        let all = rules.map { "<Rule>\($0)</Rule>" }.joined()
        return "<LifecycleConfiguration>\(all)</LifecycleConfiguration>"
    }

    private static func set(_ s3: S3Fixture, _ rules: String...) async throws {
        let all = rules.map { "<Rule>\($0)</Rule>" }.joined()
        let reply = try await s3.send(
            "PUT", "/demo?lifecycle", text: "<LifecycleConfiguration>\(all)</LifecycleConfiguration>")
        #expect(reply.outcome == "200")
    }

    private static func versioned(_ s3: S3Fixture) async throws {
        try await s3.send("PUT", "/demo")
        let body = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"
        #expect(try await s3.send("PUT", "/demo?versioning", text: body).outcome == "200")
    }

    private static func listed(_ s3: S3Fixture) async throws -> (versions: Int, markers: Int) {
        let listing = try await s3.send("GET", "/demo?versions").xml
        return (listing.all("Version").count, listing.all("DeleteMarker").count)
    }

    @Test func rulesComeBackAsTheyWereSent() async throws {
        try await S3Fixture.run { s3 in
            try await s3.send("PUT", "/demo")
            #expect(
                try await s3.send("GET", "/demo?lifecycle").outcome == "404 NoSuchLifecycleConfiguration")
            let rules = [
                """
                <ID>a</ID><Prefix>logs/</Prefix><Status>Enabled</Status><Expiration><Days>3</Days></Expiration>
                """,
                """
                <ID>b</ID><Filter><And><Prefix>x</Prefix><Tag><Key>k</Key><Value>v</Value></Tag>\
                <ObjectSizeGreaterThan>5</ObjectSizeGreaterThan></And></Filter><Status>Disabled</Status>\
                <Transition><Days>30</Days><StorageClass>STANDARD_IA</StorageClass></Transition>\
                <NoncurrentVersionExpiration><NoncurrentDays>2</NoncurrentDays>\
                <NewerNoncurrentVersions>4</NewerNoncurrentVersions></NoncurrentVersionExpiration>
                """,
                """
                <ID>c</ID><Filter></Filter><Status>Enabled</Status><AbortIncompleteMultipartUpload>\
                <DaysAfterInitiation>7</DaysAfterInitiation></AbortIncompleteMultipartUpload>
                """,
                """
                <ID>d</ID><Filter><Prefix></Prefix></Filter><Status>Enabled</Status><Expiration>\
                <Date>2030-01-01T00:00:00.000Z</Date></Expiration>
                """,
            ].map { $0.filter { $0 != "\n" } }
            for rule in rules {
                try await Self.set(s3, rule)
                let reply = try await s3.send("GET", "/demo?lifecycle")
                #expect(
                    reply.headers[first: "x-amz-transition-default-minimum-object-size"]
                        == "all_storage_classes_128K")
                #expect(reply.text.contains("<Rule>\(rule)</Rule>"), "\(reply.text)")
            }
            #expect(try await s3.send("DELETE", "/demo?lifecycle").outcome == "204")
            #expect(
                try await s3.send("GET", "/demo?lifecycle").outcome == "404 NoSuchLifecycleConfiguration")
            try await Self.set(s3, "<Prefix/><Status>Enabled</Status><Expiration><Days>3</Days></Expiration>")
            let id = try await s3.send("GET", "/demo?lifecycle").xml.first("Rule")?.text(of: "ID")
            #expect(id?.isEmpty == false)
        }
    }

    @Test(arguments: [
        ("<Prefix/><Status>enabled</Status><Expiration><Days>1</Days></Expiration>", "MalformedXML"),
        ("<Status>Enabled</Status><Expiration><Days>1</Days></Expiration>", "MalformedXML"),
        ("<Prefix/><Status>Enabled</Status>", "InvalidRequest"),
        ("<Prefix/><Status>Enabled</Status><Expiration><Days>0</Days></Expiration>", "InvalidArgument"),
        ("<Prefix/><Status>Enabled</Status><Expiration><Days>-1</Days></Expiration>", "InvalidArgument"),
        ("<Prefix/><Status>Enabled</Status><Expiration><Days>x</Days></Expiration>", "MalformedXML"),
        (
            "<Prefix/><Status>Enabled</Status><Expiration><Days>99999999999</Days></Expiration>",
            "MalformedXML"
        ),
        ("<Prefix/><Status>Enabled</Status><Expiration></Expiration>", "MalformedXML"),
        (
            "<Prefix/><Status>Enabled</Status><Expiration><Date>2030-01-01T01:00:00Z</Date></Expiration>",
            "InvalidArgument"
        ),
        (
            "<Prefix/><Status>Enabled</Status><Transition><Days>29</Days>"
                + "<StorageClass>STANDARD_IA</StorageClass></Transition>", "InvalidArgument"
        ),
        (
            "<Prefix/><Status>Enabled</Status><Transition><Days>40</Days><StorageClass>COLD</StorageClass>"
                + "</Transition>", "MalformedXML"
        ),
        (
            "<Prefix/><Status>Enabled</Status><Expiration><Days>3</Days></Expiration><Transition><Days>3</Days>"
                + "<StorageClass>GLACIER</StorageClass></Transition>", "InvalidArgument"
        ),
        (
            "<Filter><Tag><Key>k</Key><Value>v</Value></Tag></Filter><Status>Enabled</Status>"
                + "<AbortIncompleteMultipartUpload><DaysAfterInitiation>1</DaysAfterInitiation>"
                + "</AbortIncompleteMultipartUpload>", "InvalidRequest"
        ),
        (
            "<Prefix/><Status>Enabled</Status><NoncurrentVersionExpiration><NoncurrentDays>0</NoncurrentDays>"
                + "</NoncurrentVersionExpiration>", "InvalidArgument"
        ),
    ])
    func badRulesAreRefused(_ rule: String, _ code: String) async throws {
        try await S3Fixture.run { s3 in
            try await s3.send("PUT", "/demo")
            let reply = try await s3.send("PUT", "/demo?lifecycle", text: Self.document(rule))
            #expect(reply.outcome == "400 \(code)", "\(reply.text)")
        }
    }

    @Test func idsAreShortAndUnique() async throws {
        let rest = "<Prefix/><Status>Enabled</Status><Expiration><Days>1</Days></Expiration>"
        try await S3Fixture.run { s3 in
            try await s3.send("PUT", "/demo")
            let twice = Self.document("<ID>a</ID>" + rest, "<ID>a</ID>" + rest)
            #expect(
                try await s3.send("PUT", "/demo?lifecycle", text: twice).outcome == "400 InvalidArgument")
            let long = Self.document("<ID>\(String(repeating: "a", count: 256))</ID>" + rest)
            #expect(
                try await s3.send("PUT", "/demo?lifecycle", text: long).outcome == "400 InvalidArgument")
            #expect(
                try await s3.send("PUT", "/demo?lifecycle", text: Self.document()).outcome
                    == "400 MalformedXML")
        }
    }

    @Test func answersSayWhenAnObjectGoes() async throws {
        try await S3Fixture.run { s3 in
            try await s3.send("PUT", "/demo")
            try await Self.set(
                s3,
                "<ID>my rule</ID><Prefix>a</Prefix><Status>Enabled</Status><Expiration><Days>1</Days>"
                    + "</Expiration>",
                "<ID>uploads</ID><Prefix>a</Prefix><Status>Enabled</Status><AbortIncompleteMultipartUpload>"
                    + "<DaysAfterInitiation>2</DaysAfterInitiation></AbortIncompleteMultipartUpload>")
            let end = "expiry-date=\"Sun, 04 Jan 2026 00:00:00 GMT\", rule-id=\"my%20rule\""
            let put = try await s3.send("PUT", "/demo/a", body: [1])
            #expect(put.headers[first: "x-amz-expiration"] == end)
            #expect(try await s3.send("HEAD", "/demo/a").headers[first: "x-amz-expiration"] == end)
            #expect(try await s3.send("PUT", "/demo/b", body: [1]).headers[first: "x-amz-expiration"] == nil)
            let begun = try await s3.send("POST", "/demo/a?uploads")
            #expect(begun.headers[first: "x-amz-abort-date"] == "Mon, 05 Jan 2026 00:00:00 GMT")
            #expect(begun.headers[first: "x-amz-abort-rule-id"] == "uploads")
            let id = try #require(try begun.xml.text(of: "UploadId"))
            let parts = try await s3.send("GET", "/demo/a?uploadId=\(id)")
            #expect(parts.headers[first: "x-amz-abort-date"] == "Mon, 05 Jan 2026 00:00:00 GMT")
        }
    }

    @Test func objectsAndUploadsGoInTime() async throws {
        try await S3Fixture.run { s3 in
            try await s3.send("PUT", "/demo")
            try await Self.set(
                s3,
                "<ID>a</ID><Prefix>old/</Prefix><Status>Enabled</Status><Expiration><Days>2</Days>"
                    + "</Expiration>",
                "<ID>b</ID><Prefix>old/</Prefix><Status>Enabled</Status><AbortIncompleteMultipartUpload>"
                    + "<DaysAfterInitiation>1</DaysAfterInitiation></AbortIncompleteMultipartUpload>",
                "<ID>c</ID><Prefix>new/</Prefix><Status>Enabled</Status><Transition><Days>1</Days>"
                    + "<StorageClass>GLACIER</StorageClass></Transition>")
            for key in ["old/a", "old/b", "new/a"] { try await s3.send("PUT", "/demo/\(key)", body: [1]) }
            try await s3.send("POST", "/demo/old/c?uploads")
            try await s3.send("POST", "/demo/new/c?uploads")
            s3.clock.advance(seconds: 10)
            var first = LifecycleResult()
            first.aborted = 1
            first.moved = 1
            #expect(try await s3.store.applyLifecycles(Self.day) == first)
            #expect(
                try await s3.send("HEAD", "/demo/new/a").headers[first: "x-amz-storage-class"] == "GLACIER")
            #expect(try await s3.send("GET", "/demo?uploads").xml.all("Upload").count == 1)
            // Made anew, it is young again.
            try await s3.send("PUT", "/demo/old/b", body: [1])
            s3.clock.advance(seconds: 10)
            var second = LifecycleResult()
            second.expired = 1
            #expect(try await s3.store.applyLifecycles(Self.day) == second)
            let keys = try await s3.send("GET", "/demo").xml.all("Contents").compactMap { $0.text(of: "Key") }
            #expect(keys == ["new/a", "old/b"])
            #expect(try await s3.store.applyLifecycles(Self.day) == LifecycleResult())
        }
    }

    @Test func versionsThenMarkersGo() async throws {
        try await S3Fixture.run { s3 in
            try await Self.versioned(s3)
            try await Self.set(
                s3,
                "<ID>a</ID><Filter/><Status>Enabled</Status><Expiration>"
                    + "<ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>"
                    + "<NoncurrentVersionExpiration><NoncurrentDays>1</NoncurrentDays>"
                    + "<NewerNoncurrentVersions>1</NewerNoncurrentVersions></NoncurrentVersionExpiration>",
                "<ID>b</ID><Filter><Prefix>b</Prefix></Filter><Status>Enabled</Status>"
                    + "<NoncurrentVersionExpiration><NoncurrentDays>3</NoncurrentDays>"
                    + "</NoncurrentVersionExpiration>")
            for byte in 0..<4 { try await s3.send("PUT", "/demo/a", body: [UInt8(byte)]) }
            try await s3.send("PUT", "/demo/b", body: [1])
            try await s3.send("DELETE", "/demo/b")
            s3.clock.advance(seconds: 10)
            #expect(try await s3.store.applyLifecycles(Self.day).removed == 2)
            #expect(try await Self.listed(s3) == (3, 1))
            s3.clock.advance(seconds: 20)
            // The last version of `b` goes, and leaves its marker alone for the next round.
            #expect(try await s3.store.applyLifecycles(Self.day).removed == 1)
            #expect(try await s3.store.applyLifecycles(Self.day).removed == 1)
            #expect(try await Self.listed(s3) == (2, 0))
        }
    }

    @Test func pagesAreNoBorders() async throws {
        try await S3Fixture.run { s3 in
            try await Self.versioned(s3)
            try await Self.set(
                s3,
                "<Filter/><Status>Enabled</Status><NoncurrentVersionExpiration>"
                    + "<NoncurrentDays>1</NoncurrentDays></NoncurrentVersionExpiration>")
            // More versions of one key than a page has.
            for _ in 0..<1203 { try await s3.send("PUT", "/demo/a", body: []) }
            s3.clock.advance(seconds: 10)
            #expect(try await s3.store.applyLifecycles(Self.day).removed == 1202)
            #expect(try await Self.listed(s3) == (1, 0))
        }
    }
}
