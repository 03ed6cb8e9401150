/// An address of a project's own that events are sent to.
package struct Webhook: Hashable, Sendable {
    /// Webhooks of a project.
    package static let maximumOfProject = 100
    /// Topics of one webhook.
    package static let maximumTopics = 32
    /// Bytes of a URL.
    package static let maximumURLLength = 2048

    package var project: ProjectID
    /// Letters, digits, `-` and `_`; it stands in ARNs.
    package var name: String
    package var url: String
    /// What deliveries are signed with, sealed.
    package var sealedSecret: [UInt8]
    /// Topics of the library that it is told of, or `*` for all; none for one that only buckets name.
    package var topics: [String]
    /// Nothing new is kept for it while it is paused.
    package var isPaused: Bool
    /// Milliseconds since 1970.
    package var created: Int64

    package init(
        project: ProjectID, name: String, url: String, sealedSecret: [UInt8], topics: [String] = [],
        isPaused: Bool = false, created: Int64
    ) {
        self.project = project
        self.name = name
        self.url = url
        self.sealedSecret = sealedSecret
        self.topics = topics
        self.isPaused = isPaused
        self.created = created
    }

    package func listens(to topic: LibraryEvent.Topic) -> Bool {
        !isPaused && (topics.contains("*") || topics.contains(topic.rawValue))
    }
}
