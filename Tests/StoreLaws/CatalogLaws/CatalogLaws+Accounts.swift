import Objects

extension CatalogLaw {
    static let accounts: [CatalogLaw] = [
        CatalogLaw("A project begins with its bucket, domain and key, found in every way") { catalog, _ in
            let new = try newProject("one")
            let (bucket, domain) = try await catalog.createProject(new)
            let id = new.project.id
            try demandEqual(try await catalog.project(id), new.project)
            try demandEqual(try await catalog.project(named: "one"), new.project)
            let key = try found(new.key)
            try demandEqual(try await catalog.accessKey(key.id), key)
            try demandEqual(try await catalog.accessKey(fingerprint: key.fingerprint), key)
            try demandEqual(try await catalog.accessKeys(of: id), [key])
            let name = try found(new.bucket)
            try demandEqual(try await catalog.bucket(name), bucket)
            try demandEqual(try found(bucket).project, id)
            try demandEqual(try found(bucket).versioning, .off)
            try demandEqual(try await catalog.bucket(found(bucket).id), bucket)
            try demandEqual(try await catalog.domain("one.example"), domain)
            try demandEqual(try found(domain).bucket, try found(bucket).id)
            try demandEqual(try found(domain).publicBaseURL, "https://one.example")
            try demandEqual(try await catalog.domains(of: found(bucket).id), [try found(domain)])
        },
        CatalogLaw("A project that is refused leaves nothing behind") { catalog, _ in
            _ = try await catalog.createProject(newProject("one"))
            var second = try newProject("two")
            second.bucket = try newProject("one").bucket
            try await demand(.bucketExists(owner: ProjectID("id-one"))) {
                try await catalog.createProject(second)
            }
            second = try newProject("two")
            second.domainHost = "one.example"
            try await demand(.domainExists) { try await catalog.createProject(second) }
            second = try newProject("two")
            second.key?.id = KeyID("key-one")
            try await demand(.accessKeyExists) { try await catalog.createProject(second) }
            second = try newProject("two")
            second.project.id = ProjectID("id-one")
            try await demand(.projectExists) { try await catalog.createProject(second) }
            second = try newProject("two")
            second.project.name = "one"
            try await demand(.projectExists) { try await catalog.createProject(second) }
            let untouched = try newProject("two")
            try demandEqual(try await catalog.project(named: "two"), nil)
            try demandEqual(try await catalog.bucket(found(untouched.bucket)), nil)
            try demandEqual(try await catalog.domain("two.example"), nil)
            try demandEqual(try await catalog.accessKey(KeyID("key-two")), nil)
            _ = try await catalog.createProject(untouched)
        },
        CatalogLaw("Only the first project ever created has a domain that serves localhost") { catalog, _ in
            let (bucket, first) = try await catalog.createProject(newProject("one"))
            let (_, second) = try await catalog.createProject(newProject("two"))
            try demandEqual([first?.servesLocalhost, second?.servesLocalhost], [true, false])
            try demandEqual(try await catalog.localhostDomain(), first)
            try await catalog.deleteBucket(found(bucket).id)
            try await catalog.deleteProject(ProjectID("id-one"))
            try demandEqual(try await catalog.localhostDomain(), nil)
            let (_, third) = try await catalog.createProject(newProject("three"))
            try demandEqual(third?.servesLocalhost, false)
        },
        CatalogLaw("Projects are listed by name, in pages") { catalog, _ in
            for name in ["b", "a", "c-1", "c"] { _ = try await catalog.createProject(newProject(name)) }
            try demandEqual(try await catalog.projects(after: nil, limit: 3).map(\.name), ["a", "b", "c"])
            try demandEqual(try await catalog.projects(after: "b", limit: 9).map(\.name), ["c", "c-1"])
            try demandEqual(try await catalog.projects(after: nil, limit: 0).map(\.name), [])
        },
        CatalogLaw("A project goes with its keys, but not while it owns a bucket") { catalog, _ in
            let (bucket, _) = try await catalog.createProject(newProject("one"))
            let id = ProjectID("id-one")
            try await demand(.projectNotEmpty) { try await catalog.deleteProject(id) }
            try await catalog.deleteBucket(found(bucket).id)
            try await catalog.deleteProject(id)
            try demandEqual(try await catalog.project(id), nil)
            try demandEqual(try await catalog.accessKey(KeyID("key-one")), nil)
            try demandEqual(try await catalog.domain("one.example"), nil)
            try await demand(.noSuchProject) { try await catalog.deleteProject(id) }
        },
        CatalogLaw("Access keys are unique by id and by fingerprint") { catalog, _ in
            _ = try await catalog.createProject(newProject("one"))
            var key = try found(newProject("two").key)
            try await demand(.noSuchProject) { try await catalog.createAccessKey(key) }
            key.project = ProjectID("id-one")
            key.fingerprint = try found(newProject("one").key).fingerprint
            try await demand(.accessKeyExists) { try await catalog.createAccessKey(key) }
            key.fingerprint = [9]
            key.id = KeyID("key-one")
            try await demand(.accessKeyExists) { try await catalog.createAccessKey(key) }
            key.id = KeyID("key-other")
            key.role = .upload
            key.isPaused = true
            try await catalog.createAccessKey(key)
            try demandEqual(try await catalog.accessKey(fingerprint: [9]), key)
            let keys = try await catalog.accessKeys(of: ProjectID("id-one"))
            try demandEqual(keys.map(\.id.string).sorted(), ["key-one", "key-other"])
        },
        CatalogLaw("A key is paused, resumed and deleted") { catalog, _ in
            _ = try await catalog.createProject(newProject("one"))
            let id = KeyID("key-one")
            for paused in [true, false, false, true] {
                try await catalog.setAccessKey(id, paused: paused)
                try demandEqual(try await catalog.accessKey(id)?.isPaused, paused)
            }
            try await catalog.deleteAccessKey(id)
            try demandEqual(try await catalog.accessKey(id), nil)
            try demandEqual(try await catalog.accessKey(fingerprint: Array("one".utf8)), nil)
            try await demand(.noSuchAccessKey) { try await catalog.deleteAccessKey(id) }
            try await demand(.noSuchAccessKey) { try await catalog.setAccessKey(id, paused: true) }
        },
    ]

    static func newProject(_ name: String) throws -> NewProject {
        let id = ProjectID("id-\(name)")
        return NewProject(
            project: Project(
                id: id, name: name, displayName: "Project \(name)", email: "\(name)@example.com", created: 5,
                maximumObjectSize: 1 << 40),
            bucket: try found(BucketName("bucket-\(name)")), domainHost: "\(name).example",
            publicBaseURL: "https://\(name).example",
            key: AccessKey(
                id: KeyID("key-\(name)"), project: id, role: .full, sealedSecret: [0, 1, 255],
                fingerprint: Array(name.utf8), created: 6))
    }
}
