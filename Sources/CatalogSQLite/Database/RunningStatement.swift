import GRDB
import GRDBSQLite

/// A prepared statement with its values, from the first step until it is reset.
///
/// The steps go past the database library's own rows and arguments, which box every value: a listing of 1,000
/// keys took three times as long with them. The connection, its statements' cache and transactions stay the
/// library's; it need not see the steps, because nothing observes its databases.
struct RunningStatement: ~Copyable {
    private let statement: Statement
    private let db: Database

    init(_ sql: String, _ values: StatementValues, _ db: Database) throws {
        let statement = try db.cachedStatement(sql: sql)
        let code = values.bind(to: statement.sqliteStatement)
        guard code == SQLITE_OK else { throw Self.failure(code, statement, db) }
        self.statement = statement
        self.db = db
    }

    deinit {
        // Gives the error of the last step again.
        sqlite3_reset(statement.sqliteStatement)
        sqlite3_clear_bindings(statement.sqliteStatement)
    }

    /// The next row, which is valid until the next step; nil at the end.
    func next() throws -> StatementRow? {
        let code = sqlite3_step(statement.sqliteStatement)
        switch code {
        case SQLITE_ROW: return StatementRow(statement.sqliteStatement)
        case SQLITE_DONE: return nil
        default: throw Self.failure(code, statement, db)
        }
    }

    /// Steps to the end: a change that returns rows is not finished before.
    func finish() throws {
        while try next() != nil {}
    }

    private static func failure(_ code: Int32, _ statement: Statement, _ db: Database) -> DatabaseError {
        DatabaseError(
            resultCode: ResultCode(rawValue: code), message: db.lastErrorMessage, sql: statement.sql)
    }
}
