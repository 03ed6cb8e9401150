package import Objects

extension CatalogModel {
    package func changeProject(
        _ id: ProjectID, _ change: @escaping @Sendable (inout ProjectSettings) -> Void
    ) async throws -> Project {
        try write { state in
            guard let project = state.projects[id] else { throw StoreError.noSuchProject }
            var settings = ProjectSettings(project)
            change(&settings)
            let changed = settings.applied(to: project)
            state.projects[id] = changed
            return changed
        }
    }

    package func createProject(_ new: NewProject) async throws -> (Bucket?, Domain?) {
        try write { state in
            let project = new.project
            guard state.projects[project.id] == nil,
                !state.projects.values.contains(where: { $0.name == project.name })
            else { throw StoreError.projectExists }
            state.projects[project.id] = project
            state.projectsCreated += 1
            let bucket = try new.bucket.map {
                try state.createBucket(NewBucket($0, project: project.id, created: project.created))
            }
            var domain: Domain?
            if let host = new.domainHost {
                guard let bucket else { throw StoreError.noSuchBucket }
                let first = Domain(
                    host: host, bucket: bucket.id, project: project.id, publicBaseURL: new.publicBaseURL,
                    acceptsFirstFormSignatures: true, servesLocalhost: state.projectsCreated == 1,
                    created: project.created)
                try state.add(first)
                domain = first
            }
            if let key = new.key { try state.create(key) }
            return (bucket, domain)
        }
    }

    package func project(_ id: ProjectID) async throws -> Project? { read { $0.projects[id] } }

    package func project(named name: String) async throws -> Project? {
        read { $0.projects.values.first { $0.name == name } }
    }

    package func projects(after: String?, limit: Int) async throws -> [Project] {
        read { state in
            let sorted = state.projects.values.filter { $0.name > after ?? "" }.sorted { $0.name < $1.name }
            return Array(sorted.prefix(limit))
        }
    }

    package func deleteProject(_ id: ProjectID) async throws {
        try write { state in
            guard state.projects[id] != nil else { throw StoreError.noSuchProject }
            guard !state.buckets.values.contains(where: { $0.project == id }) else {
                throw StoreError.projectNotEmpty
            }
            state.projects[id] = nil
            state.keys = state.keys.filter { $0.value.project != id }
            state.identities = state.identities.filter { $0.value.project != id }
            state.domains = state.domains.filter { $0.value.project != id }
        }
    }

    package func createAccessKey(_ key: AccessKey) async throws { try write { try $0.create(key) } }

    package func accessKey(_ id: KeyID) async throws -> AccessKey? { read { $0.keys[id] } }

    package func accessKey(fingerprint: [UInt8]) async throws -> AccessKey? {
        read { $0.keys.values.first { $0.fingerprint == fingerprint } }
    }

    package func accessKeys(of project: ProjectID) async throws -> [AccessKey] {
        read { state in
            state.keys.values.filter { $0.project == project }.sorted { $0.id.string < $1.id.string }
        }
    }

    package func setAccessKey(_ id: KeyID, paused: Bool) async throws {
        try write { state in
            guard state.keys[id] != nil else { throw StoreError.noSuchAccessKey }
            state.keys[id]?.isPaused = paused
        }
    }

    package func deleteAccessKey(_ id: KeyID) async throws {
        try write { state in
            guard state.keys.removeValue(forKey: id) != nil else { throw StoreError.noSuchAccessKey }
        }
    }

    package func changeEncryptionKey(
        _ name: String, _ change: EncryptionKeyChange
    ) async throws -> EncryptionKey {
        try write { state in
            let key = try change.applied(to: state.encryptionKeys[name], named: name)
            state.encryptionKeys[name] = key
            return key
        }
    }

    package func encryptionKey(_ name: String) async throws -> EncryptionKey? {
        read { $0.encryptionKeys[name] }
    }

    package func encryptionKeys() async throws -> [EncryptionKey] {
        read { $0.encryptionKeys.values.sorted { $0.name < $1.name } }
    }

    package func createBucket(_ new: NewBucket) async throws -> Bucket {
        try write { try $0.createBucket(new) }
    }

