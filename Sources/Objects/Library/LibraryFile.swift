/// A file of the library: the current version of an object, where it lies, and what is known of it.
package struct LibraryFile: Sendable {
    package var version: ObjectVersion
    package var bucket: BucketName
    package var facts: FactsState

    package init(version: ObjectVersion, bucket: BucketName, facts: FactsState) {
        self.version = version
        self.bucket = bucket
        self.facts = facts
    }
}

/// A page of files that is asked for.
package struct FileQuery: Sendable {
    package enum Sort: String, Sendable, CaseIterable {
        case created, name, size
    }

    /// Rows that one query reads at most, when it cannot go by an index.
    package static let maximumRows = 2_000_000
    /// Files of one page.
    package static let maximumLimit = 100

    package var project: ProjectID
    /// Nil is every bucket of the project.
    package var bucket: BucketName?
    /// A folder without its last slash (empty: the root): only files right in it, or with `search` anywhere below it.
    package var folder: [UInt8]?
    /// In the key, without case of ASCII letters.
    package var search: String?
    /// Judges the stored type; nil wants every file.
    package var isWanted: (@Sendable (_ type: String) -> Bool)?
    package var sort: Sort
    package var isDescending: Bool
    package var offset: Int
    package var limit: Int

    package init(
        project: ProjectID, bucket: BucketName? = nil, folder: [UInt8]? = nil, search: String? = nil,
        isWanted: (@Sendable (String) -> Bool)? = nil, sort: Sort = .created, isDescending: Bool = true,
        offset: Int = 0, limit: Int
    ) {
        self.project = project
        self.bucket = bucket
        self.folder = folder
        self.search = search
        self.isWanted = isWanted
        self.sort = sort
        self.isDescending = isDescending
        self.offset = offset
        self.limit = limit
    }
}

/// A page of something, and how many there are in all.
package struct LibraryPage<Item: Sendable>: Sendable {
    package var items: [Item]
    package var total: Int

    package init(items: [Item], total: Int) {
        self.items = items
        self.total = total
    }
}
