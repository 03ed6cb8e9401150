import GRDB
import Objects

/// Rows of projects, keys, buckets and domains. Columns are in the order of the `select` texts.
enum AccountRows {
    static let project =
        "SELECT id, name, display_name, email, created, maximum_object_size, "
        + "maximum_storage, maximum_uploads, picture_sizes FROM project"
    static let accessKey =
        "SELECT id, project, role, is_paused, sealed_secret, fingerprint, created, owner FROM access_key"
    static let bucket = "SELECT id, name, project, created, versioning, configurations FROM bucket"
    static let domain = """
        SELECT host, bucket, project, public_base_url, is_private, accepts_first_form, serves_localhost, created \
        FROM domain
        """

    static let encryptionKey = "SELECT name, created, is_disabled, versions FROM encryption_key"

    static func encryptionKey(_ name: String, _ db: Database) throws -> EncryptionKey? {
        try db.first("\(encryptionKey) WHERE name = ?", [name], encryptionKey)
    }

    static func encryptionKey(_ row: StatementRow) throws -> EncryptionKey {
        EncryptionKey(
            name: row.text(0), created: row.integer(1), isDisabled: row.flag(2),
            versions: try row.withBytes(3) { bytes in
                var reader = RecordReader(bytes)
                return try (0..<(try reader.number())).map { _ in Array(try reader.run()) }
            })
    }

    static func project(_ row: StatementRow) -> Project {
        Project(
            id: ProjectID(row.text(0)), name: row.text(1), displayName: row.text(2),
            email: row.optionalText(3),
            created: row.integer(4), maximumObjectSize: row.optionalInteger(5),
            maximumStorage: row.optionalInteger(6), maximumUploads: row.optionalInteger(7),
            pictureSizes: row.text(8).split(separator: " ").map(String.init))
    }

    static func accessKey(_ row: StatementRow) throws -> AccessKey {
        guard let role = Role(rawValue: row.text(2)) else {
            throw StoreError.corrupt("a key has no known role")
        }
        return AccessKey(
            id: KeyID(row.text(0)), project: ProjectID(row.text(1)), role: role, isPaused: row.flag(3),
            sealedSecret: row.bytes(4), fingerprint: row.bytes(5), created: row.integer(6),
            owner: row.optionalText(7).map { IdentityID($0) })
    }

    static func bucket(_ row: StatementRow) throws -> Bucket {
        guard let name = BucketName(row.text(1)) else {
            throw StoreError.corrupt("a bucket has no valid name")
        }
        return Bucket(
            id: BucketID(row.integer(0)), name: name, project: ProjectID(row.text(2)),
            created: row.integer(3),
            versioning: try versioning(row.integer(4)),
            configurations: try row.withOptionalBytes(5, ConfigurationsCoding.decode) ?? [:])
    }

    static func domain(_ row: StatementRow) -> Domain {
        Domain(
            host: row.text(0), bucket: BucketID(row.integer(1)), project: ProjectID(row.text(2)),
            publicBaseURL: row.optionalText(3), isPrivate: row.flag(4),
            acceptsFirstFormSignatures: row.flag(5),
            servesLocalhost: row.flag(6), created: row.integer(7))
    }

    static func number(_ versioning: Bucket.Versioning) -> Int64 {
        switch versioning {
        case .off: 0
        case .enabled: 1
        case .suspended: 2
        }
    }

    private static func versioning(_ number: Int64) throws -> Bucket.Versioning {
        switch number {
        case 0: .off
        case 1: .enabled
        case 2: .suspended
        default: throw StoreError.corrupt("a bucket has no known versioning")
        }
    }
}
