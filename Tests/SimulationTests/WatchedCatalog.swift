import Blobs
import Digests
import Objects

/// A catalog whose calls are watched. What is answered from memory is no step.
final class WatchedCatalog: Catalog {
    private let catalog: any Catalog
    private let watcher: any StepWatcher

    init(_ catalog: any Catalog, _ watcher: any StepWatcher) {
        self.catalog = catalog
        self.watcher = watcher
    }

    private func watch<T: Sendable>(
        _ name: String, writes: Bool, _ body: () async throws -> T
    ) async throws -> T {
        let step = Step.catalog(name, writes: writes)
        try await watcher.before(step)
        let value = try await body()
        try await watcher.after(step)
        return value
    }

    private func watchBlocking<T>(_ name: String, writes: Bool, _ body: () throws -> T) throws -> T {
        let step = Step.catalog(name, writes: writes)
        if watcher.beforeBlocking(step) != nil { throw StoreError.internalFault("\(name) was not made") }
        let value = try body()
        if watcher.afterBlocking(step) != nil { throw StoreError.internalFault("\(name) has no answer") }
        return value
    }

    func close() async { await catalog.close() }

    // Accounts

    func createProject(_ new: NewProject) async throws -> (Bucket?, Domain?) {
        try await watch("createProject", writes: true) { try await catalog.createProject(new) }
    }

    func changeProject(
        _ id: ProjectID, _ change: @escaping @Sendable (inout ProjectSettings) -> Void
    ) async throws -> Project {
        try await watch("changeProject", writes: true) { try await catalog.changeProject(id, change) }
    }

    func peekProject(_ id: ProjectID) -> Peek<Project?> { catalog.peekProject(id) }

    func project(_ id: ProjectID) async throws -> Project? {
        try await watch("project", writes: false) { try await catalog.project(id) }
    }

    func project(named name: String) async throws -> Project? {
        try await watch("project", writes: false) { try await catalog.project(named: name) }
    }

    func projects(after: String?, limit: Int) async throws -> [Project] {
        try await watch("projects", writes: false) { try await catalog.projects(after: after, limit: limit) }
    }

    func deleteProject(_ id: ProjectID) async throws {
        try await watch("deleteProject", writes: true) { try await catalog.deleteProject(id) }
    }

    func createAccessKey(_ key: AccessKey) async throws {
        try await watch("createAccessKey", writes: true) { try await catalog.createAccessKey(key) }
    }

    func accessKey(_ id: KeyID) async throws -> AccessKey? {
        try await watch("accessKey", writes: false) { try await catalog.accessKey(id) }
    }

    func accessKey(fingerprint: [UInt8]) async throws -> AccessKey? {
        try await watch("accessKey", writes: false) { try await catalog.accessKey(fingerprint: fingerprint) }
    }

    func accessKeys(of project: ProjectID) async throws -> [AccessKey] {
        try await watch("accessKeys", writes: false) { try await catalog.accessKeys(of: project) }
    }

    func setAccessKey(_ id: KeyID, paused: Bool) async throws {
        try await watch("setAccessKey", writes: true) { try await catalog.setAccessKey(id, paused: paused) }
    }

    func deleteAccessKey(_ id: KeyID) async throws {
        try await watch("deleteAccessKey", writes: true) { try await catalog.deleteAccessKey(id) }
    }

    func createIdentity(_ new: Identity) async throws {
        try await watch("createIdentity", writes: true) { try await catalog.createIdentity(new) }
    }

    func identity(_ id: IdentityID) async throws -> Identity? {
        try await watch("identity", writes: false) { try await catalog.identity(id) }
    }

    func identity(
        _ kind: Identity.Kind, of project: ProjectID, named name: String
    ) async throws -> Identity? {
        try await watch("identity", writes: false) {
            try await catalog.identity(kind, of: project, named: name)
        }
    }

    func identities(
        _ kind: Identity.Kind, of project: ProjectID, after: String?, limit: Int
    ) async throws -> [Identity] {
        try await watch("identities", writes: false) {
            try await catalog.identities(kind, of: project, after: after, limit: limit)
        }
    }

    func changeIdentity(_ id: IdentityID, _ change: IdentityChange) async throws -> Identity {
        try await watch("changeIdentity", writes: true) { try await catalog.changeIdentity(id, change) }
    }

    func deleteIdentity(_ id: IdentityID) async throws {
        try await watch("deleteIdentity", writes: true) { try await catalog.deleteIdentity(id) }
    }

