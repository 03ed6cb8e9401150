import Objects

extension CatalogLaw {
    static let buckets: [CatalogLaw] = [
        CatalogLaw("A bucket's name has one owner, who is told") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            let name = try found(BucketName("taken"))
            let bucket = try await catalog.createBucket(name, project: scene.project, created: 7)
            try demandEqual(bucket.created, 7)
            try await demand(.bucketExists(owner: scene.project)) {
                try await catalog.createBucket(name, project: scene.project, created: 8)
            }
            try await demand(.noSuchProject) {
                try await catalog.createBucket(
                    found(BucketName("free")), project: ProjectID("no"), created: 8)
            }
            try demandEqual(try await catalog.bucket(name), bucket)
        },
        CatalogLaw("Buckets are listed by the bytes of their names") { catalog, clock in
            let one = try await CatalogScene(catalog, clock, name: "one")
            _ = try await CatalogScene(catalog, clock, name: "two")
            for name in ["a.b", "a-b", "abc", "ab1", "zzz"] {
                _ = try await catalog.createBucket(found(BucketName(name)), project: one.project, created: 1)
            }
            func names(_ project: ProjectID?, _ prefix: String, _ after: String?, _ limit: Int) async throws
                -> [String]
            {
                try await catalog.buckets(of: project, prefix: prefix, after: after, limit: limit)
                    .map(\.name.string)
            }
            try demandEqual(
                try await names(one.project, "", nil, 99), ["a-b", "a.b", "ab1", "abc", "bucket-one", "zzz"])
            try demandEqual(try await names(nil, "b", nil, 99), ["bucket-one", "bucket-two"])
            try demandEqual(try await names(one.project, "a", "a.b", 99), ["ab1", "abc"])
            try demandEqual(try await names(one.project, "a", nil, 2), ["a-b", "a.b"])
            try demandEqual(try await names(nil, "", "bucket-two", 99), ["zzz"])
            try demandEqual(try await names(nil, "x", nil, 99), [])
        },
        CatalogLaw("A bucket with a version or a delete marker is not deleted") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock, versioning: .enabled)
            let version = try await scene.put("key")
            try await demand(.bucketNotEmpty) { try await catalog.deleteBucket(scene.bucket) }
            let marker = try await scene.delete("key")
            _ = try await scene.delete("key", version.versionID)
            try await demand(.bucketNotEmpty) { try await catalog.deleteBucket(scene.bucket) }
            _ = try await scene.delete("key", marker.versionID)
            try await catalog.deleteBucket(scene.bucket)
            try await demand(.noSuchBucket) { try await catalog.deleteBucket(scene.bucket) }
        },
        CatalogLaw("A bucket takes its uploads and domains with it") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            let upload = try scene.upload("key")
            try await catalog.createUpload(upload)
            try await scene.putPart(upload, 1, "part")
            let range = try await scene.newRangeUpload("key", total: 9, at: 0, "abc")
            try await catalog.addDomain(
                Domain(host: "a.example", bucket: scene.bucket, project: scene.project, created: 1))
            try await catalog.deleteBucket(scene.bucket)
            try demandEqual(try await catalog.domain("a.example"), nil)
            try demandEqual(try await catalog.bucket(scene.bucket), nil)
            for id in [upload.id, range.id] {
                try demand(try await catalog.upload(id) == nil, "an upload outlived its bucket")
                try demandEqual(try await catalog.parts(of: id, after: -1, limit: 9), [])
                try await demand(.noSuchUpload) { try await catalog.abortUpload(id) }
            }
            try await demand(.noSuchUpload) { try await scene.putPart(upload, 2, "more") }
            try demandEqual(try await scene.putRange(range.id, at: 3, "x").word, "changed")
            try await demand(.noSuchBucket) { try await catalog.createUpload(upload) }
            _ = try await catalog.reapUploads(now: clock.now, limit: 100)
            try await scene.sweep()
            try await scene.demandNothingStored()
        },
        CatalogLaw("A name that is used again is another bucket") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            let name = try found(BucketName("bucket-scene"))
            try await scene.put("key")
            _ = try await scene.delete("key")
            try await catalog.deleteBucket(scene.bucket)
            let again = try await catalog.createBucket(name, project: scene.project, created: 9)
            try demand(again.id != scene.bucket, "a bucket's id was used twice")
            try await demand(.noSuchBucket) { try await scene.put("key") }
            try demand(try await scene.current("key") == nil, "a deleted bucket holds something")
        },
        CatalogLaw("Versioning is switched on and suspended, and never taken away") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            for versioning in [Bucket.Versioning.off, .enabled, .suspended, .enabled] {
                let bucket = try await catalog.setVersioning(scene.bucket, versioning)
                try demandEqual(bucket.versioning, versioning)
                try demandEqual(try await catalog.bucket(scene.bucket), bucket)
                try demandEqual(try await catalog.bucket(bucket.name), bucket)
            }
            do {
                _ = try await catalog.setVersioning(scene.bucket, .off)
            } catch StoreError.invalidArgument {
                return try await demand(.noSuchBucket) {
                    try await catalog.setVersioning(BucketID(999_999), .enabled)
                }
            }
            throw Broken(description: "versioning was taken away")
        },
        CatalogLaw("Domains are unique, listed by host, and deleted") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            var domain = Domain(
                host: "b.example", bucket: scene.bucket, project: scene.project, publicBaseURL: "http://b",
                isPrivate: true, acceptsFirstFormSignatures: true, created: 3)
            try await catalog.addDomain(domain)
            try demandEqual(try await catalog.domain("b.example"), domain)
            try await demand(.domainExists) { try await catalog.addDomain(domain) }
            domain.host = "a.example"
            domain.servesLocalhost = true
            try await catalog.addDomain(domain)
            try demandEqual(try await catalog.localhostDomain(), domain)
            domain.host = "c.example"
            domain.bucket = BucketID(999_999)
            try await demand(.noSuchBucket) { try await catalog.addDomain(domain) }
            let all = try await catalog.domains(after: nil, limit: 9).map(\.host)
            try demandEqual(all, ["a.example", "b.example"])
            try demandEqual(
                try await catalog.domains(after: "a.example", limit: 9).map(\.host), ["b.example"])
            try demandEqual(try await catalog.domains(after: nil, limit: 1).map(\.host), ["a.example"])
            try await catalog.deleteDomain("a.example")
            try demandEqual(try await catalog.domain("a.example"), nil)
            try demandEqual(try await catalog.localhostDomain(), nil)
            try await demand(.noSuchDomain) { try await catalog.deleteDomain("a.example") }
        },
        CatalogLaw("A second domain that serves localhost takes it over") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            for host in ["a.example", "b.example"] {
                try await catalog.addDomain(
                    Domain(
                        host: host, bucket: scene.bucket, project: scene.project, servesLocalhost: true,
                        created: 1))
            }
            try demandEqual(try await catalog.localhostDomain()?.host, "b.example")
            try demandEqual(try await catalog.domain("a.example")?.servesLocalhost, false)
            if case .known(let domain) = catalog.peekDomain("a.example") {
                try demandEqual(domain?.servesLocalhost, false)
            }
        },
        CatalogLaw("What a peek knows of a project is what is true") { catalog, _ in
            let id = ProjectID("peeked")
            func agree(_ project: Project?, line: Int = #line) async throws {
                for _ in 0..<2 {
                    if case .known(let known) = catalog.peekProject(id) {
                        try demandEqual(known, project, line: line)
                    }
                    try demandEqual(try await catalog.project(id), project, line: line)
                }
            }
            try await agree(nil)
            let project = Project(
                id: id, name: "peeked", displayName: "Peeked", created: 1, maximumObjectSize: 10)
            _ = try await catalog.createProject(NewProject(project: project))
            try await agree(project)
            try await catalog.deleteProject(id)
            try await agree(nil)
        },
        CatalogLaw("What a peek knows of buckets and domains is what is true") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            let name = try found(BucketName("peeked"))
            func agree(_ bucket: Bucket?, _ domain: Domain?, line: Int = #line) async throws {
                for _ in 0..<2 {
                    if case .known(let known) = catalog.peekBucket(name) {
                        try demandEqual(known, bucket, line: line)
                    }
                    if case .known(let known) = catalog.peekDomain("d.example") {
                        try demandEqual(known, domain, line: line)
                    }
                    try demandEqual(try await catalog.bucket(name), bucket, line: line)
                    try demandEqual(try await catalog.domain("d.example"), domain, line: line)
                }
            }
            try await agree(nil, nil)
            var bucket = try await catalog.createBucket(name, project: scene.project, created: 1)
            try await agree(bucket, nil)
            let domain = Domain(host: "d.example", bucket: bucket.id, project: scene.project, created: 1)
            try await catalog.addDomain(domain)
            try await agree(bucket, domain)
            bucket = try await catalog.setVersioning(bucket.id, .enabled)
            try await agree(bucket, domain)
            try await catalog.deleteBucket(bucket.id)
            try await agree(nil, nil)
        },
    ]
}
