package import Digests

/// A checksum that a client asked to be kept with an object or part.
package struct ObjectChecksum: Hashable, Sendable {
    package enum Kind: String, Sendable {
        case fullObject = "FULL_OBJECT"
        case composite = "COMPOSITE"
    }

    package var algorithm: ChecksumAlgorithm
    package var kind: Kind
    /// The checksum's bytes; of a composite, the checksum of the parts' checksums.
    package var value: [UInt8]
    /// Number of parts of a composite, 0 otherwise.
    package var parts: Int

    package init(algorithm: ChecksumAlgorithm, kind: Kind = .fullObject, value: [UInt8], parts: Int = 0) {
        self.algorithm = algorithm
        self.kind = kind
        self.value = value
        self.parts = parts
    }

    /// As it stands in `x-amz-checksum-*`: base64, and `-parts` after a composite.
    package var wire: String {
        kind == .composite ? Base64.encode(value) + "-\(parts)" : Base64.encode(value)
    }
}
