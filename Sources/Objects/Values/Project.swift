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
    /// Most bytes that all versions may have together; nil is no limit.
    package var maximumStorage: Int64?
    /// Most uploads that may be open at once; nil is no limit.
    package var maximumUploads: Int64?
    /// Sizes of pictures, as `320x240` or `320x`, that anybody who may read a file may have made of it.
    package var pictureSizes: [String]

    package init(
        id: ProjectID, name: String, displayName: String, email: String? = nil, created: Int64,
        maximumObjectSize: Int64? = nil, maximumStorage: Int64? = nil, maximumUploads: Int64? = nil,
        pictureSizes: [String] = []
    ) {
        self.id = id
        self.name = name
        self.displayName = displayName
        self.email = email
        self.created = created
        self.maximumObjectSize = maximumObjectSize
        self.maximumStorage = maximumStorage
        self.maximumUploads = maximumUploads
        self.pictureSizes = pictureSizes
    }
}

/// What may change of a project.
package struct ProjectSettings: Hashable, Sendable {
    package var displayName: String
    package var maximumObjectSize: Int64?
    package var maximumStorage: Int64?
    package var maximumUploads: Int64?
    package var pictureSizes: [String]

    package init(_ project: Project) {
        displayName = project.displayName
        maximumObjectSize = project.maximumObjectSize
        maximumStorage = project.maximumStorage
        maximumUploads = project.maximumUploads
        pictureSizes = project.pictureSizes
    }

    package func applied(to project: Project) -> Project {
        var project = project
        project.displayName = displayName
        project.maximumObjectSize = maximumObjectSize
        project.maximumStorage = maximumStorage
        project.maximumUploads = maximumUploads
        project.pictureSizes = pictureSizes
        return project
    }
}
