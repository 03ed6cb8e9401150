/// What people say of a media object; most have nothing said of them.
package struct MediaDetails: Hashable, Sendable {
    package var title: String?
    package var alt: String?
    /// One JSON object; empty for none.
    package var metadata: [UInt8]

    package init(title: String? = nil, alt: String? = nil, metadata: [UInt8] = []) {
        self.title = title
        self.alt = alt
        self.metadata = metadata
    }

    package static let none = MediaDetails()
}

/// One piece of media: the file that was uploaded, and those that were attached to it.
package struct MediaObject: Sendable {
    /// Files of one media object.
    package static let maximumFiles = 1000

    package var id: MediaID
    package var details: MediaDetails
    /// The original first, then in the order in which they were made.
    package var files: [LibraryFile]
    /// Milliseconds since 1970.
    package var created: Int64
    package var updated: Int64

    package init(id: MediaID, details: MediaDetails, files: [LibraryFile], created: Int64, updated: Int64) {
        self.id = id
        self.details = details
        self.files = files
        self.created = created
        self.updated = updated
    }
}
