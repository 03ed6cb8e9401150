import GRDB
package import Objects

extension SQLiteCatalog {
    package func createProject(_ new: NewProject) async throws -> (Bucket?, Domain?) {
        try await write { try $0.createProject(new) }
    }

    package func peekProject(_ id: ProjectID) -> Peek<Project?> {
        cache.projects.peek(id).map { .known($0) } ?? .unknown
    }

    package func project(_ id: ProjectID) async throws -> Project? {
        let readAt = cache.readNumber
        let project = try await reads.one {
            try $0.first("\(AccountRows.project) WHERE id = ?", [id.string], AccountRows.project)
        }
        cache.projects.fill(id, project, readAt: readAt)
        return project
    }

    package func project(named name: String) async throws -> Project? {
        try await reads.one {
            try $0.first("\(AccountRows.project) WHERE name = ?", [name], AccountRows.project)
        }
    }

    package func projects(after: String?, limit: Int) async throws -> [Project] {
        try await reads.one {
            try $0.all(
                "\(AccountRows.project) WHERE name > ? ORDER BY name LIMIT ?", [after ?? "", max(limit, 0)],
                AccountRows.project)
        }
    }

    package func deleteProject(_ id: ProjectID) async throws {
        try await write { try $0.deleteProject(id) }
    }

    package func createAccessKey(_ key: AccessKey) async throws {
        try await write { try $0.createAccessKey(key) }
    }

    package func accessKey(_ id: KeyID) async throws -> AccessKey? {
        try await reads.one {
            try $0.first("\(AccountRows.accessKey) WHERE id = ?", [id.string], AccountRows.accessKey)
        }
    }

    package func accessKey(fingerprint: [UInt8]) async throws -> AccessKey? {
        try await reads.one {
            try $0.first(
                "\(AccountRows.accessKey) WHERE fingerprint = ?", [fingerprint], AccountRows.accessKey)
        }
    }

    package func accessKeys(of project: ProjectID) async throws -> [AccessKey] {
        try await reads.one {
            try $0.all(
                "\(AccountRows.accessKey) WHERE project = ? ORDER BY id", [project.string],
                AccountRows.accessKey)
        }
    }

    package func setAccessKey(_ id: KeyID, paused: Bool) async throws {
        try await write { try $0.setAccessKey(id, paused: paused) }
    }

    package func deleteAccessKey(_ id: KeyID) async throws {
        try await write { try $0.deleteAccessKey(id) }
    }
}

extension SQLiteCatalog {
    package func changeEncryptionKey(
        _ name: String, _ change: EncryptionKeyChange
    ) async throws -> EncryptionKey {
        try await write { try $0.changeEncryptionKey(name, change) }
    }

    package func encryptionKey(_ name: String) async throws -> EncryptionKey? {
        try await reads.one { try AccountRows.encryptionKey(name, $0) }
    }

    package func encryptionKeys() async throws -> [EncryptionKey] {
        try await reads.one {
            try $0.all("\(AccountRows.encryptionKey) ORDER BY name", [], AccountRows.encryptionKey)
        }
    }
}

extension SQLiteCatalog {
    package func createBucket(_ new: NewBucket) async throws -> Bucket {
        try await write { try $0.createBucket(new) }
    }

    package func setVersioning(_ id: BucketID, _ versioning: Bucket.Versioning) async throws -> Bucket {
        try await write { try $0.setVersioning(id, versioning) }
    }

    package func setConfiguration(
        _ id: BucketID, _ kind: BucketConfiguration, _ document: [UInt8]?
    ) async throws -> Bucket {
        try await write { try $0.setConfiguration(id, kind, document) }
    }

    package func peekBucket(_ name: BucketName) -> Peek<Bucket?> {
        cache.buckets.peek(name).map { .known($0) } ?? .unknown
    }

    package func bucket(_ name: BucketName) async throws -> Bucket? {
        let readAt = cache.readNumber
        let bucket = try await reads.one {
            try $0.first("\(AccountRows.bucket) WHERE name = ?", [name.string], AccountRows.bucket)
        }
        cache.buckets.fill(name, bucket, readAt: readAt)
        return bucket
    }

    package func bucket(_ id: BucketID) async throws -> Bucket? {
        try await reads.one {
            try $0.first("\(AccountRows.bucket) WHERE id = ?", [id.rawValue], AccountRows.bucket)
        }
    }

    package func buckets(
        of project: ProjectID?, prefix: String, after: String?, limit: Int
    ) async throws -> [Bucket] {
        // Names are ASCII, so this is above every name with the prefix.
        let end = prefix + "\u{7f}"
        let start = after ?? ""
        let limit = max(limit, 0)
        return try await reads.one { db in
            if let project {
                return try db.all(
                    """
                    \(AccountRows.bucket) WHERE project = ? AND name >= ? AND name < ? AND name > ?
                    ORDER BY name LIMIT ?
                    """, [project.string, prefix, end, start, limit], AccountRows.bucket)
            }
            return try db.all(
                "\(AccountRows.bucket) WHERE name >= ? AND name < ? AND name > ? ORDER BY name LIMIT ?",
                [prefix, end, start, limit], AccountRows.bucket)
        }
    }

    package func deleteBucket(_ id: BucketID) async throws {
        try await write { try $0.deleteBucket(id) }
    }
}

extension SQLiteCatalog {
    package func addDomain(_ domain: Domain) async throws {
        try await write { try $0.addDomain(domain) }
    }

    package func peekDomain(_ host: String) -> Peek<Domain?> {
        cache.domains.peek(host).map { .known($0) } ?? .unknown
    }

    package func domain(_ host: String) async throws -> Domain? {
        let readAt = cache.readNumber
        let domain = try await reads.one {
            try $0.first("\(AccountRows.domain) WHERE host = ?", [host], AccountRows.domain)
        }
        cache.domains.fill(host, domain, readAt: readAt)
        return domain
    }

    package func localhostDomain() async throws -> Domain? {
        try await reads.one {
            try $0.first("\(AccountRows.domain) WHERE serves_localhost = 1", [], AccountRows.domain)
        }
    }

    package func domains(after: String?, limit: Int) async throws -> [Domain] {
        try await reads.one {
            try $0.all(
                "\(AccountRows.domain) WHERE host > ? ORDER BY host LIMIT ?", [after ?? "", max(limit, 0)],
                AccountRows.domain)
        }
    }

    package func domains(of bucket: BucketID) async throws -> [Domain] {
        try await reads.one {
            try $0.all(
                "\(AccountRows.domain) WHERE bucket = ? ORDER BY host", [bucket.rawValue], AccountRows.domain)
        }
    }

    package func deleteDomain(_ host: String) async throws {
        try await write { try $0.deleteDomain(host) }
    }
}
