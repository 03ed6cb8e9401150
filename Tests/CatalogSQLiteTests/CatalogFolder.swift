import CatalogSQLite
import Foundation
import Logging
import Objects
import StoreLaws
import Testing

/// A catalog file in a directory of its own, which goes with this object.
final class CatalogFolder: Sendable {
    let directory: URL
    let clock = LawClock()
    let settings: CatalogSettings

    init(settings: CatalogSettings = CatalogSettings()) throws {
        self.settings = settings
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("coffer-catalog-\(UUID())")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    var path: String { directory.appendingPathComponent("catalog.sqlite").path }

    func open(
        onFatal: @escaping @Sendable (String) -> Void = { Issue.record("the catalog failed: \($0)") }
    ) throws -> SQLiteCatalog {
        let clock = self.clock
        return try SQLiteCatalog(
            path: path, settings: settings, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            now: { clock.now }, onFatal: onFatal)
    }

    /// Opens a catalog, runs the body and closes it, also when the body throws.
    func with(_ body: (SQLiteCatalog) async throws -> Void) async throws {
        let catalog = try open()
        do {
            try await body(catalog)
        } catch {
            await catalog.close()
            throw error
        }
        await catalog.close()
    }
}
