import GRDB
import GRDBSQLite
import NIOCore

/// A value that a statement takes.
protocol StatementValue: Sendable {
    /// Binds the value to the parameter `index`, which counts from 1. SQLite copies bytes.
    ///
    /// - Returns: a result code of SQLite.
    func bind(to statement: SQLiteStatement, at index: Int32) -> Int32
}

/// The values of a statement's parameters, in order.
struct StatementValues: ExpressibleByArrayLiteral, Sendable {
    static let none = StatementValues()

    private let values: [any StatementValue]

    init(arrayLiteral values: any StatementValue...) { self.values = values }

    func bind(to statement: SQLiteStatement) -> Int32 {
        guard sqlite3_bind_parameter_count(statement) == values.count else { return SQLITE_MISUSE }
        var index: Int32 = 0
        for value in values {
            index += 1
            let code = value.bind(to: statement, at: index)
            guard code == SQLITE_OK else { return code }
        }
        return SQLITE_OK
    }
}

/// Tells SQLite to copy what it is given, as its header does with a cast that Swift does not import.
private var copying: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }

extension Int64: StatementValue {
    func bind(to statement: SQLiteStatement, at index: Int32) -> Int32 {
        sqlite3_bind_int64(statement, index, self)
    }
}

extension Int: StatementValue {
    func bind(to statement: SQLiteStatement, at index: Int32) -> Int32 {
        sqlite3_bind_int64(statement, index, Int64(self))
    }
}

extension Bool: StatementValue {
    func bind(to statement: SQLiteStatement, at index: Int32) -> Int32 {
        sqlite3_bind_int64(statement, index, self ? 1 : 0)
    }
}

extension String: StatementValue {
    func bind(to statement: SQLiteStatement, at index: Int32) -> Int32 {
        // An empty text may have no address, and no address would be NULL.
        if isEmpty { return sqlite3_bind_text(statement, index, "", 0, copying) }
        var text = self
        return text.withUTF8 { utf8 in
            utf8.withMemoryRebound(to: CChar.self) {
                sqlite3_bind_text64(
                    statement, index, $0.baseAddress, UInt64($0.count), copying, UInt8(SQLITE_UTF8))
            }
        }
    }
}

extension Array<UInt8>: StatementValue {
    func bind(to statement: SQLiteStatement, at index: Int32) -> Int32 {
        withUnsafeBytes { bindBlob($0, to: statement, at: index) }
    }
}

extension ByteBuffer: StatementValue {
    func bind(to statement: SQLiteStatement, at index: Int32) -> Int32 {
        withUnsafeReadableBytes { bindBlob($0, to: statement, at: index) }
    }
}

private func bindBlob(_ bytes: UnsafeRawBufferPointer, to statement: SQLiteStatement, at index: Int32)
    -> Int32
{
    // An empty blob has no address, and no address would be NULL.
    guard let start = bytes.baseAddress, bytes.count > 0 else {
        return sqlite3_bind_zeroblob(statement, index, 0)
    }
    return sqlite3_bind_blob64(statement, index, start, UInt64(bytes.count), copying)
}

extension Optional: StatementValue where Wrapped: StatementValue {
    func bind(to statement: SQLiteStatement, at index: Int32) -> Int32 {
        self?.bind(to: statement, at: index) ?? sqlite3_bind_null(statement, index)
    }
}
