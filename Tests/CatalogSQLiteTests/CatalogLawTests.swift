import CatalogSQLite
import Objects
import StoreLaws
import Testing

/// Every law of the contract, on SQLite and on the model that other tests stand on.
@Suite struct CatalogLawTests {
    @Test(arguments: CatalogLaw.all) func onSQLite(law: CatalogLaw) async throws {
        let folder = try CatalogFolder()
        try await folder.with { try await law.check($0, folder.clock) }
    }

    /// A cache that holds next to nothing must not change what is true.
    @Test(arguments: CatalogLaw.all) func onSQLiteWithoutCache(law: CatalogLaw) async throws {
        var settings = CatalogSettings()
        settings.cacheBytes = 0
        settings.maximumGroup = 2
        settings.readers = 1
        let folder = try CatalogFolder(settings: settings)
        try await folder.with { try await law.check($0, folder.clock) }
    }

    @Test(arguments: CatalogLaw.all) func onTheModel(law: CatalogLaw) async throws {
        let clock = LawClock()
        try await law.check(CatalogModel(now: { clock.now }), clock)
    }

    @Test(arguments: CatalogLaw.randomRuns(seeds: 1..<25, steps: 300))
    func randomRun(law: CatalogLaw) async throws {
        let folder = try CatalogFolder()
        try await folder.with { try await law.check($0, folder.clock) }
    }

    @Test(arguments: CatalogReopeningLaw.all) func afterReopening(law: CatalogReopeningLaw) async throws {
        let folder = try CatalogFolder()
        var opened: SQLiteCatalog?
        let outcome: Result<Void, any Error>
        do {
            try await law.check(
                {
                    await opened?.close()
                    let catalog = try folder.open()
                    opened = catalog
                    return catalog
                }, folder.clock)
            outcome = .success(())
        } catch {
            outcome = .failure(error)
        }
        await opened?.close()
        try outcome.get()
    }
}
