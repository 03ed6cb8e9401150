import HTTPServer
import Testing
import XML

/// Checklist: listings of current objects and of versions.
@Suite struct ListingTests {
    private static func filled(_ keys: [String], _ test: (S3Fixture) async throws -> Void) async throws {
        try await S3Fixture.run { s3 in
            try await s3.send("PUT", "/demo")
            for key in keys {
                let path = percentEncode(key.utf8, keepingSlash: true)
                #expect(try await s3.send("PUT", "/demo/" + path, body: [1]).status == 200)
            }
            try await test(s3)
        }
    }

    private static func keys(_ listing: XMLElement) -> [String] {
        listing.all("Contents").compactMap { $0.text(of: "Key") }
    }

    private static func prefixes(_ listing: XMLElement) -> [String] {
        listing.all("CommonPrefixes").compactMap { $0.text(of: "Prefix") }
    }

    private static func list(_ s3: S3Fixture, _ query: String) async throws -> XMLElement {
        let reply = try await s3.send("GET", "/demo?" + query)
        #expect(reply.status == 200, "\(query)")
        return try reply.xml
    }

    @Test func theFirstVersionSaysWhatAWSSays() async throws {
        try await Self.filled(["b", "a"]) { s3 in
            let listing = try await Self.list(s3, "")
            #expect(listing.name == "ListBucketResult")
            #expect(listing.namespace == "http://s3.amazonaws.com/doc/2006-03-01/")
            #expect(listing.text(of: "Name") == "demo")
            #expect(listing.text(of: "Prefix") == "")
            #expect(listing.text(of: "Marker") == "")
            #expect(listing.text(of: "MaxKeys") == "1000")
            #expect(listing.text(of: "IsTruncated") == "false")
            #expect(listing.first("NextMarker") == nil)
            #expect(Self.keys(listing) == ["a", "b"])
            let first = try #require(listing.first("Contents"))
            #expect(first.text(of: "ETag") == "\"55a54008ad1ba589aa210d2629c1df41\"")
            #expect(first.text(of: "Size") == "1")
            #expect(first.text(of: "StorageClass") == "STANDARD")
            #expect(first.text(of: "LastModified") == "2026-01-02T03:04:05.000Z")
            #expect(first.first("Owner")?.text(of: "ID") == "id-of-alpha")
        }
    }

    @Test func theSecondVersionTellsOwnersOnRequest() async throws {
        try await Self.filled(["a"]) { s3 in
            let plain = try await Self.list(s3, "list-type=2")
            #expect(plain.first("Contents")?.first("Owner") == nil)
            #expect(plain.text(of: "KeyCount") == "1")
            #expect(plain.first("Marker") == nil)
            let owned = try await Self.list(s3, "list-type=2&fetch-owner=true")
            #expect(owned.first("Contents")?.first("Owner")?.text(of: "DisplayName") == "The alpha")
        }
    }

    @Test func orderIsThatOfBytesWithPrefixesInterleaved() async throws {
        try await Self.filled(["foo/bar", "foo+1/bar", "foo/baz", "quux ab/thud", "asdf+b", "foo"]) { s3 in
            let listing = try await Self.list(s3, "delimiter=%2F&encoding-type=url")
            #expect(Self.keys(listing) == ["asdf%2Bb", "foo"])
            #expect(Self.prefixes(listing) == ["foo%2B1/", "foo/", "quux%20ab/"])
            #expect(listing.text(of: "EncodingType") == "url")
            #expect(listing.text(of: "Delimiter") == "/")
            let names = listing.children.compactMap { $0.text(of: "Key") ?? $0.text(of: "Prefix") }
            #expect(names == ["asdf%2Bb", "foo", "foo%2B1/", "foo/", "quux%20ab/"])
            let encoded = try await Self.list(s3, "delimiter=%20a&prefix=q&marker=a%20b&encoding-type=url")
            #expect(encoded.text(of: "Delimiter") == "%20a")
            #expect(encoded.text(of: "Marker") == "a%20b")
            #expect(Self.prefixes(encoded) == ["quux%20a"])
        }
    }

