package import Digests

/// One chunk of a segment, as the segment's own index names it.
package struct IndexEntry: Hashable, Sendable {
    package var digest: SHA256Digest
    /// Bytes from the start of the segment.
    package var offset: Int64
    /// Bytes.
    package var length: Int

    package init(digest: SHA256Digest, offset: Int64, length: Int) {
        self.digest = digest
        self.offset = offset
        self.length = length
    }
}
