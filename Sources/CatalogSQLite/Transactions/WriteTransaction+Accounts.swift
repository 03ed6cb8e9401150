import GRDB
import Objects

extension WriteTransaction {
    func createProject(_ new: NewProject) throws -> (Bucket?, Domain?) {
        let project = new.project
        guard
            try db.integer(
                "SELECT 1 FROM project WHERE id = ? OR name = ? LIMIT 1", [project.id.string, project.name])
                == nil
        else { throw StoreError.projectExists }
        try db.run(
            """
            INSERT INTO project (id, name, display_name, email, created, maximum_object_size, maximum_storage,
                maximum_uploads, picture_sizes)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                project.id.string, project.name, project.displayName, project.email, project.created,
                project.maximumObjectSize, project.maximumStorage, project.maximumUploads,
                project.pictureSizes.joined(separator: " "),
            ])
        changes(.project(project.id, project))
        let earlier = try CounterRows.value("projects_created", db)
        try CounterRows.set("projects_created", earlier + 1, db)
        let bucket = try new.bucket.map {
            try createBucket(NewBucket($0, project: project.id, created: project.created))
        }
        var domain: Domain?
        if let host = new.domainHost {
            guard let bucket else { throw StoreError.noSuchBucket }
            let first = Domain(
                host: host, bucket: bucket.id, project: project.id, publicBaseURL: new.publicBaseURL,
                acceptsFirstFormSignatures: true, servesLocalhost: earlier == 0, created: project.created)
            try addDomain(first)
            domain = first
        }
        if let key = new.key { try createAccessKey(key) }
        return (bucket, domain)
    }

    func deleteProject(_ id: ProjectID) throws {
        guard try hasProject(id) else { throw StoreError.noSuchProject }
        guard try db.integer("SELECT 1 FROM bucket WHERE project = ? LIMIT 1", [id.string]) == nil else {
            throw StoreError.projectNotEmpty
        }
        // A domain whose bucket belongs to another project.
        let hosts = try db.all("SELECT host FROM domain WHERE project = ?", [id.string]) { $0.text(0) }
        for host in hosts { try deleteDomain(host) }
        try db.run("DELETE FROM project WHERE id = ?", [id.string])
        changes(.project(id, nil))
    }

    func createAccessKey(_ key: AccessKey) throws {
        guard try hasProject(key.project) else { throw StoreError.noSuchProject }
        guard
            try db.integer(
                "SELECT 1 FROM access_key WHERE id = ? OR fingerprint = ? LIMIT 1",
                [key.id.string, key.fingerprint]) == nil
        else { throw StoreError.accessKeyExists }
        if let owner = key.owner { try checkRoom(forKeyOf: owner, in: key.project) }
        try db.run(
            """
            INSERT INTO access_key (id, project, role, is_paused, sealed_secret, fingerprint, created, owner)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                key.id.string, key.project.string, key.role.rawValue, key.isPaused, key.sealedSecret,
                key.fingerprint, key.created, key.owner?.string,
            ])
    }

    func changeEncryptionKey(_ name: String, _ change: EncryptionKeyChange) throws -> EncryptionKey {
        let key = try change.applied(to: try AccountRows.encryptionKey(name, db), named: name)
        var versions = RecordWriter()
        versions.number(key.versions.count)
        for version in key.versions { versions.run(version) }
        try db.run(
            "INSERT OR REPLACE INTO encryption_key (name, created, is_disabled, versions) VALUES (?, ?, ?, ?)",
            [key.name, key.created, key.isDisabled, versions.bytes])
        return key
    }

    func setAccessKey(_ id: KeyID, paused: Bool) throws {
        guard
            try db.change("UPDATE access_key SET is_paused = ? WHERE id = ?", [paused, id.string]) == 1
        else { throw StoreError.noSuchAccessKey }
    }

    func deleteAccessKey(_ id: KeyID) throws {
        guard try db.change("DELETE FROM access_key WHERE id = ?", [id.string]) == 1 else {
            throw StoreError.noSuchAccessKey
        }
    }

    func createBucket(_ new: NewBucket) throws -> Bucket {
        guard try hasProject(new.project) else { throw StoreError.noSuchProject }
        if let other = try db.first(
            "\(AccountRows.bucket) WHERE name = ?", [new.name.string], AccountRows.bucket)
        {
            throw StoreError.bucketExists(owner: other.project)
        }
        let configurations = new.configurations.mapValues { ConfigurationDocument($0) }
        try db.run(
            "INSERT INTO bucket (name, project, created, versioning, configurations) VALUES (?, ?, ?, ?, ?)",
            [
                new.name.string, new.project.string, new.created, AccountRows.number(new.versioning),
                ConfigurationsCoding.encode(configurations),
            ])
        let bucket = Bucket(
            id: BucketID(db.lastInsertedRowID), name: new.name, project: new.project, created: new.created,
            versioning: new.versioning, configurations: configurations)
        changes(.bucket(new.name, bucket))
        return bucket
    }

    func setVersioning(_ id: BucketID, _ versioning: Bucket.Versioning) throws -> Bucket {
        var bucket = try self.bucket(id)
        guard versioning != .off || bucket.versioning == .off else {
            throw StoreError.invalidArgument("versioning can be suspended but not taken away")
        }
        if versioning == .suspended, try bucket.objectLock != nil { throw StoreError.invalidBucketState }
        bucket.versioning = versioning
        try db.run(
            "UPDATE bucket SET versioning = ? WHERE id = ?", [AccountRows.number(versioning), id.rawValue])
        changes(.bucket(bucket.name, bucket))
        return bucket
    }

    func setConfiguration(_ id: BucketID, _ kind: BucketConfiguration, _ document: [UInt8]?) throws -> Bucket
    {
        var bucket = try self.bucket(id)
        bucket.configurations[kind] = document.map { ConfigurationDocument($0) }
        try db.run(
            "UPDATE bucket SET configurations = ? WHERE id = ?",
            [ConfigurationsCoding.encode(bucket.configurations), id.rawValue])
        changes(.bucket(bucket.name, bucket))
        return bucket
    }

    func deleteBucket(_ id: BucketID) throws {
        let bucket = try self.bucket(id)
        let isUsed = try db.integer(
            """
            SELECT EXISTS (SELECT 1 FROM object WHERE bucket = ?1) \
            OR EXISTS (SELECT 1 FROM version WHERE bucket = ?1)
            """, [id.rawValue])
        guard isUsed == 0 else { throw StoreError.bucketNotEmpty }
        let hosts = try db.all("SELECT host FROM domain WHERE bucket = ?", [id.rawValue]) { $0.text(0) }
        for host in hosts { try deleteDomain(host) }
        // Its uploads may be many: without the bucket nobody sees them, and the reaper takes them in batches.
        if try db.integer("SELECT 1 FROM upload WHERE bucket = ? LIMIT 1", [id.rawValue]) != nil {
            try db.run("INSERT INTO dropped_bucket (id) VALUES (?)", [id.rawValue])
        }
        try db.run("DELETE FROM bucket WHERE id = ?", [id.rawValue])
        changes(.bucket(bucket.name, nil))
    }

    /// Throws `noSuchBucket`.
    func bucket(_ id: BucketID) throws -> Bucket {
        guard
            let bucket = try db.first("\(AccountRows.bucket) WHERE id = ?", [id.rawValue], AccountRows.bucket)
        else { throw StoreError.noSuchBucket }
        return bucket
    }

    /// Only one domain serves localhost: a new one that does takes it over.
    func addDomain(_ domain: Domain) throws {
        _ = try bucket(domain.bucket)
        guard try db.integer("SELECT 1 FROM domain WHERE host = ?", [domain.host]) == nil else {
            throw StoreError.domainExists
        }
        if domain.servesLocalhost {
            let others = try db.all(
                "UPDATE domain SET serves_localhost = 0 WHERE serves_localhost = 1 RETURNING host"
            ) { $0.text(0) }
            for host in others {
                let other = try db.first("\(AccountRows.domain) WHERE host = ?", [host], AccountRows.domain)
                changes(.domain(host, other))
            }
        }
        try db.run(
            """
            INSERT INTO domain
                (host, bucket, project, public_base_url, is_private, accepts_first_form, serves_localhost, created)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                domain.host, domain.bucket.rawValue, domain.project.string, domain.publicBaseURL,
                domain.isPrivate, domain.acceptsFirstFormSignatures, domain.servesLocalhost, domain.created,
            ])
        changes(.domain(domain.host, domain))
    }

    func deleteDomain(_ host: String) throws {
        guard try db.change("DELETE FROM domain WHERE host = ?", [host]) == 1 else {
            throw StoreError.noSuchDomain
        }
        changes(.domain(host, nil))
    }

    func hasProject(_ id: ProjectID) throws -> Bool {
        try db.integer("SELECT 1 FROM project WHERE id = ?", [id.string]) != nil
    }
}
