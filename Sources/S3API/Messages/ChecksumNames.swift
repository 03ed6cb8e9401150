import Digests
import HTTPServer
import Objects

extension ChecksumAlgorithm {
    /// The header and trailer field that carries it.
    var headerName: String {
        switch self {
        case .crc32: "x-amz-checksum-crc32"
        case .crc32c: "x-amz-checksum-crc32c"
        case .crc64nvme: "x-amz-checksum-crc64nvme"
        case .sha1: "x-amz-checksum-sha1"
        case .sha256: "x-amz-checksum-sha256"
        case .sha512: "x-amz-checksum-sha512"
        case .md5: "x-amz-checksum-md5"
        case .xxHash64: "x-amz-checksum-xxhash64"
        case .xxHash3: "x-amz-checksum-xxhash3"
        case .xxHash128: "x-amz-checksum-xxhash128"
        }
    }

    /// The element of documents that carries it.
    var elementName: StaticString {
        switch self {
        case .crc32: "ChecksumCRC32"
        case .crc32c: "ChecksumCRC32C"
        case .crc64nvme: "ChecksumCRC64NVME"
        case .sha1: "ChecksumSHA1"
        case .sha256: "ChecksumSHA256"
        case .sha512: "ChecksumSHA512"
        case .md5: "ChecksumMD5"
        case .xxHash64: "ChecksumXXHASH64"
        case .xxHash3: "ChecksumXXHASH3"
        case .xxHash128: "ChecksumXXHASH128"
        }
    }

    /// From the value of `x-amz-checksum-algorithm`. Throws `InvalidRequest`.
    init(wire text: String) throws(S3Error) {
        if let known = Self.allCases.first(where: { $0.rawValue == text.uppercased() }) {
            self = known
            return
        }
        throw S3Error(
            .invalidRequest,
            "Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256, SHA512, MD5, XXHASH64, XXHASH3, XXHASH128]"
        )
    }

    /// The algorithm whose header this is.
    init?(headerName: String) {
        let name = headerName.lowercased()
        guard let known = Self.allCases.first(where: { $0.headerName == name }) else { return nil }
        self = known
    }

    /// Whether the checksum of a whole can be had from those of its parts.
    var hasFullObjectForm: Bool { isCRC }
    /// Whether AWS computes a checksum of checksums with it.
    var hasCompositeForm: Bool { self != .crc64nvme }
    /// What a multipart upload has when the client did not say.
    var defaultKind: ObjectChecksum.Kind { self == .crc64nvme ? .fullObject : .composite }
}

extension HeaderFields {
    /// Adds what is kept of a checksum.
    mutating func add(_ checksum: ObjectChecksum?) {
        guard let checksum else { return }
        add(checksum.algorithm.headerName, checksum.wire)
        add("x-amz-checksum-type", checksum.kind.rawValue)
    }
}
