package import Auth
import Blobs
import CatalogSQLite
import Foundation
import Logging
package import Objects

/// The store and what stands around it, on one locked data directory; with or without doors.
package final class Parts: Sendable {
    package let data: DataDirectory
    package let store: ObjectStore
    package let keys: KeyRing
    package let admin: AdminContext
    package let library: any LibraryCatalog
    let addresses: PublicAddresses
    let accessLog = AccessLog()
    let pool: DiskPool
    private let catalog: SQLiteCatalog

    /// Opens everything, for a command that works alone: only warnings are logged. Blocks.
    ///
    /// - Parameter onFatal: called when the disk failed under the catalog: the process must stop.
    /// - Throws: `DataDirectoryError`, or the catalog's own error.
    package convenience init(
        dataPath: String, configuration: ServerConfiguration,
        onFatal: @escaping @Sendable (String) -> Void
    ) throws {
        try self.init(
            data: DataDirectory(path: dataPath), configuration: configuration,
            logger: JSONLogHandler.logger(level: .warning), onFatal: onFatal)
    }

    init(
        data: DataDirectory, configuration: ServerConfiguration, logger: Logger,
        onFatal: @escaping @Sendable (String) -> Void
    ) throws {
        self.data = data
        let blobs = try FileSegments(directory: data.path)
        try blobs.emptyStaging()
        let clock: @Sendable () -> Int64 = { Int64(Date().timeIntervalSince1970 * 1000) }
        var catalogSettings = CatalogSettings()
        catalogSettings.cacheBytes = configuration.cacheBytes
        catalog = try SQLiteCatalog(
            path: data.catalogPath, settings: catalogSettings, logger: logger, now: clock, onFatal: onFatal)
        pool = DiskPool(threads: configuration.diskThreads, maxQueued: configuration.diskQueue)
        var settings = StoreSettings()
        settings.maximumObjectSize = configuration.maximumObjectBytes
        settings.dedup = configuration.dedup
        settings.uploadLifetime = Int64(configuration.uploadLifetimeSeconds) * 1000
        store = ObjectStore(
            catalog: catalog, blobs: blobs, pool: pool, settings: settings, logger: logger, clock: clock)
        store.refusesBytes = !data.holdsReserve
        library = catalog
        addresses = PublicAddresses(store: store)
        keys = KeyRing(accounts: catalog, masterKey: data.masterKey, now: clock)
        admin = AdminContext(store: store, keys: keys, configuration: configuration, sweeper: SweepTurn())
    }

    /// A write found the disk full; what is to be done is done behind its answer.
    func noteFullDisk() {
        guard data.holdsReserve else { return }
        Task { try? await makeRoom() }
    }

    /// Gives up the reserve for deletes and refuses bodies, or they would take that room too.
    func makeRoom() async throws {
        try await pool.runLast { [data, store] in
            // One that asked for too much has given back what it had by now.
            guard data.isShort else { return }
            store.refusesBytes = true
            data.releaseReserve()
        }
    }

    /// Takes the reserve and bodies again once there is room.
    func regainRoom() async throws {
        guard !data.holdsReserve else { return }
        try await pool.runLast { [data, store] in
            data.renewReserve()
            store.refusesBytes = !data.holdsReserve
        }
    }

    package func close() async {
        await catalog.close()
        try? await pool.shutdown()
    }
}
