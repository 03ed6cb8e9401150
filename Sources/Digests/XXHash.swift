/// A form of xxHash that a client may send as a checksum; the raw value is S3's name for it.
///
/// Source: github.com/Cyan4973/xxHash, doc/xxhash_spec.md. The seed is zero, the bytes are the canonical
/// (big-endian) ones.
package enum XXHash: String, Sendable, Hashable, CaseIterable {
    case xxh64 = "XXHASH64"
    case xxh3 = "XXHASH3"
    case xxh128 = "XXHASH128"

    /// The length of the hash.
    package var byteCount: Int { self == .xxh128 ? 16 : 8 }
}
