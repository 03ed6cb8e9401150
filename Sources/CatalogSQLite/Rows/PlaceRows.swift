import Blobs
import GRDB
import Objects

/// Columns `segment, position, length`.
enum PlaceRows {
    static func place(_ row: StatementRow) throws -> Place { try place(row, from: 0) }

    static func place(_ row: StatementRow, from index: Int) throws -> Place {
        let segment = row.integer(index)
        guard segment > 0, let length = Int(exactly: row.integer(index + 2)) else {
            throw StoreError.corrupt("a place in the catalog has no segment")
        }
        return Place(segment: SegmentID(segment), offset: row.integer(index + 1), length: length)
    }
}