    func accessKeys(of owner: IdentityID) async throws -> [AccessKey] {
        try await watch("accessKeys", writes: false) { try await catalog.accessKeys(of: owner) }
    }

    func changeEncryptionKey(_ name: String, _ change: EncryptionKeyChange) async throws -> EncryptionKey {
        try await watch("changeEncryptionKey", writes: true) {
            try await catalog.changeEncryptionKey(name, change)
        }
    }

    func encryptionKey(_ name: String) async throws -> EncryptionKey? {
        try await watch("encryptionKey", writes: false) { try await catalog.encryptionKey(name) }
    }

    func encryptionKeys() async throws -> [EncryptionKey] {
        try await watch("encryptionKeys", writes: false) { try await catalog.encryptionKeys() }
    }

    func createBucket(_ new: NewBucket) async throws -> Bucket {
        try await watch("createBucket", writes: true) { try await catalog.createBucket(new) }
    }

    func setConfiguration(
        _ id: BucketID, _ kind: BucketConfiguration, _ document: [UInt8]?
    ) async throws -> Bucket {
        try await watch("setConfiguration", writes: true) {
            try await catalog.setConfiguration(id, kind, document)
        }
    }

    func renameObject(_ rename: ObjectRename) async throws -> ObjectVersion {
        try await watch("renameObject", writes: true) { try await catalog.renameObject(rename) }
    }

    func changeAttributes(_ change: AttributesChange) async throws -> ObjectVersion {
        try await watch("changeAttributes", writes: true) { try await catalog.changeAttributes(change) }
    }

    func setVersioning(_ id: BucketID, _ versioning: Bucket.Versioning) async throws -> Bucket {
        try await watch("setVersioning", writes: true) { try await catalog.setVersioning(id, versioning) }
    }

    func peekBucket(_ name: BucketName) -> Peek<Bucket?> { catalog.peekBucket(name) }

    func bucket(_ name: BucketName) async throws -> Bucket? {
        try await watch("bucket", writes: false) { try await catalog.bucket(name) }
    }

    func bucket(_ id: BucketID) async throws -> Bucket? {
        try await watch("bucket", writes: false) { try await catalog.bucket(id) }
    }

    func buckets(of project: ProjectID?, prefix: String, after: String?, limit: Int) async throws -> [Bucket]
    {
        try await watch("buckets", writes: false) {
            try await catalog.buckets(of: project, prefix: prefix, after: after, limit: limit)
        }
    }

    func deleteBucket(_ id: BucketID) async throws {
        try await watch("deleteBucket", writes: true) { try await catalog.deleteBucket(id) }
    }

    func addDomain(_ domain: Domain) async throws {
        try await watch("addDomain", writes: true) { try await catalog.addDomain(domain) }
    }

    func peekDomain(_ host: String) -> Peek<Domain?> { catalog.peekDomain(host) }

    func domain(_ host: String) async throws -> Domain? {
        try await watch("domain", writes: false) { try await catalog.domain(host) }
    }

    func localhostDomain() async throws -> Domain? {
        try await watch("localhostDomain", writes: false) { try await catalog.localhostDomain() }
    }

    func domains(after: String?, limit: Int) async throws -> [Domain] {
        try await watch("domains", writes: false) { try await catalog.domains(after: after, limit: limit) }
    }

    func domains(of bucket: BucketID) async throws -> [Domain] {
        try await watch("domains", writes: false) { try await catalog.domains(of: bucket) }
    }

    func deleteDomain(_ host: String) async throws {
        try await watch("deleteDomain", writes: true) { try await catalog.deleteDomain(host) }
    }

    // Objects

    func commitObject(_ commit: ObjectCommit) async throws -> ObjectVersion {
        try await watch("commitObject", writes: true) { try await catalog.commitObject(commit) }
    }

    func deleteObjects(_ deletions: [ObjectDeletion]) async throws -> [Result<ObjectDeleted, StoreError>] {
        try await watch("deleteObjects", writes: true) { try await catalog.deleteObjects(deletions) }
    }

    func peekCurrent(_ bucket: BucketID, _ key: ObjectKey) -> Peek<ObjectVersion?> {
        catalog.peekCurrent(bucket, key)
    }

    func current(_ bucket: BucketID, _ key: ObjectKey) async throws -> ObjectVersion? {
        try await watch("current", writes: false) { try await catalog.current(bucket, key) }
    }

