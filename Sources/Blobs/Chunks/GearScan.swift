/// The inner loops of the chunker.
enum GearScan {
    /// Bytes that one lane looks at before all are compared: long against the 64 that fill its window, short
    /// against the 128 KiB or more between two hits.
    private static let laneLength = 2048
    private static let laneCount = 4

    static func roll(
        over bytes: UnsafeRawBufferPointer, _ hash: inout UInt64, _ table: UnsafeBufferPointer<UInt64>
    ) {
        for byte in bytes { hash = hash << 1 &+ table[Int(byte)] }
    }

    /// The index of the first byte after which all bits of `mask` are zero in the hash, which was `hash`
    /// before `bytes`; nil when there is none, and `hash` is then that of the end.
    ///
    /// Each step of one hash waits for the step before it. As a hash forgets after 64 bytes, four lanes can run
    /// side by side, and a block in which one of them hits is gone over again in order.
    static func firstZero(
        of mask: UInt64, in bytes: UnsafeRawBufferPointer, _ hash: inout UInt64,
        _ table: UnsafeBufferPointer<UInt64>
    ) -> Int? {
        let blockLength = laneCount * laneLength
        var start = 0
        while bytes.count - start >= blockLength {
            let block = UnsafeRawBufferPointer(rebasing: bytes[start..<start + blockLength])
            if let end = hashOfBlockWithoutZero(of: mask, block, hash, table) {
                hash = end
            } else if let found = firstZeroInOrder(of: mask, block, &hash, table) {
                return start + found
            }
            start += blockLength
        }
        let rest = UnsafeRawBufferPointer(rebasing: bytes[start...])
        return firstZeroInOrder(of: mask, rest, &hash, table).map { start + $0 }
    }

    private static func firstZeroInOrder(
        of mask: UInt64, _ bytes: UnsafeRawBufferPointer, _ hash: inout UInt64,
        _ table: UnsafeBufferPointer<UInt64>
    ) -> Int? {
        var rolling = hash
        for index in 0..<bytes.count {
            rolling = rolling << 1 &+ table[Int(bytes[index])]
            if rolling & mask == 0 { return index }
        }
        hash = rolling
        return nil
    }

    /// The hash at the end of a block of `laneCount` lanes, or nil when the mask is zero somewhere in it.
    private static func hashOfBlockWithoutZero(
        of mask: UInt64, _ block: UnsafeRawBufferPointer, _ hash: UInt64,
        _ table: UnsafeBufferPointer<UInt64>
    ) -> UInt64? {
        func warmed(_ lane: Int) -> UInt64 {
            let start = lane * laneLength
            var hash: UInt64 = 0
            roll(
                over: UnsafeRawBufferPointer(rebasing: block[start - Chunker.window..<start]), &hash, table)
            return hash
        }
        // The loop below steps to the last index of the last lane, and every byte is an index of the table.
        precondition(block.count == laneCount * laneLength && table.count == 256)
        guard let bytes = block.baseAddress, let numbers = table.baseAddress else { return nil }
        @inline(__always)
        func number(_ offset: Int) -> UInt64 {
            numbers[Int(bytes.load(fromByteOffset: offset, as: UInt8.self))]
        }
        var (first, second, third, fourth) = (hash, warmed(1), warmed(2), warmed(3))
        for index in 0..<laneLength {
            first = first << 1 &+ number(index)
            second = second << 1 &+ number(index + laneLength)
            third = third << 1 &+ number(index + 2 * laneLength)
            fourth = fourth << 1 &+ number(index + 3 * laneLength)
            // The smallest of the four has the mask's top bits zero if any has.
            if min(min(first, second), min(third, fourth)) & mask == 0 { return nil }
        }
        return fourth
    }
}
