/// Reads what `DocumentWriter` wrote; throws `corrupt` for anything else.
struct DocumentReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func flag() throws(StoreError) -> Bool {
        guard position < bytes.count, bytes[position] <= 1 else { throw Self.broken }
        position += 1
        return bytes[position - 1] == 1
    }

    mutating func number() throws(StoreError) -> Int64 {
        guard bytes.count - position >= 8 else { throw Self.broken }
        position += 8
        return bytes[position - 8..<position].reduce(0) { $0 << 8 | Int64($1) }
    }

    mutating func run() throws(StoreError) -> [UInt8] {
        let count = try number()
        guard count >= 0, count <= Int64(bytes.count - position) else { throw Self.broken }
        position += Int(count)
        return Array(bytes[position - Int(count)..<position])
    }

    mutating func text() throws(StoreError) -> String { String(decoding: try run(), as: UTF8.self) }

    mutating func optional<Value>(
        _ read: (inout DocumentReader) throws(StoreError) -> Value
    ) throws(StoreError) -> Value? {
        try flag() ? try read(&self) : nil
    }

    /// Every element takes a byte at least, so that a false count cannot ask for much.
    mutating func list<Value>(
        _ read: (inout DocumentReader) throws(StoreError) -> Value
    ) throws(StoreError) -> [Value] {
        let count = try number()
        guard count >= 0, count <= Int64(bytes.count - position) else { throw Self.broken }
        var values: [Value] = []
        for _ in 0..<count { values.append(try read(&self)) }
        return values
    }

    static let broken = StoreError.corrupt("a bucket's configuration cannot be read")
}