    func version(_ bucket: BucketID, _ key: ObjectKey, _ id: VersionID) async throws -> ObjectVersion? {
        try await watch("version", writes: false) { try await catalog.version(bucket, key, id) }
    }

    func listObjects(_ query: ListQuery) async throws -> ObjectPage {
        try await watch("listObjects", writes: false) { try await catalog.listObjects(query) }
    }

    func listVersions(_ query: ListQuery, afterVersion: VersionID?) async throws -> VersionPage {
        try await watch("listVersions", writes: false) {
            try await catalog.listVersions(query, afterVersion: afterVersion)
        }
    }

    // Uploads

    func openUploadCount(of project: ProjectID) async throws -> Int64 {
        try await watch("openUploadCount", writes: false) { try await catalog.openUploadCount(of: project) }
    }

    func keptBytes(of project: ProjectID) async throws -> Int64 {
        try await watch("keptBytes", writes: false) { try await catalog.keptBytes(of: project) }
    }

    func createUpload(_ upload: Upload) async throws {
        try await watch("createUpload", writes: true) { try await catalog.createUpload(upload) }
    }

    func upload(_ id: UploadID) async throws -> Upload? {
        try await watch("upload", writes: false) { try await catalog.upload(id) }
    }

    func multipartUploads(_ query: ListQuery, afterUpload: UploadID?) async throws -> UploadPage {
        try await watch("multipartUploads", writes: false) {
            try await catalog.multipartUploads(query, afterUpload: afterUpload)
        }
    }

    func putPart(_ part: PartCommit) async throws -> UploadPart {
        try await watch("putPart", writes: true) { try await catalog.putPart(part) }
    }

    func parts(of id: UploadID, after: Int64, limit: Int) async throws -> [UploadPart] {
        try await watch("parts", writes: false) {
            try await catalog.parts(of: id, after: after, limit: limit)
        }
    }

    func parts(of id: UploadID, overlapping range: Range<Int64>) async throws -> [UploadPart] {
        try await watch("parts", writes: false) { try await catalog.parts(of: id, overlapping: range) }
    }

    func completeUpload(_ completion: UploadCompletion) async throws -> ObjectVersion {
        try await watch("completeUpload", writes: true) { try await catalog.completeUpload(completion) }
    }

    func abortUpload(_ id: UploadID) async throws {
        try await watch("abortUpload", writes: true) { try await catalog.abortUpload(id) }
    }

    func rangeUploads(_ bucket: BucketID, _ key: ObjectKey, author: KeyID, total: Int64?) async throws
        -> [Upload]
    {
        try await watch("rangeUploads", writes: false) {
            try await catalog.rangeUploads(bucket, key, author: author, total: total)
        }
    }

    func putRange(_ commit: RangeCommit) async throws -> RangeOutcome {
        try await watch("putRange", writes: true) { try await catalog.putRange(commit) }
    }

    func completeRangeUpload(
        _ id: UploadID, modified: Int64, keepFor: Int64, origin: ChangeOrigin?
    ) async throws -> ObjectVersion {
        try await watch("completeRangeUpload", writes: true) {
            try await catalog.completeRangeUpload(
                id, modified: modified, keepFor: keepFor, origin: origin)
        }
    }

    func touchUpload(_ id: UploadID, now: Int64) async throws {
        try await watch("touchUpload", writes: true) { try await catalog.touchUpload(id, now: now) }
    }

    // Contents

    func holdEpoch() -> EpochHold { catalog.holdEpoch() }

    func takeSegmentID() throws -> SegmentID {
        try watchBlocking("takeSegmentID", writes: true) { try catalog.takeSegmentID() }
    }

    func liveChunk(_ digest: SHA256Digest, length: Int, scope: DedupScope) throws -> Place? {
        try watchBlocking("liveChunk", writes: false) {
            try catalog.liveChunk(digest, length: length, scope: scope)
        }
    }

    func publishContent(_ content: NewContent) async throws -> ContentRef {
        try await watch("publishContent", writes: true) { try await catalog.publishContent(content) }
    }

    func extents(of content: ContentRef, range: Range<Int64>, limit: Int) async throws -> ExtentPage {
        try await watch("extents", writes: false) {
            try await catalog.extents(of: content, range: range, limit: limit)
        }
    }

    func slices(of content: ContentRef) async throws -> [ContentSlice] {
        try await watch("slices", writes: false) { try await catalog.slices(of: content) }
    }

    func objectParts(of content: ContentRef, size: Int64) async throws -> [ObjectPart]? {
        try await watch("objectParts", writes: false) {
            try await catalog.objectParts(of: content, size: size)
        }
    }

