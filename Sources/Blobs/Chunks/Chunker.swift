/// Finds where a body is cut into chunks, so that equal runs of bytes become equal chunks wherever they lie.
///
/// FastCDC (Xia et al., USENIX ATC 2016) with the Gear hash over a window of exactly 64 bytes: each byte
/// shifts the 64-bit hash left by one and adds its number of `GearTable`. From `minimum` on, the body is
/// cut after a byte where the top bits of the hash are zero: 19 bits up to `average`, 17 beyond
/// (normalisation level 1), and at `maximum` in any case. The window is full before the first possible cut, so a
/// cut depends on the 64 bytes before it and the lengths alone. All of this is part of the format.
///
/// The bytes come in slabs of any length; the cuts do not depend on how they are split.
package struct Chunker: Sendable {
    package static let minimum = 64 * 1024
    package static let average = 256 * 1024
    package static let maximum = 1024 * 1024
    /// Bytes that a cut depends on.
    package static let window = 64

    static let strictMask = topBits(19)
    static let looseMask = topBits(17)

    /// Bytes of the present chunk so far.
    package private(set) var length = 0
    private var hash: UInt64 = 0
    private let table = GearTable.numbers

    package init() {}

    /// The offset just after the first cut beyond `start`, where the next call goes on; nil when no cut is
    /// left in `bytes`, all of which then belong to the present chunk.
    package mutating func nextCut(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        let slab = UnsafeRawBufferPointer(rebasing: bytes[start...])
        let position = table.withUnsafeBufferPointer { advance(over: slab, $0) }
        return position.map { start + $0 }
    }

    package mutating func nextCut(_ bytes: RawSpan, from start: Int) -> Int? {
        bytes.withUnsafeBytes { nextCut($0, from: start) }
    }

    private mutating func advance(
        over slab: UnsafeRawBufferPointer, _ table: UnsafeBufferPointer<UInt64>
    ) -> Int? {
        var position = 0
        // Bytes that no cut can depend on are not even looked at.
        skip(to: Self.minimum - Self.window, slab, &position)
        while position < slab.count {
            let mask: UInt64?
            let end: Int
            if length < Self.minimum - 1 {
                (mask, end) = (nil, Self.minimum - 1)
            } else if length < Self.average - 1 {
                (mask, end) = (Self.strictMask, Self.average - 1)
            } else if length < Self.maximum - 1 {
                (mask, end) = (Self.looseMask, Self.maximum - 1)
            } else {
                position += 1
                return cut(at: position)
            }
            let run = UnsafeRawBufferPointer(rebasing: slab[position...].prefix(end - length))
            if let mask, let found = GearScan.firstZero(of: mask, in: run, &hash, table) {
                return cut(at: position + found + 1)
            } else if mask == nil {
                GearScan.roll(over: run, &hash, table)
            }
            position += run.count
            length += run.count
        }
        return nil
    }

    private mutating func skip(to target: Int, _ slab: UnsafeRawBufferPointer, _ position: inout Int) {
        guard length < target else { return }
        let count = min(target - length, slab.count)
        position += count
        length += count
    }

    private mutating func cut(at position: Int) -> Int {
        length = 0
        hash = 0
        return position
    }

    private static func topBits(_ count: Int) -> UInt64 {
        ~(UInt64.max >> UInt64(count))
    }
}
