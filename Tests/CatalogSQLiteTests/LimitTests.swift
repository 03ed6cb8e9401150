import Objects
import StoreLaws
import Testing

@testable import CatalogSQLite

@Suite struct LimitTests {
    @Test func tenThousandPartsMakeOneObject() async throws {
        let folder = try CatalogFolder()
        try await folder.with { try await CatalogLaw.manyParts($0, folder.clock, count: 10_000) }
    }

    /// More ranges than a content may have slices, side by side: neighbours are made one on the way.
    @Test func moreRangesThanSlicesMakeOneObject() async throws {
        let folder = try CatalogFolder()
        try await folder.with {
            try await CatalogLaw.manyRanges($0, folder.clock, count: NewContent.maximumSlices + 2000)
        }
    }

    /// Ranges with gaps between them cannot be made one; at the limit they are refused, and nothing is lost.
    @Test func scatteredRangesAreBounded() async throws {
        let folder = try CatalogFolder()
        try await folder.with { try await CatalogLaw.scatteredRanges($0, folder.clock) }
    }
}