    @Test func theKeyThatIsThePrefixIsListed() async throws {
        try await Self.filled(["dir/", "dir/file", "dir/sub/file"]) { s3 in
            let listing = try await Self.list(s3, "list-type=2&prefix=dir%2F&delimiter=%2F")
            #expect(Self.keys(listing) == ["dir/", "dir/file"])
            #expect(Self.prefixes(listing) == ["dir/sub/"])
            #expect(listing.text(of: "KeyCount") == "3")
        }
    }

    @Test(arguments: [1, 2, 3, 7])
    func pagesTogetherAreTheWhole(_ size: Int) async throws {
        let keys = ["a", "b/1", "b/2", "b/3", "c", "d/1", "e", "f/x/1", "f/y", "g"]
        try await Self.filled(keys) { s3 in
            for version in ["", "list-type=2&"] {
                for delimiter in ["", "&delimiter=%2F"] {
                    let whole = try await Self.list(s3, version + "max-keys=1000" + delimiter)
                    let expected = Self.keys(whole) + Self.prefixes(whole)
                    var collected: [String] = []
                    var position = ""
                    var pages = 0
                    while true {
                        pages += 1
                        let page = try await Self.list(
                            s3, "\(version)max-keys=\(size)\(delimiter)\(position)")
                        let names = Self.keys(page) + Self.prefixes(page)
                        #expect(names.count <= size)
                        collected += names
                        guard page.text(of: "IsTruncated") == "true" else { break }
                        if version.isEmpty {
                            #expect((page.first("NextMarker") != nil) == !delimiter.isEmpty)
                            let marker = page.text(of: "NextMarker") ?? Self.keys(page).last ?? ""
                            position = "&marker=" + percentEncode(marker.utf8, keepingSlash: false)
                        } else {
                            let token = try #require(page.text(of: "NextContinuationToken"))
                            position = "&continuation-token=" + token
                        }
                        try #require(pages < 50)
                    }
                    #expect(collected.sorted() == expected.sorted(), "\(version) \(delimiter)")
                    #expect(Set(collected).count == collected.count)
                    #expect(pages == (expected.count + size - 1) / size)
                }
            }
        }
    }

    @Test func markersNeedNotExist() async throws {
        try await Self.filled(["bar", "baz", "foo", "quxx"]) { s3 in
            #expect(try await Self.keys(Self.list(s3, "marker=blah")) == ["foo", "quxx"])
            #expect(try await Self.keys(Self.list(s3, "marker=zzz")) == [])
            #expect(try await Self.keys(Self.list(s3, "marker=")).count == 4)
            #expect(try await Self.keys(Self.list(s3, "marker=%0A")).count == 4)
            let after = try await Self.list(s3, "list-type=2&start-after=bar")
            #expect(Self.keys(after) == ["baz", "foo", "quxx"])
            #expect(after.text(of: "StartAfter") == "bar")
            let first = try await Self.list(s3, "list-type=2&max-keys=1&start-after=bar")
            let token = try #require(first.text(of: "NextContinuationToken"))
            let both = try await Self.list(s3, "list-type=2&start-after=bar&continuation-token=\(token)")
            #expect(Self.keys(both) == ["foo", "quxx"])
            #expect(both.text(of: "StartAfter") == "bar")
            #expect(both.text(of: "ContinuationToken") == token)
            let empty = try await Self.list(s3, "list-type=2&continuation-token=")
            #expect(Self.keys(empty).count == 4)
            #expect(empty.text(of: "ContinuationToken") == "")
        }
    }

    @Test func emptyDelimitersAndPrefixesAreAbsent() async throws {
        try await Self.filled(["a/b", "c"]) { s3 in
            let listing = try await Self.list(s3, "delimiter=&prefix=")
            #expect(Self.keys(listing) == ["a/b", "c"])
            #expect(listing.first("Delimiter") == nil)
            #expect(try await Self.keys(Self.list(s3, "prefix=x")) == [])
            let unreadable = try await Self.list(s3, "prefix=%0A&delimiter=%0A")
            #expect(unreadable.text(of: "Prefix") == "\n")
            let encoded = try await Self.list(s3, "prefix=%0A&encoding-type=url")
            #expect(encoded.text(of: "Prefix") == "\n")
            let second = try await Self.list(s3, "list-type=2&prefix=%0A&encoding-type=url")
            #expect(second.text(of: "Prefix") == "%0A")
        }
    }

