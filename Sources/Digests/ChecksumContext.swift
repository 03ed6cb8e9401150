/// A checksum in progress.
package struct ChecksumContext: ~Copyable {
    package let algorithm: ChecksumAlgorithm
    private let crc: CRC?
    private var value: UInt64 = 0
    /// There is exactly one of `crc` and these two.
    private var hash: HashContext?
    private var xxHash: XXHashContext?

    package init(_ algorithm: ChecksumAlgorithm) {
        self.algorithm = algorithm
        switch algorithm.computation {
        case .crc(let crc):
            self.crc = crc
            hash = nil
            xxHash = nil
        case .hash(let algorithm):
            crc = nil
            hash = HashContext(algorithm)
            xxHash = nil
        case .xxHash(let form):
            crc = nil
            hash = nil
            xxHash = XXHashContext(form)
        }
    }

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        if let crc {
            value = crc.continued(from: value, with: bytes)
        } else {
            hash?.update(bytes)
            xxHash?.update(bytes)
        }
    }

    package mutating func update(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { update($0) }
    }

    package mutating func update(_ bytes: RawSpan) {
        bytes.withUnsafeBytes { update($0) }
    }

    /// The checksum of what was given since the last one, in the bytes that clients send as base64 (a
    /// CRC big-endian); the context is then ready for a new message.
    package mutating func finalize() -> [UInt8] {
        if let crc {
            let bytes = crc.bytes(of: value)
            value = 0
            return bytes
        }
        return hash?.finalize() ?? xxHash?.finalize() ?? []
    }

    /// Forgets what was given so far.
    package mutating func reset() {
        value = 0
        hash?.reset()
        xxHash?.reset()
    }
}
