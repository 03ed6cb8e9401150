import Foundation
import GRDB

/// Prepared statements, kept by their text; columns are read by index.
extension Database {
    func run(_ sql: String, _ arguments: StatementArguments = []) throws {
        try cachedStatement(sql: sql).execute(arguments: arguments)
    }

    /// Runs a change and says how many rows it touched.
    func change(_ sql: String, _ arguments: StatementArguments = []) throws -> Int {
        try cachedStatement(sql: sql).execute(arguments: arguments)
        return changesCount
    }

    /// The first row. Steps to the end, because a change that returns rows is not finished before.
    func first<T>(
        _ sql: String, _ arguments: StatementArguments = [], _ decode: (Row) throws -> T
    ) throws -> T? {
        let cursor = try Row.fetchCursor(cachedStatement(sql: sql), arguments: arguments)
        guard let row = try cursor.next() else { return nil }
        let value = try decode(row)
        while try cursor.next() != nil {}
        return value
    }

    func all<T>(
        _ sql: String, _ arguments: StatementArguments = [], _ decode: (Row) throws -> T
    ) throws -> [T] {
        let cursor = try Row.fetchCursor(cachedStatement(sql: sql), arguments: arguments)
        var values: [T] = []
        while let row = try cursor.next() { values.append(try decode(row)) }
        return values
    }

    /// Hands rows over until `body` says stop; returns whether it did.
    @discardableResult
    func each(
        _ sql: String, _ arguments: StatementArguments = [], _ body: (Row) throws -> Step
    ) throws -> Step {
        let cursor = try Row.fetchCursor(cachedStatement(sql: sql), arguments: arguments)
        while let row = try cursor.next() {
            if try body(row) == .stop { return .stop }
        }
        return .more
    }

    func integer(_ sql: String, _ arguments: StatementArguments = []) throws -> Int64? {
        try first(sql, arguments) { $0[0] as Int64? } ?? nil
    }
}

/// Whether to read on.
enum Step {
    case more, stop
}
