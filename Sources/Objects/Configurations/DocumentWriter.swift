/// Writes a bucket's configuration as the catalog keeps it: numbers as eight bytes, texts after their length.
struct DocumentWriter {
    private(set) var bytes: [UInt8] = []

    mutating func flag(_ value: Bool) { bytes.append(value ? 1 : 0) }

    mutating func number(_ value: Int64) {
        for shift in stride(from: 56, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: value >> Int64(shift)))
        }
    }

    mutating func run(_ value: [UInt8]) {
        number(Int64(value.count))
        bytes.append(contentsOf: value)
    }

    mutating func text(_ value: String) { run(Array(value.utf8)) }

    mutating func optional<Value>(_ value: Value?, _ write: (inout DocumentWriter, Value) -> Void) {
        flag(value != nil)
        if let value { write(&self, value) }
    }

    mutating func list<Value>(_ values: [Value], _ write: (inout DocumentWriter, Value) -> Void) {
        number(Int64(values.count))
        for value in values { write(&self, value) }
    }
}
