import HTTPServer
import Testing
import XML

/// Checklist: versions and delete markers.
@Suite struct VersioningTests {
    private static func run(_ test: (S3Fixture) async throws -> Void) async throws {
        try await S3Fixture.run { s3 in
            try await s3.send("PUT", "/demo")
            #expect(try await set(s3, "Enabled").outcome == "200")
            try await test(s3)
        }
    }

    private static func set(_ s3: S3Fixture, _ status: String) async throws -> Reply {
        let body = """
            <VersioningConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Status>\(status)</Status>\
            </VersioningConfiguration>
            """
        return try await s3.send("PUT", "/demo?versioning", text: body)
    }

    private static func version(_ reply: Reply) throws -> String {
        try #require(reply.headers[first: "x-amz-version-id"])
    }

    @Test func versioningIsSwitched() async throws {
        try await Self.run { s3 in
            #expect(try await s3.send("GET", "/demo?versioning").xml.text(of: "Status") == "Enabled")
            #expect(try await Self.set(s3, "Suspended").outcome == "200")
            #expect(try await s3.send("GET", "/demo?versioning").xml.text(of: "Status") == "Suspended")
            #expect(try await Self.set(s3, "Off").outcome == "400 IllegalVersioningConfigurationException")
            let reader = try await s3.send("PUT", "/demo?versioning", text: "<x/>", as: .reader)
            #expect(reader.outcome == "403 AccessDenied")
        }
    }

    @Test func everyWriteIsAVersion() async throws {
        try await Self.run { s3 in
            let first = try Self.version(try await s3.send("PUT", "/demo/key", body: [1]))
            s3.clock.advance(seconds: 1)
            let second = try Self.version(try await s3.send("PUT", "/demo/key", body: [2]))
            #expect(first != second)
            let current = try await s3.send("GET", "/demo/key")
            #expect(current.body == [2])
            #expect(try Self.version(current) == second)
            #expect(try await s3.send("GET", "/demo/key?versionId=\(first)").body == [1])
            let listing = try await s3.send("GET", "/demo?versions").xml
            let versions = listing.all("Version")
            #expect(versions.compactMap { $0.text(of: "VersionId") } == [second, first])
            #expect(versions.compactMap { $0.text(of: "IsLatest") } == ["true", "false"])
            #expect(try await s3.send("DELETE", "/demo").outcome == "409 BucketNotEmpty")
        }
    }

    @Test func aDeleteMarkerHidesAndShows() async throws {
        try await Self.run { s3 in
            let first = try Self.version(try await s3.send("PUT", "/demo/key", body: [1]))
            let deleted = try await s3.send("DELETE", "/demo/key")
            #expect(deleted.status == 204)
            #expect(deleted.headers[first: "x-amz-delete-marker"] == "true")
            let marker = try Self.version(deleted)
            for method in ["GET", "HEAD"] {
                let gone = try await s3.send(method, "/demo/key")
                #expect(gone.status == 404)
                #expect(gone.headers[first: "x-amz-delete-marker"] == "true")
                #expect(try Self.version(gone) == marker)
                let named = try await s3.send(method, "/demo/key?versionId=\(marker)")
                #expect(named.status == 405)
                #expect(named.headers[first: "allow"] == "DELETE")
            }
            // Reading a list of grants is told that the key is gone, replacing it that a marker has none.
            #expect(try await s3.send("GET", "/demo/key?acl").outcome == "404 NoSuchKey")
            let replaced = try await s3.send("PUT", "/demo/key?acl", ["x-amz-acl": "private"], body: [])
            #expect(replaced.outcome == "405 MethodNotAllowed")
            #expect(try Self.version(replaced) == marker)
            #expect(try await s3.send("GET", "/demo/key?versionId=\(first)").body == [1])
            let listing = try await s3.send("GET", "/demo?versions").xml
            #expect(listing.first("DeleteMarker")?.text(of: "VersionId") == marker)
            #expect(listing.first("DeleteMarker")?.first("Size") == nil)
            #expect(try await s3.send("GET", "/demo").xml.all("Contents").isEmpty)

            let match = try await s3.send("PUT", "/demo/key", ["If-Match": "*"], body: [2])
            #expect(match.outcome == "404 NoSuchKey")
            let restored = try await s3.send("DELETE", "/demo/key?versionId=\(marker)")
            #expect(restored.status == 204)
            #expect(restored.headers[first: "x-amz-delete-marker"] == "true")
            #expect(try await s3.send("GET", "/demo/key").body == [1])
            let last = try await s3.send("DELETE", "/demo/key?versionId=\(first)")
            #expect(try Self.version(last) == first)
            #expect(last.headers[first: "x-amz-delete-marker"] == nil)
            #expect(try await s3.send("DELETE", "/demo/key?versionId=\(first)").outcome == "204")
            #expect(try await s3.send("DELETE", "/demo").outcome == "204")
        }
    }

