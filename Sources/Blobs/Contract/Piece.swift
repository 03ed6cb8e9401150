/// A run of whole chunks of one body, in order, all of whose bytes are durable.
package struct Piece: Hashable, Sendable {
    package var chunks: [Chunk]
    /// Sum of the chunks' lengths, in bytes.
    package var length: Int64
    /// What was published for it; nil when the bytes of every chunk were there already.
    package var segment: SegmentID?

    package init(chunks: [Chunk], length: Int64, segment: SegmentID?) {
        self.chunks = chunks
        self.length = length
        self.segment = segment
    }
}
