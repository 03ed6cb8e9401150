import Blobs
import CatalogSQLite
import Foundation
import Logging
import Objects
import StoreLaws

/// What a server process makes of a disk and a catalog file: the real store, without its doors.
final class Machine: Sendable {
    /// Longer than any upload lives, in milliseconds.
    static let longTime: Int64 = 30 * 86_400_000
    static let author = KeyID("author")

    let catalog: SQLiteCatalog
    let blobs: FileSegments
    let store: ObjectStore
    let bucket: Bucket
    private let clock: LawClock

    private static let bucketName = "simulated"
    private static let logger = Logger(label: "simulation") { _ in SwiftLogNoOpLogHandler() }

    /// Starts in the order of the server, on what is there.
    ///
    /// - Parameter keepsLog: nothing moves from the catalog's log to its file, so that a copy of both is one moment.
    init(
        disk: any Disk, folder: CatalogDirectory, pool: DiskPool, clock: LawClock = LawClock(),
        keepsLog: Bool = false, watcher: (any StepWatcher)? = nil
    ) async throws {
        let logger = Self.logger
        let disk = watcher.map { WatchedDisk(disk, $0) as any Disk } ?? disk
        blobs = try FileSegments(directory: SimulatedDisk.root, disk: disk)
        try blobs.emptyStaging()
        var settings = CatalogSettings()
        settings.readers = 1
        settings.readerPageCache = 1 << 20
        settings.writerPageCache = 1 << 20
        settings.idleCheckpoint = 3_600_000
        if keepsLog {
            settings.checkpointPages = 1 << 20
            settings.restartPages = 1 << 21
        }
        let catalog = try SQLiteCatalog(
            path: folder.path, settings: settings, logger: logger, now: { clock.now }, onFatal: { _ in })
        let shown = watcher.map { WatchedCatalog(catalog, $0) as any Catalog } ?? catalog
        self.catalog = catalog
        var storeSettings = StoreSettings()
        storeSettings.minimumPartSize = 1
        store = ObjectStore(
            catalog: shown, blobs: blobs, pool: pool, settings: storeSettings, logger: logger,
            clock: { clock.now })
        self.clock = clock
        bucket = try await Self.bucket(in: catalog)
    }

    private static func bucket(in catalog: SQLiteCatalog) async throws -> Bucket {
        guard let name = BucketName(bucketName) else { throw StoreError.invalidName(bucketName) }
        if let known = try await catalog.bucket(name) { return known }
        let project = Project(
            id: ProjectID("100000000000"), name: "simulation", displayName: "", created: 0)
        guard let made = try await catalog.createProject(NewProject(project: project, bucket: name)).0 else {
            throw StoreError.noSuchBucket
        }
        return made
    }

    /// All uploads are over.
    func letUploadsExpire() async throws {
        clock.advance(by: Self.longTime)
        _ = try await store.reapUploads()
    }

    func stop() async {
        await catalog.close()
    }
}

/// A folder with one catalog, which goes with this object.
final class CatalogDirectory: Sendable {
    private let folder: URL

    init() throws {
        // In memory where the system offers it: these tests are about the order of syncs, not about their time.
        let shared = URL(fileURLWithPath: "/dev/shm")
        let isThere = FileManager.default.isWritableFile(atPath: shared.path)
        folder = (isThere ? shared : FileManager.default.temporaryDirectory)
            .appendingPathComponent("coffer-simulation-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    var path: String { folder.appendingPathComponent("catalog.sqlite").path }
    private var logPath: String { path + "-wal" }

    /// The catalog as it would be found if the process died now.
    struct Copy: Sendable {
        var database: Data
        var log: Data
    }

    /// Nil when it is as large as `last`; it only grows.
    func copy(unlike last: Copy?) throws -> Copy? {
        let size = try FileManager.default.attributesOfItem(atPath: logPath)[.size] as? Int
        if let last, size == last.log.count { return nil }
        return Copy(
            database: try Data(contentsOf: URL(fileURLWithPath: path)),
            log: try Data(contentsOf: URL(fileURLWithPath: logPath)))
    }

    convenience init(_ copy: Copy) throws {
        try self.init()
        try copy.database.write(to: URL(fileURLWithPath: path))
        try copy.log.write(to: URL(fileURLWithPath: logPath))
    }
}
