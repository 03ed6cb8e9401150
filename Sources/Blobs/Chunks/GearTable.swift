internal import Digests

/// One random number for each byte value: part of the format, for another table makes other cuts.
///
/// Number `n` is the first eight bytes, big-endian, of the SHA-256 of the label in ASCII followed by the
/// byte `n`, so that anybody can make the same table.
enum GearTable {
    static let label = "Coffer gear table 1"

    static let numbers: [UInt64] = (0...255).map { (value: UInt8) in
        SHA256Digest.hash(Array(label.utf8) + [value]).bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }
}
