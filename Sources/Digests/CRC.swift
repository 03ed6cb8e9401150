import CChecksums

/// A cyclic redundancy check. A finished CRC is a number, in bytes big-endian.
package enum CRC: Sendable {
    case crc32
    case crc32c
    case crc64nvme

    package var byteCount: Int {
        switch self {
        case .crc32, .crc32c: 4
        case .crc64nvme: 8
        }
    }

    /// The CRC `crc` of the bytes so far, continued; that of no bytes is 0.
    package func continued(from crc: UInt64, with bytes: UnsafeRawBufferPointer) -> UInt64 {
        coffer_crc_update(kind, crc, bytes.baseAddress, bytes.count)
    }

    /// The same without the processor's special instructions.
    package func continuedByTable(from crc: UInt64, with bytes: UnsafeRawBufferPointer) -> UInt64 {
        coffer_crc_update_by_table(kind, crc, bytes.baseAddress, bytes.count)
    }

    func combined(_ first: UInt64, _ second: UInt64, secondLength: UInt64) -> UInt64 {
        coffer_crc_combine(kind, first, second, secondLength)
    }

    func bytes(of crc: UInt64) -> [UInt8] {
        (0..<byteCount).map { UInt8(truncatingIfNeeded: crc >> (8 * UInt64(byteCount - 1 - $0))) }
    }

    func number(of bytes: [UInt8]) -> UInt64 {
        precondition(bytes.count == byteCount, "A CRC has a fixed length")
        return bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Whether the processor's special instructions are used.
    package static var isAccelerated: Bool { coffer_crc_is_accelerated() }

    private var kind: coffer_crc {
        switch self {
        case .crc32: COFFER_CRC32
        case .crc32c: COFFER_CRC32C
        case .crc64nvme: COFFER_CRC64NVME
        }
    }
}

/// The CRC of two pieces laid end to end, from the CRC of each (in bytes, big-endian, as
/// `ChecksumContext` ends) and the length of the second piece in bytes.
///
/// The algorithm must be a CRC and both values of its length.
package func combineCRC(
    _ algorithm: ChecksumAlgorithm, _ first: [UInt8], _ second: [UInt8], secondLength: UInt64
) -> [UInt8] {
    guard case .crc(let crc) = algorithm.computation else {
        preconditionFailure("Only a CRC can be combined from parts")
    }
    let whole = crc.combined(crc.number(of: first), crc.number(of: second), secondLength: secondLength)
    return crc.bytes(of: whole)
}
