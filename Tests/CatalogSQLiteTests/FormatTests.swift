import Foundation
import GRDB
import Objects
import StoreLaws
import Testing

@testable import CatalogSQLite

/// Catalogs that released versions have written, each with `CatalogLaw.fillWithEverything`. A fixture never
/// changes; a new format adds one.
@Suite struct FormatTests {
    private static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Fixtures")

    private func folder(of fixture: String) throws -> CatalogFolder {
        let folder = try CatalogFolder()
        try FileManager.default.copyItem(
            at: Self.fixtures.appendingPathComponent(fixture), to: URL(fileURLWithPath: folder.path))
        return folder
    }

    @Test(arguments: ["format-1.sqlite"]) func isReadAndGoesOn(fixture: String) async throws {
        let folder = try folder(of: fixture)
        try await folder.with { catalog in
            #expect(try await catalog.verify(repairCounts: false, limit: 20) == [])
            try await CatalogLaw.demandEverything(catalog, folder.clock)
            try await CatalogLaw.put(catalog, folder.clock, "inline")
            try await CatalogLaw.put(catalog, folder.clock, "new key")
            #expect(try await catalog.verify(repairCounts: false, limit: 20) == [])
            try await CatalogLaw.emptyBucket(catalog, folder.clock)
        }
    }

    /// A change of the tables without a migration of its own would leave those who update with the old ones.
    @Test(arguments: ["format-1.sqlite"]) func migratesToTheTablesOfANewCatalog(fixture: String) async throws
    {
        let old = try folder(of: fixture)
        let new = try CatalogFolder()
        let schemas = try await [old, new].asyncMap { folder in
            var schema: [String] = []
            try await folder.with { catalog in
                schema = try await catalog.pool.read {
                    try String.fetchAll(
                        $0, sql: "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name")
                }
            }
            return schema
        }
        #expect(schemas[0] == schemas[1])
        #expect(schemas[0].count > 20)
    }
}

extension Array {
    fileprivate func asyncMap<T>(_ transform: (Element) async throws -> T) async throws -> [T] {
        var values: [T] = []
        for element in self { values.append(try await transform(element)) }
        return values
    }
}
