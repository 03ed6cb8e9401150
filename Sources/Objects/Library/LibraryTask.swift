/// Work that goes on behind the answer, as clients see it.
package struct LibraryTask: Hashable, Sendable {
    package enum Status: String, Sendable, CaseIterable {
        case waiting, processing, completed, failed

        package var isFinished: Bool { self == .completed || self == .failed }
    }

    /// Tasks of a project that wait or are under way.
    package static let maximumOpen = 1000
    /// Finished tasks of a project that are kept.
    package static let maximumFinished = 10_000

    package var id: TaskID
    package var project: ProjectID
    /// What is done; the raw value is what clients call it.
    package enum Kind: String, Sendable, CaseIterable {
        /// A file is fetched from a URL.
        case ingest
        /// A file is looked into. These are no rows of their own: facts that are found out are shown so.
        case probe
    }

    package var kind: Kind
    /// What was asked, one JSON object.
    package var input: [UInt8]
    package var status: Status
    /// 0…100.
    package var progress: Int
    package var output: FileID?
    package var error: String?
    /// Times that it was begun.
    package var attempts: Int
    /// Who asked for it.
    package var author: KeyID?
    /// Who is told when it ends.
    package var webhookURL: String?
    /// Milliseconds since 1970.
    package var created: Int64
    package var updated: Int64

    package init(
        id: TaskID, project: ProjectID, kind: Kind, input: [UInt8], status: Status = .waiting,
        progress: Int = 0, output: FileID? = nil, error: String? = nil, attempts: Int = 0,
        author: KeyID? = nil, webhookURL: String? = nil, created: Int64, updated: Int64
    ) {
        self.id = id
        self.project = project
        self.kind = kind
        self.input = input
        self.status = status
        self.progress = progress
        self.output = output
        self.error = error
        self.attempts = attempts
        self.author = author
        self.webhookURL = webhookURL
        self.created = created
        self.updated = updated
    }

    /// What stands for a webhook's name where the outbox has the end of a task for `webhookURL`; no name has a colon.
    package var webhookName: String { Self.webhookPrefix + String(id.rawValue) }

    /// The task that `webhookName` stands for.
    package static func id(ofWebhook name: String) -> TaskID? {
        name.hasPrefix(webhookPrefix) ? Int64(name.dropFirst(webhookPrefix.count)).map { TaskID($0) } : nil
    }

    private static let webhookPrefix = "task:"
}