    @Test func suspendedBucketsReplaceTheNullVersion() async throws {
        try await S3Fixture.run { s3 in
            try await s3.send("PUT", "/demo")
            try await s3.send("PUT", "/demo/key", body: [0])
            #expect(try await Self.set(s3, "Enabled").outcome == "200")
            let kept = try Self.version(try await s3.send("PUT", "/demo/key", body: [1]))
            #expect(try await s3.send("GET", "/demo/key?versionId=null").body == [0])
            #expect(try await Self.set(s3, "Suspended").outcome == "200")
            let null = try await s3.send("PUT", "/demo/key", body: [2])
            #expect(null.headers.contains("x-amz-version-id") == false)
            #expect(try Self.version(try await s3.send("GET", "/demo/key")) == "null")
            #expect(try await s3.send("GET", "/demo/key?versionId=null").body == [2])
            #expect(try await s3.send("GET", "/demo/key?versionId=\(kept)").body == [1])
            let marker = try await s3.send("DELETE", "/demo/key")
            #expect(try Self.version(marker) == "null")
            #expect(try await s3.send("GET", "/demo/key").outcome == "404 NoSuchKey")
        }
    }

    @Test func manyAreDeletedByVersion() async throws {
        try await Self.run { s3 in
            let first = try Self.version(try await s3.send("PUT", "/demo/a", body: [1]))
            try await s3.send("PUT", "/demo/b", body: [1])
            let unknown = String(repeating: "0", count: 32)
            let body = """
                <Delete><Object><Key>a</Key><VersionId>\(first)</VersionId></Object><Object><Key>b</Key></Object>\
                <Object><Key>c</Key><VersionId>\(unknown)</VersionId></Object>\
                <Object><Key>d</Key><VersionId>bad</VersionId></Object></Delete>
                """
            let result = try await s3.send("POST", "/demo?delete", text: body).xml
            let deleted = result.all("Deleted")
            #expect(deleted.compactMap { $0.text(of: "Key") } == ["a", "b", "c"])
            #expect(deleted[0].text(of: "VersionId") == first)
            #expect(deleted[0].first("DeleteMarker") == nil)
            #expect(deleted[1].text(of: "DeleteMarker") == "true")
            #expect(deleted[1].text(of: "DeleteMarkerVersionId")?.utf8.count == 32)
            #expect(result.all("Error").compactMap { $0.text(of: "Code") } == ["InvalidArgument"])
        }
    }

    @Test func versionsAreCopiedAndPaged() async throws {
        try await Self.run { s3 in
            var versions: [String] = []
            for value in 0..<5 {
                versions.append(try Self.version(try await s3.send("PUT", "/demo/key", body: [UInt8(value)])))
                s3.clock.advance(seconds: 1)
            }
            let copy = try await s3.send(
                "PUT", "/demo/copy", ["x-amz-copy-source": "demo/key?versionId=\(versions[1])"], body: [])
            #expect(copy.headers[first: "x-amz-copy-source-version-id"] == versions[1])
            #expect(try await s3.send("GET", "/demo/copy").body == [1])
            // An older version copied onto its key is a change, not a copy onto itself.
            let back = try await s3.send(
                "PUT", "/demo/key", ["x-amz-copy-source": "demo/key?versionId=\(versions[0])"], body: [])
            #expect(back.outcome == "200")
            var collected: [String] = []
            var position = ""
            while true {
                let page = try await s3.send("GET", "/demo?versions&prefix=key&max-keys=2\(position)").xml
                collected += page.all("Version").compactMap { $0.text(of: "VersionId") }
                try #require(collected.count < 20)
                guard page.text(of: "IsTruncated") == "true" else { break }
                let key = try #require(page.text(of: "NextKeyMarker"))
                let version = try #require(page.text(of: "NextVersionIdMarker"))
                position = "&key-marker=\(key)&version-id-marker=\(version)"
            }
            #expect(collected == [try Self.version(back)] + versions.reversed())
        }
    }
}
