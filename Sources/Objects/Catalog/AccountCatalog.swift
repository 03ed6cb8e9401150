/// Projects with their users, keys, buckets and domains.
package protocol AccountCatalog: IdentityCatalog {
    /// Creates a project and, in the same transaction, its first bucket, domain and key where given.
    /// Throws `projectExists` (id or name), `bucketExists`, `domainExists`, `accessKeyExists`.
    /// The first project ever created has its domain marked `servesLocalhost`.
    func createProject(_ new: NewProject) async throws -> (Bucket?, Domain?)
    func peekProject(_ id: ProjectID) -> Peek<Project?>
    func project(_ id: ProjectID) async throws -> Project?
    func project(named name: String) async throws -> Project?
    /// At most `limit`, by name, after `after`.
    func projects(after: String?, limit: Int) async throws -> [Project]
    /// What may change of a project; `change` runs in the transaction. Throws `noSuchProject`.
    func changeProject(
        _ id: ProjectID, _ change: @escaping @Sendable (inout ProjectSettings) -> Void
    ) async throws -> Project
    /// Throws `noSuchProject`, or `projectNotEmpty` while it owns buckets; its keys go with it.
    func deleteProject(_ id: ProjectID) async throws

    /// Throws `noSuchProject`, `accessKeyExists` (id or fingerprint), `noSuchIdentity` for an owner that is no user
    /// of the project, and `identityLimit` when it has as many keys as it may.
    func createAccessKey(_ key: AccessKey) async throws
    func accessKey(_ id: KeyID) async throws -> AccessKey?
    func accessKey(fingerprint: [UInt8]) async throws -> AccessKey?
    func accessKeys(of project: ProjectID) async throws -> [AccessKey]
    /// Throws `noSuchAccessKey`.
    func setAccessKey(_ id: KeyID, paused: Bool) async throws
    func deleteAccessKey(_ id: KeyID) async throws

    /// Throws `bucketExists(owner:)`, `noSuchProject`.
    func createBucket(_ new: NewBucket) async throws -> Bucket
    /// Throws `noSuchBucket`, `invalidArgument` when versioning that was on is to be `off`, or
    /// `invalidBucketState` when the bucket has object lock and it is to be suspended.
    func setVersioning(_ id: BucketID, _ versioning: Bucket.Versioning) async throws -> Bucket
    /// Replaces or removes one document. Throws `noSuchBucket`.
    func setConfiguration(
        _ id: BucketID, _ kind: BucketConfiguration, _ document: [UInt8]?
    ) async throws -> Bucket
    func peekBucket(_ name: BucketName) -> Peek<Bucket?>
    func bucket(_ name: BucketName) async throws -> Bucket?
    func bucket(_ id: BucketID) async throws -> Bucket?
    /// In byte order of the name; of every project when `project` is nil.
    func buckets(of project: ProjectID?, prefix: String, after: String?, limit: Int) async throws -> [Bucket]
    /// Throws `noSuchBucket`, or `bucketNotEmpty` while it has any version or delete marker. Open uploads
    /// are aborted and its domains removed in the same transaction.
    func deleteBucket(_ id: BucketID) async throws

    /// Judged and applied in the transaction, so that of two that are made at once neither is lost; see
    /// `EncryptionKeyChange.applied`.
    func changeEncryptionKey(_ name: String, _ change: EncryptionKeyChange) async throws -> EncryptionKey
    func encryptionKey(_ name: String) async throws -> EncryptionKey?
    /// By name.
    func encryptionKeys() async throws -> [EncryptionKey]

    /// Throws `domainExists`, `noSuchBucket`.
    func addDomain(_ domain: Domain) async throws
    func peekDomain(_ host: String) -> Peek<Domain?>
    func domain(_ host: String) async throws -> Domain?
    /// The domain with `servesLocalhost`.
    func localhostDomain() async throws -> Domain?
    func domains(after: String?, limit: Int) async throws -> [Domain]
    func domains(of bucket: BucketID) async throws -> [Domain]
    /// Throws `noSuchDomain`.
    func deleteDomain(_ host: String) async throws
}

/// The argument of `createProject`.
package struct NewProject: Sendable {
    package var project: Project
    package var bucket: BucketName?
    /// The host of the free domain of `bucket`; needs `bucket`.
    package var domainHost: String?
    package var publicBaseURL: String?
    package var key: AccessKey?

    package init(
        project: Project, bucket: BucketName? = nil, domainHost: String? = nil, publicBaseURL: String? = nil,
        key: AccessKey? = nil
    ) {
        self.project = project
        self.bucket = bucket
        self.domainHost = domainHost
        self.publicBaseURL = publicBaseURL
        self.key = key
    }
}

/// The argument of `createBucket`.
package struct NewBucket: Sendable {
    package var name: BucketName
    package var project: ProjectID
    /// Milliseconds since 1970.
    package var created: Int64
    package var versioning: Bucket.Versioning
    package var configurations: [BucketConfiguration: [UInt8]]

    package init(
        _ name: BucketName, project: ProjectID, created: Int64, versioning: Bucket.Versioning = .off,
        configurations: [BucketConfiguration: [UInt8]] = [:]
    ) {
        self.name = name
        self.project = project
        self.created = created
        self.versioning = versioning
        self.configurations = configurations
    }
}

extension AccountCatalog {
    package func createBucket(
        _ name: BucketName, project: ProjectID, created: Int64
    ) async throws -> Bucket {
        try await createBucket(NewBucket(name, project: project, created: created))
    }

    package func peekProject(_ id: ProjectID) -> Peek<Project?> { .unknown }
    package func peekBucket(_ name: BucketName) -> Peek<Bucket?> { .unknown }
    package func peekDomain(_ host: String) -> Peek<Domain?> { .unknown }
}
