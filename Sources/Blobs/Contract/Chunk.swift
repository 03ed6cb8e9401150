package import Digests

/// A run of a body's bytes between two cuts, and where it is kept.
package struct Chunk: Hashable, Sendable {
    package var digest: SHA256Digest
    package var place: Place
    /// Whether this is the first mention of bytes that the writer itself has just written at `place`. If
    /// not, `place` is what the lookup gave, or that of an earlier chunk of the same piece.
    package var isFresh: Bool

    package init(digest: SHA256Digest, place: Place, isFresh: Bool) {
        self.digest = digest
        self.place = place
        self.isFresh = isFresh
    }
}
