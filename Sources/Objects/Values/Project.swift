/// An owner of buckets, keys and domains; the S3 account.
package struct Project: Hashable, Sendable {
    package var id: ProjectID
    /// Unique; lower-case letters, digits and hyphens.
    package var name: String
    package var displayName: String
    package var email: String?
    /// Milliseconds since 1970.
    package var created: Int64
    /// Largest object in bytes that may be uploaded; nil is the server's own limit.
    package var maximumObjectSize: Int64?

    package init(
        id: ProjectID, name: String, displayName: String, email: String? = nil, created: Int64,
        maximumObjectSize: Int64? = nil
    ) {
        self.id = id
        self.name = name
        self.displayName = displayName
        self.email = email
        self.created = created
        self.maximumObjectSize = maximumObjectSize
    }
}
