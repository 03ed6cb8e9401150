import GRDB
import GRDBSQLite
import NIOCore

/// The row at which a statement stands, until its next step: columns are read where SQLite has them, by index.
struct StatementRow {
    private let statement: SQLiteStatement

    init(_ statement: SQLiteStatement) { self.statement = statement }

    func integer(_ index: Int) -> Int64 { sqlite3_column_int64(statement, Int32(index)) }

    func optionalInteger(_ index: Int) -> Int64? { isNull(index) ? nil : integer(index) }

    func flag(_ index: Int) -> Bool { integer(index) != 0 }

    func isNull(_ index: Int) -> Bool { sqlite3_column_type(statement, Int32(index)) == SQLITE_NULL }

    func text(_ index: Int) -> String {
        guard let start = sqlite3_column_text(statement, Int32(index)) else { return "" }
        let count = Int(sqlite3_column_bytes(statement, Int32(index)))
        return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    func optionalText(_ index: Int) -> String? { isNull(index) ? nil : text(index) }

    /// The bytes of a blob; empty for NULL.
    func bytes(_ index: Int) -> [UInt8] { withBytes(index) { [UInt8]($0) } }

    func optionalBytes(_ index: Int) -> [UInt8]? { isNull(index) ? nil : bytes(index) }

    /// The same for a column that may be NULL.
    func withOptionalBytes<T>(_ index: Int, _ body: (UnsafeRawBufferPointer) throws -> T) rethrows -> T? {
        isNull(index) ? nil : try withBytes(index, body)
    }

    func buffer(_ index: Int) -> ByteBuffer? {
        isNull(index) ? nil : withBytes(index) { ByteBuffer(bytes: $0) }
    }

    /// The bytes of a blob in place; none for NULL.
    func withBytes<T>(_ index: Int, _ body: (UnsafeRawBufferPointer) throws -> T) rethrows -> T {
        // In this order: the second call could move what the first gave, were the column no blob.
        let start = sqlite3_column_blob(statement, Int32(index))
        return try body(
            UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, Int32(index)))))
    }
}
