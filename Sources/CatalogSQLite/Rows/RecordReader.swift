import Objects

/// Reads what `RecordWriter` wrote.
struct RecordReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

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

    mutating func run() throws -> ArraySlice<UInt8> {
        let count = try number()
        guard count <= bytes.count - position else { throw Self.broken }
        defer { position += count }
        return bytes[position..<position + count]
    }

    mutating func text() throws -> String { String(decoding: try run(), as: UTF8.self) }

    /// What is left.
    mutating func rest() -> ArraySlice<UInt8> {
        defer { position = bytes.count }
        return bytes[position...]
    }

    private static let broken = StoreError.corrupt("a record in the catalog ends early")
}
