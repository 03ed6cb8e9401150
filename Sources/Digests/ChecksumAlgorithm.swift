/// A checksum that a client may send with a body; the raw value is S3's name for it.
package enum ChecksumAlgorithm: String, Sendable, Hashable, CaseIterable {
    case crc32 = "CRC32"
    case crc32c = "CRC32C"
    case crc64nvme = "CRC64NVME"
    case sha1 = "SHA1"
    case sha256 = "SHA256"
    case sha512 = "SHA512"
    case md5 = "MD5"
    case xxHash64 = "XXHASH64"
    case xxHash3 = "XXHASH3"
    case xxHash128 = "XXHASH128"

    /// The length of the checksum.
    package var byteCount: Int {
        switch computation {
        case .crc(let crc): crc.byteCount
        case .hash(let hash): hash.byteCount
        case .xxHash(let hash): hash.byteCount
        }
    }

    /// Whether the checksum of a whole follows from those of its parts (`combineCRC`).
    package var isCRC: Bool {
        switch computation {
        case .crc: true
        case .hash, .xxHash: false
        }
    }

    /// How a checksum is computed: the one row that a new algorithm adds.
    enum Computation {
        case crc(CRC)
        case hash(HashAlgorithm)
        case xxHash(XXHash)
    }

    var computation: Computation {
        switch self {
        case .crc32: .crc(.crc32)
        case .crc32c: .crc(.crc32c)
        case .crc64nvme: .crc(.crc64nvme)
        case .sha1: .hash(.sha1)
        case .sha256: .hash(.sha256)
        case .sha512: .hash(.sha512)
        case .md5: .hash(.md5)
        case .xxHash64: .xxHash(.xxh64)
        case .xxHash3: .xxHash(.xxh3)
        case .xxHash128: .xxHash(.xxh128)
        }
    }
}
