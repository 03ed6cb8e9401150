import GRDB
import Objects

/// The named counters of the catalog.
enum CounterRows {
    static func value(_ name: String, _ db: Database) throws -> Int64 {
        guard let value = try db.integer("SELECT value FROM meta WHERE name = ?", [name]) else {
            throw StoreError.corrupt("the catalog has no counter \(name)")
        }
        return value
    }

    static func set(_ name: String, _ value: Int64, _ db: Database) throws {
        try db.run("UPDATE meta SET value = ? WHERE name = ?", [value, name])
    }

    /// Takes a block of numbers that nobody had.
    static func lease(_ name: String, _ db: Database) throws -> Range<Int64> {
        let first = try value(name, db)
        try set(name, first + Lease.block, db)
        return first..<first + Lease.block
    }
}
