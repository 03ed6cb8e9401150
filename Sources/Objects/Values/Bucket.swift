/// A namespace of keys that belongs to one project.
package struct Bucket: Hashable, Sendable {
    package enum Versioning: String, Sendable {
        case off, enabled, suspended
    }

    package var id: BucketID
    package var name: BucketName
    package var project: ProjectID
    /// Milliseconds since 1970.
    package var created: Int64
    package var versioning: Versioning
    /// What was configured; nothing of it is there by default.
    package var configurations: [BucketConfiguration: ConfigurationDocument]

    package init(
        id: BucketID, name: BucketName, project: ProjectID, created: Int64, versioning: Versioning = .off,
        configurations: [BucketConfiguration: ConfigurationDocument] = [:]
    ) {
        self.id = id
        self.name = name
        self.project = project
        self.created = created
        self.versioning = versioning
        self.configurations = configurations
    }
}