    func advanceEpoch() async throws {
        try await watch("advanceEpoch", writes: true) { try await catalog.advanceEpoch() }
    }

    func unwindContents(grace: Int64, now: Int64, limit: Int) async throws -> Int {
        try await watch("unwindContents", writes: true) {
            try await catalog.unwindContents(grace: grace, now: now, limit: limit)
        }
    }

    func reclaimChunks(grace: Int64, now: Int64, limit: Int) async throws -> Int {
        try await watch("reclaimChunks", writes: true) {
            try await catalog.reclaimChunks(grace: grace, now: now, limit: limit)
        }
    }

    func reclaims(limit: Int) async throws -> [Reclaim] {
        try await watch("reclaims", writes: false) { try await catalog.reclaims(limit: limit) }
    }

    func forgetReclaims(_ ids: [Int64]) async throws {
        try await watch("forgetReclaims", writes: true) { try await catalog.forgetReclaims(ids) }
    }

    func unreferencedSegments(among ids: [SegmentID]) async throws -> [SegmentID] {
        try await watch("unreferencedSegments", writes: false) {
            try await catalog.unreferencedSegments(among: ids)
        }
    }

    func reapUploads(now: Int64, limit: Int) async throws -> [Upload] {
        try await watch("reapUploads", writes: true) { try await catalog.reapUploads(now: now, limit: limit) }
    }

    func statistics() async throws -> CatalogStatistics {
        try await watch("statistics", writes: false) { try await catalog.statistics() }
    }

    func verify(repairCounts: Bool, limit: Int) async throws -> [String] {
        try await watch("verify", writes: false) {
            try await catalog.verify(repairCounts: repairCounts, limit: limit)
        }
    }

    func chunks(after: Place?, limit: Int) async throws -> [StoredChunk] {
        try await watch("chunks", writes: false) { try await catalog.chunks(after: after, limit: limit) }
    }

    func inlineContents(after: Int64, limit: Int) async throws -> [StoredInline] {
        try await watch("inlineContents", writes: false) {
            try await catalog.inlineContents(after: after, limit: limit)
        }
    }

    func objects(needing places: Set<Place>, inline: Set<Int64>, limit: Int) async throws -> [String] {
        try await watch("objects", writes: false) {
            try await catalog.objects(needing: places, inline: inline, limit: limit)
        }
    }

    // Events

    func createWebhook(_ webhook: Webhook) async throws {
        try await watch("createWebhook", writes: true) { try await catalog.createWebhook(webhook) }
    }

    func webhook(_ project: ProjectID, _ name: String) async throws -> Webhook? {
        try await watch("webhook", writes: false) { try await catalog.webhook(project, name) }
    }

    func webhooks(of project: ProjectID) async throws -> [Webhook] {
        try await watch("webhooks", writes: false) { try await catalog.webhooks(of: project) }
    }

    func changeWebhook(_ webhook: Webhook) async throws {
        try await watch("changeWebhook", writes: true) { try await catalog.changeWebhook(webhook) }
    }

    func deleteWebhook(_ project: ProjectID, _ name: String) async throws {
        try await watch("deleteWebhook", writes: true) { try await catalog.deleteWebhook(project, name) }
    }

    func post(
        _ events: [(webhook: String, event: ObjectEvent)], to project: ProjectID, now: Int64
    ) async throws {
        try await watch("post", writes: true) { try await catalog.post(events, to: project, now: now) }
    }

    func dueEvents(now: Int64, limit: Int) async throws -> [OutboxEntry] {
        try await watch("dueEvents", writes: false) { try await catalog.dueEvents(now: now, limit: limit) }
    }

    func apply(_ outcomes: [Int64: DeliveryOutcome]) async throws {
        try await watch("apply", writes: true) { try await catalog.apply(outcomes) }
    }

    func deadEvents(of project: ProjectID, limit: Int) async throws -> [OutboxEntry] {
        try await watch("deadEvents", writes: false) {
            try await catalog.deadEvents(of: project, limit: limit)
        }
    }

    func revive(_ project: ProjectID, _ webhook: String, now: Int64) async throws -> Int {
        try await watch("revive", writes: true) {
            try await catalog.revive(project, webhook, now: now)
        }
    }

    func outboxCounts() async throws -> (waiting: Int64, dead: Int64) {
        try await watch("outboxCounts", writes: false) { try await catalog.outboxCounts() }
    }
}
