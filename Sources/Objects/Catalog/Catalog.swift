/// Everything the store remembers but the bytes: accounts, buckets, versions, uploads, where chunks lie.
///
/// Its methods are the transactions of the product, each atomic and durable when it returns: never "begin"
/// and "commit". An error means that nothing was applied. Reads are linearizable: what a returned write did,
/// a read that begins later sees. All errors are `StoreError`.
///
/// Three kinds of methods: `async` ones may wait; `peek…` ones never block and answer only from memory;
/// those documented *blocking* are called on the disk pool.
///
/// Laws: `CatalogLaws` in Tests/StoreLaws, run against every implementation.
package protocol Catalog: AccountCatalog, ObjectCatalog, UploadCatalog, ContentCatalog,
    EventCatalog
{
    /// Waits for what is queued, then releases the database. Idempotent.
    func close() async
}

/// An answer from memory.
package enum Peek<Value: Sendable>: Sendable {
    case known(Value)
    /// Ask the asynchronous method.
    case unknown
}
