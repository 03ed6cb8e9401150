import NIOCore

/// Writes text into memory that is known to be large enough.
///
/// A head is two dozen short writes; through a `ByteBuffer` each would ask again for room and for sole ownership.
struct HeadBytes: ~Copyable {
    private let space: UnsafeMutableRawBufferPointer
    private(set) var count = 0

    init(_ space: UnsafeMutableRawBufferPointer) {
        self.space = space
    }

    mutating func append(_ text: StaticString) {
        let bytes = UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        append(bytes)
    }

    mutating func append(_ text: String) {
        var text = text
        text.withUTF8 { append(UnsafeRawBufferPointer($0)) }
    }

    /// Text of which every character is one of ISO 8859-1, a byte for each.
    mutating func append(latin1 text: String) {
        for scalar in text.unicodeScalars {
            precondition(count < space.count, "the room for a head was counted")
            space[count] = UInt8(truncatingIfNeeded: scalar.value)
            count += 1
        }
    }

    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        precondition(bytes.count <= space.count - count, "the room for a head was counted")
        UnsafeMutableRawBufferPointer(rebasing: space[count...]).copyMemory(from: bytes)
        count += bytes.count
    }

    /// A number that is not negative, in decimal digits.
    mutating func append(_ number: Int64) {
        var divisor: Int64 = 1
        while number / divisor >= 10 { divisor *= 10 }
        while divisor > 0 {
            space[count] = UInt8(0x30 + number / divisor % 10)
            count += 1
            divisor /= 10
        }
    }
}
