/// Limits of the catalog on SQLite.
package struct CatalogSettings: Sendable {
    /// Memory for current versions, buckets and domains, inline bodies included, in bytes.
    package var cacheBytes = 64 << 20
    /// Connections that read at the same time.
    package var readers = 4
    /// Reads that wait for a connection; one more is `overloaded`.
    package var maximumQueuedReads = 4096
    /// Writes that wait for the writer; one more is `overloaded`.
    package var maximumQueuedWrites = 8192
    /// Writes that share one transaction and one sync.
    package var maximumGroup = 256
    /// Rows that the writes of one group may touch together before it is closed.
    package var maximumGroupRows = 16_384
    /// Pages of the log after which it is copied into the database file.
    package var checkpointPages = 4096
    /// Pages of the log after which the writer waits for it to start afresh, so that it is bounded.
    package var restartPages = 8192
    /// Pages that the file of the log keeps for what is written next.
    package var keptLogPages = 12_288
    /// Rest after which the log is copied whole, in milliseconds.
    package var idleCheckpoint = 2000
    /// Free pages that stay in the file for what is written next.
    package var keptFreePages = 4096
    /// Pages that one rest gives back to the disk, so that nobody waits long for it.
    package var pagesGivenBack = 1024
    /// Memory of the writer's page cache, in bytes.
    package var writerPageCache = 64 << 20
    /// Memory of each reader's page cache, in bytes.
    package var readerPageCache = 16 << 20

    package init() {}
}
