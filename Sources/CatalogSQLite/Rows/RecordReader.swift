import Objects

/// Reads what `RecordWriter` wrote, where it lies.
struct RecordReader {
    private let bytes: UnsafeRawBufferPointer
    private var position = 0

    /// The bytes must stay where they are while the reader is used.
    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// Whether nothing follows: records grow at their ends.
    var isAtEnd: Bool { position == bytes.count }

    mutating func byte() throws -> UInt8 {
        guard position < bytes.count else { throw Self.broken }
        defer { position += 1 }
        return bytes[position]
    }

    mutating func number() throws -> Int {
        var value: UInt = 0
        var shift = 0
        while true {
            let next = try byte()
            guard shift < 56 else { throw Self.broken }
            value |= UInt(next & 0x7f) << UInt(shift)
            if next & 0x80 == 0 { return Int(value) }
            shift += 7
        }
    }

    mutating func signed() throws -> Int64 {
        var value: Int64 = 0
        for _ in 0..<8 { value = value << 8 | Int64(try byte()) }
        return value
    }

    mutating func run() throws -> Slice<UnsafeRawBufferPointer> {
        let count = try number()
        guard count <= bytes.count - position else { throw Self.broken }
        defer { position += count }
        return bytes[position..<position + count]
    }

    mutating func text() throws -> String { String(decoding: try run(), as: UTF8.self) }

    private static let broken = StoreError.corrupt("a record in the catalog ends early")
}