    @Test func limitsAreNumbers() async throws {
        try await Self.filled(["a"]) { s3 in
            let none = try await Self.list(s3, "max-keys=0")
            #expect(Self.keys(none) == [])
            #expect(none.text(of: "IsTruncated") == "false")
            #expect(none.text(of: "MaxKeys") == "0")
            #expect(try await Self.list(s3, "max-keys=5000").text(of: "MaxKeys") == "1000")
            #expect(try await Self.list(s3, "max-keys=").text(of: "MaxKeys") == "1000")
            for bad in ["-1", "x", "1x", "99999999999999999999", "1e3", "%2B1"] {
                let reply = try await s3.send("GET", "/demo?max-keys=\(bad)")
                #expect(reply.outcome == "400 InvalidArgument", "\(bad)")
                #expect(try reply.xml.text(of: "ArgumentName") == "max-keys")
            }
            for query in [
                "encoding-type=base64", "list-type=2&continuation-token=xyz",
                "list-type=2&continuation-token=%20",
                "list-type=1", "versions&version-id-marker=null", "versions&key-marker=a&version-id-marker=x",
                "versions&key-marker=a&version-id-marker=",
            ] {
                #expect(
                    try await s3.send("GET", "/demo?" + query).outcome == "400 InvalidArgument", "\(query)")
            }
        }
    }

    @Test func versionsOfABucketWithoutVersioningAreNull() async throws {
        try await Self.filled(["a", "b/1", "b/2", "c"]) { s3 in
            let all = try await Self.list(s3, "versions&encoding-type=url")
            #expect(all.name == "ListVersionsResult")
            #expect(all.all("Version").compactMap { $0.text(of: "Key") } == ["a", "b/1", "b/2", "c"])
            #expect(all.all("Version").allSatisfy { $0.text(of: "VersionId") == "null" })
            #expect(all.all("Version").allSatisfy { $0.text(of: "IsLatest") == "true" })
            #expect(all.first("Version")?.first("Owner")?.text(of: "ID") == "id-of-alpha")
            #expect(all.text(of: "IsTruncated") == "false")
            let page = try await Self.list(s3, "versions&max-keys=1")
            #expect(page.text(of: "NextKeyMarker") == "a")
            #expect(page.text(of: "NextVersionIdMarker") == "null")
            let next = try await Self.list(s3, "versions&key-marker=a&version-id-marker=null&max-keys=2")
            #expect(next.all("Version").compactMap { $0.text(of: "Key") } == ["b/1", "b/2"])
            #expect(next.text(of: "KeyMarker") == "a")
            let rolled = try await Self.list(s3, "versions&delimiter=%2F")
            #expect(Self.prefixes(rolled) == ["b/"])
            #expect(rolled.all("Version").compactMap { $0.text(of: "Key") } == ["a", "c"])
        }
    }

    @Test func bytesThatXMLCannotHoldDoNotBreakAListing() async throws {
        try await Self.filled(["a\u{1}b", "a&<>\"b", "a\rb"]) { s3 in
            let plain = try await Self.list(s3, "")
            #expect(Self.keys(plain) == ["a\u{FFFD}b", "a\rb", "a&<>\"b"])
            let encoded = try await Self.list(s3, "encoding-type=url")
            #expect(Self.keys(encoded) == ["a%01b", "a%0Db", "a%26%3C%3E%22b"])
        }
    }

    @Test func missingAndForeignBucketsAreNotListed() async throws {
        try await Self.filled(["a"]) { s3 async throws in
            for query in ["", "?list-type=2", "?versions", "?uploads"] {
                #expect(try await s3.send("GET", "/nodemo" + query).outcome == "404 NoSuchBucket")
                #expect(
                    try await s3.send("GET", "/demo" + query, as: .stranger).outcome == "403 AccessDenied")
                #expect(try await s3.send("GET", "/demo" + query, as: .nobody).outcome == "403 AccessDenied")
                #expect(
                    try await s3.send("GET", "/demo" + query, as: .uploader).outcome == "403 AccessDenied")
                #expect(try await s3.send("GET", "/demo" + query, as: .reader).outcome == "200")
            }
        }
    }
}
