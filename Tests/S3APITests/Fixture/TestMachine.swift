import Blobs
import CatalogSQLite
import Glibc
import Logging
import Objects

/// What a store stands on, in a directory of its own.
struct TestMachine: Sendable {
    let catalog: any Catalog
    let blobs = MemorySegments()
    let pool = DiskPool(threads: 2, maxQueued: 1000)
    private let directory: String

    init(clock: @escaping @Sendable () -> Int64) throws {
        var name = Array("/tmp/s3api-XXXXXX".utf8CString)
        guard let made = mkdtemp(&name) else { throw StoreError.outOfSpace }
        directory = String(cString: made)
        catalog = try SQLiteCatalog(
            path: directory + "/catalog.sqlite", logger: Logger(label: "test"), now: clock,
            onFatal: { fatal in Logger(label: "test").critical("\(fatal)") })
    }

    func close() async {
        await catalog.close()
        try? await pool.shutdown()
        for suffix in ["", "-wal", "-shm"] { unlink(directory + "/catalog.sqlite" + suffix) }
        rmdir(directory)
    }
}