    package func setConfiguration(
        _ id: BucketID, _ kind: BucketConfiguration, _ document: [UInt8]?
    ) async throws -> Bucket {
        try write { state in
            var bucket = try state.bucket(id)
            bucket.configurations[kind] = document.map { ConfigurationDocument($0) }
            state.buckets[id] = bucket
            return bucket
        }
    }

    package func setVersioning(_ id: BucketID, _ versioning: Bucket.Versioning) async throws -> Bucket {
        try write { state in
            var bucket = try state.bucket(id)
            guard versioning != .off || bucket.versioning == .off else {
                throw StoreError.invalidArgument("versioning can be suspended but not taken away")
            }
            if versioning == .suspended, try bucket.objectLock != nil {
                throw StoreError.invalidBucketState
            }
            bucket.versioning = versioning
            state.buckets[id] = bucket
            return bucket
        }
    }

    package func bucket(_ name: BucketName) async throws -> Bucket? {
        read { $0.buckets.values.first { $0.name == name } }
    }

    package func bucket(_ id: BucketID) async throws -> Bucket? { read { $0.buckets[id] } }

    package func buckets(
        of project: ProjectID?, prefix: String, after: String?, limit: Int
    ) async throws -> [Bucket] {
        read { state in
            let wanted = state.buckets.values.filter { bucket in
                (project == nil || bucket.project == project) && bucket.name.string.hasPrefix(prefix)
                    && bucket.name.string > after ?? ""
            }
            return Array(wanted.sorted { $0.name.string < $1.name.string }.prefix(limit))
        }
    }

    package func deleteBucket(_ id: BucketID) async throws {
        try write { state in
            _ = try state.bucket(id)
            guard state.versions[id]?.isEmpty ?? true else { throw StoreError.bucketNotEmpty }
            state.buckets[id] = nil
            state.versions[id] = nil
            state.uploads.removeAll { $0.upload.bucket == id }
            state.domains = state.domains.filter { $0.value.bucket != id }
        }
    }

    package func addDomain(_ domain: Domain) async throws { try write { try $0.add(domain) } }

    package func domain(_ host: String) async throws -> Domain? { read { $0.domains[host] } }

    package func localhostDomain() async throws -> Domain? {
        read { $0.domains.values.first { $0.servesLocalhost } }
    }

    package func domains(after: String?, limit: Int) async throws -> [Domain] {
        read { state in
            let sorted = state.domains.values.filter { $0.host > after ?? "" }.sorted { $0.host < $1.host }
            return Array(sorted.prefix(limit))
        }
    }

    package func domains(of bucket: BucketID) async throws -> [Domain] {
        read { state in
            state.domains.values.filter { $0.bucket == bucket }.sorted { $0.host < $1.host }
        }
    }

    package func deleteDomain(_ host: String) async throws {
        try write { state in
            guard state.domains.removeValue(forKey: host) != nil else { throw StoreError.noSuchDomain }
        }
    }
}

extension CatalogModelState {
    fileprivate mutating func create(_ key: AccessKey) throws {
        guard projects[key.project] != nil else { throw StoreError.noSuchProject }
        guard keys[key.id] == nil, !keys.values.contains(where: { $0.fingerprint == key.fingerprint }) else {
            throw StoreError.accessKeyExists
        }
        if let owner = key.owner { try checkRoom(forKeyOf: owner, in: key.project) }
        keys[key.id] = key
    }

    fileprivate mutating func createBucket(_ new: NewBucket) throws -> Bucket {
        guard projects[new.project] != nil else { throw StoreError.noSuchProject }
        if let other = buckets.values.first(where: { $0.name == new.name }) {
            throw StoreError.bucketExists(owner: other.project)
        }
        let bucket = Bucket(
            id: BucketID(nextBucket), name: new.name, project: new.project, created: new.created,
            versioning: new.versioning,
            configurations: new.configurations.mapValues { ConfigurationDocument($0) })
        nextBucket += 1
        buckets[bucket.id] = bucket
        return bucket
    }

    fileprivate mutating func add(_ domain: Domain) throws {
        _ = try bucket(domain.bucket)
        guard domains[domain.host] == nil else { throw StoreError.domainExists }
        if domain.servesLocalhost {
            for host in domains.keys { domains[host]?.servesLocalhost = false }
        }
        domains[domain.host] = domain
    }
}
