/// The library: objects as files by id, in any order, with what is known of them; media objects, tasks, usage.
///
/// Everything is of one project: what belongs to another is not there.
package protocol LibraryCatalog: Sendable {
    func file(_ id: FileID, of project: ProjectID) async throws -> LibraryFile?
    /// Throws `noSuchBucket` when the query names one that the project does not have.
    func files(_ query: FileQuery) async throws -> LibraryPage<LibraryFile>
    /// The names of the folders right below one, with the slash left out, in byte order; at most `limit`.
    func folders(
        below folder: [UInt8], of project: ProjectID, bucket: BucketName?, limit: Int
    ) async throws -> [[UInt8]]

    func media(_ id: MediaID, of project: ProjectID) async throws -> MediaObject?
    /// The newest first.
    func mediaObjects(of project: ProjectID, offset: Int, limit: Int) async throws -> LibraryPage<MediaObject>
    /// An empty one. Throws `noSuchProject`.
    func createMedia(_ details: MediaDetails, of project: ProjectID) async throws -> MediaObject
    /// `change` runs in the transaction, on what is there then. Throws `noSuchMedia`, and what `change` throws.
    func changeMedia(
        _ id: MediaID, of project: ProjectID,
        _ change: @escaping @Sendable (inout MediaDetails) throws(StoreError) -> Void
    ) async throws -> MediaObject
    /// What is said of it goes. Whether it went: while it has files, which are for the caller to delete first, it stays.
    /// Throws `noSuchMedia`.
    func deleteMedia(_ id: MediaID, of project: ProjectID) async throws -> Bool

    /// Of the content of a version.
    func facts(of content: ContentRef) async throws -> FactsState
    /// Contents that are due to be looked at, the longest waiting first.
    func dueFacts(now: Int64, limit: Int) async throws -> [FactsJob]
    /// Facts of another content with the same bytes.
    func facts(identity: [UInt8]) async throws -> MediaFacts?
    /// A digest of a content's bytes that needs none of them read; nil for what has no chunks of its own.
    func identity(of content: ContentRef) async throws -> [UInt8]?
    /// Contents that are gone meanwhile are left out.
    func applyFacts(_ outcome: FactsOutcome, to job: FactsJob) async throws

    /// Throws `noSuchProject`, and `overloaded` when `LibraryTask.maximumOpen` are open.
    func createTask(
        _ kind: LibraryTask.Kind, input: [UInt8], of project: ProjectID, author: KeyID?,
        webhookURL: String?
    ) async throws -> LibraryTask
    func task(_ id: TaskID, of project: ProjectID) async throws -> LibraryTask?
    /// The newest first; of every kind when none is named.
    func tasks(
        of project: ProjectID, kind: LibraryTask.Kind?, offset: Int, limit: Int
    ) async throws -> LibraryPage<LibraryTask>
    /// In place of the one with its id; when it is finished, the oldest finished ones beyond
    /// `LibraryTask.maximumFinished` go, and who waits for it is told.
    func changeTask(_ task: LibraryTask) async throws
    /// Those of all projects that are not finished: the oldest of each, then the second ones, and so on.
    func openTasks(limit: Int) async throws -> [LibraryTask]

    /// By reading every version.
    func usage(of project: ProjectID) async throws -> ProjectUsage
    func recordUsage(_ usage: ProjectUsage, of project: ProjectID, day: Int64) async throws
    /// The latest days, oldest first.
    func usageDays(of project: ProjectID, limit: Int) async throws -> [UsageDay]
    /// Uploads that are open in the project's buckets, the newest first.
    func openUploads(
        of project: ProjectID, limit: Int
    ) async throws -> [(upload: Upload, bucket: BucketName, received: Int64)]

    /// Keeps what became of attempts to deliver events; the oldest beyond `DeliveryRecord.maximumOfWebhook` go.
    func record(_ deliveries: [DeliveryRecord]) async throws
    /// The newest first.
    func deliveries(of project: ProjectID, webhook: String, limit: Int) async throws -> [DeliveryRecord]
}
