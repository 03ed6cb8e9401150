import GRDB

/// Prepared statements, kept by their text.
extension Database {
    func run(_ sql: String, _ values: StatementValues = .none) throws {
        try RunningStatement(sql, values, self).finish()
    }

    /// Runs a change and says how many rows it touched.
    func change(_ sql: String, _ values: StatementValues = .none) throws -> Int {
        try run(sql, values)
        return changesCount
    }

    /// The first row.
    func first<T>(
        _ sql: String, _ values: StatementValues = .none, _ decode: (StatementRow) throws -> T
    ) throws -> T? {
        let statement = try RunningStatement(sql, values, self)
        guard let row = try statement.next() else { return nil }
        let value = try decode(row)
        try statement.finish()
        return value
    }

    func all<T>(
        _ sql: String, _ values: StatementValues = .none, _ decode: (StatementRow) throws -> T
    ) throws -> [T] {
        let statement = try RunningStatement(sql, values, self)
        var decoded: [T] = []
        while let row = try statement.next() { decoded.append(try decode(row)) }
        return decoded
    }

    /// Hands rows over until `body` says stop; returns whether it did.
    @discardableResult
    func each(
        _ sql: String, _ values: StatementValues = .none, _ body: (StatementRow) throws -> Step
    ) throws -> Step {
        let statement = try RunningStatement(sql, values, self)
        while let row = try statement.next() {
            if try body(row) == .stop { return .stop }
        }
        return .more
    }

    func integer(_ sql: String, _ values: StatementValues = .none) throws -> Int64? {
        try first(sql, values) { $0.optionalInteger(0) } ?? nil
    }
}

/// Whether to read on.
enum Step {
    case more, stop
}
