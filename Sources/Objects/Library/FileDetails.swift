/// What people and programs say of a file in the library.
package struct FileDetails: Hashable, Sendable {
    /// Bytes of `metadata`.
    package static let maximumMetadataLength = 8 * 1024
    /// Bytes of each other text.
    package static let maximumTextLength = 256

    /// Names the file inside its media object; nil is `original` for the file that made the media object.
    package var ref: String?
    package var label: String?
    /// A language tag (BCP 47).
    package var language: String?
    /// One JSON object; empty for none.
    package var metadata: [UInt8]
    /// The media object that the file was attached to; nil is its own.
    package var media: MediaID?
    /// The task that made the file.
    package var task: TaskID?

    package init(
        ref: String? = nil, label: String? = nil, language: String? = nil, metadata: [UInt8] = [],
        media: MediaID? = nil, task: TaskID? = nil
    ) {
        self.ref = ref
        self.label = label
        self.language = language
        self.metadata = metadata
        self.media = media
        self.task = task
    }

    package static let none = FileDetails()
}
