/// Where a chunk's bytes lie: written once and never used again for other bytes.
package struct Place: Hashable, Sendable {
    package var segment: SegmentID
    /// Bytes from the start of the segment.
    package var offset: Int64
    /// Bytes.
    package var length: Int

    package init(segment: SegmentID, offset: Int64, length: Int) {
        self.segment = segment
        self.offset = offset
        self.length = length
    }

    /// The offset just after the last byte.
    package var end: Int64 { offset + Int64(length) }
}

extension Place: Comparable {
    package static func < (one: Place, other: Place) -> Bool {
        (one.segment, one.offset, one.length) < (other.segment, other.offset, other.length)
    }
}
