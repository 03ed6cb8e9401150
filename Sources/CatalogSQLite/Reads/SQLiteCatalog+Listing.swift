import GRDB
package import Objects

extension SQLiteCatalog {
    package func listObjects(_ query: ListQuery) async throws -> ObjectPage {
        guard query.limit > 0 else { return ObjectPage(entries: [], isTruncated: false) }
        return try await reads.page { db in
            var cursor = ListCursor(query)
            var entries: [ObjectPage.Entry] = []
            entries.reserveCapacity(query.limit)
            var isTruncated = false
            var goesOn = true
            while goesOn, let start = cursor.start {
                goesOn = false
                let sql = Self.listing(
                    "SELECT \(VersionRows.listedColumns) FROM object", excludesStart: cursor.excludesStart,
                    hasEnd: cursor.end != nil, order: "key")
                try db.each(sql, Self.bounds(query.bucket, start, cursor.end)) { row in
                    switch row.withBytes(0, { cursor.take($0) }) {
                    case .entry:
                        entries.append(.item(try VersionRows.listed(row)))
                        return .more
                    case .seek:
                        entries.append(.prefix(cursor.commonPrefix))
                        goesOn = true
                    case .full: isTruncated = true
                    case .end: break
                    }
                    return .stop
                }
            }
            return ObjectPage(entries: entries, isTruncated: isTruncated)
        }
    }

    package func listVersions(_ query: ListQuery, afterVersion: VersionID?) async throws -> VersionPage {
        guard query.limit > 0 else { return VersionPage(entries: [], isTruncated: false) }
        return try await reads.page { db in
            var listing = VersionListing(query, db)
            return try listing.page(afterVersion: afterVersion)
        }
    }

    /// A listing's statement: few texts, so that all of them stay prepared.
    static func listing(_ select: String, excludesStart: Bool, hasEnd: Bool, order: String) -> String {
        "\(select) WHERE bucket = ? AND key \(excludesStart ? ">" : ">=") ?\(hasEnd ? " AND key < ?" : "") "
            + "ORDER BY \(order)"
    }

    static func bounds(_ bucket: BucketID, _ start: [UInt8], _ end: [UInt8]?) -> StatementValues {
        end.map { [bucket.rawValue, start, $0] } ?? [bucket.rawValue, start]
    }
}
