/// A counter whose values are leased in blocks, so that giving one out writes nothing.
///
/// What is left of a block when the process ends is lost; the numbers are many.
struct Lease {
    /// Numbers of one block.
    static let block: Int64 = 1 << 20

    private(set) var next: Int64
    private(set) var limit: Int64

    init(_ range: Range<Int64>) {
        next = range.lowerBound
        limit = range.upperBound
    }

    var left: Int64 { limit - next }

    /// The next number; the caller sees to it that one is left.
    mutating func take() -> Int64 {
        precondition(next < limit, "a group of commits never needs more than what is left")
        defer { next += 1 }
        return next
    }
}
