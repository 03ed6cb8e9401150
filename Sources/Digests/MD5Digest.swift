/// An MD5 digest: 16 bytes held in place. It names bytes in ETags and never identifies content.
package struct MD5Digest: Hashable, Sendable {
    package static let byteCount = 16

    // Eight bytes each, read big-endian.
    private let first: UInt64
    private let second: UInt64

    /// Nil unless there are exactly 16 bytes.
    package init?(bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        let digest = bytes.withContiguousStorageIfAvailable { Self(reading: UnsafeRawBufferPointer($0)) }
        self = digest ?? Array(bytes).withUnsafeBytes { Self(reading: $0) }
    }

    /// Nil unless the text is exactly 32 hexadecimal digits of either case.
    package init?(hex: String) {
        guard hex.utf8.count == 2 * Self.byteCount, let bytes = hexDecode(hex) else { return nil }
        self.init(bytes: bytes)
    }

    /// The digest with which `context` ends; the context is then ready for a new message.
    init(finishing context: inout HashContext) {
        self = withUnsafeTemporaryAllocation(byteCount: Self.byteCount, alignment: 8) { buffer in
            context.finalize(into: buffer)
            return Self(reading: UnsafeRawBufferPointer(buffer))
        }
    }

    private init(reading buffer: UnsafeRawBufferPointer) {
        precondition(buffer.count == Self.byteCount, "An MD5 digest has 16 bytes")
        first = UInt64(bigEndian: buffer.loadUnaligned(fromByteOffset: 0, as: UInt64.self))
        second = UInt64(bigEndian: buffer.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    }

    package var bytes: [UInt8] {
        withUnsafeBytes { [UInt8]($0) }
    }

    /// Lower-case hexadecimal.
    package var hex: String {
        withUnsafeBytes { hexEncode($0) }
    }

    /// The same as ASCII, held in place.
    package var hexDigits: InlineArray<32, UInt8> {
        var digits = InlineArray<32, UInt8>(repeating: 0)
        for index in 0..<16 {
            digits[index] = hexDigit(UInt8(truncatingIfNeeded: first >> (60 - 4 * index)) & 0xF)
            digits[16 + index] = hexDigit(UInt8(truncatingIfNeeded: second >> (60 - 4 * index)) & 0xF)
        }
        return digits
    }

    package func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result
    {
        try Swift.withUnsafeBytes(of: (first.bigEndian, second.bigEndian), body)
    }
}

extension MD5Digest {
    package static func hash(_ bytes: UnsafeRawBufferPointer) -> MD5Digest {
        ThreadContexts.current.md5(of: bytes)
    }

    package static func hash(_ bytes: [UInt8]) -> MD5Digest {
        bytes.withUnsafeBytes { hash($0) }
    }

    package static func hash(_ bytes: RawSpan) -> MD5Digest {
        bytes.withUnsafeBytes { hash($0) }
    }
}

extension MD5Digest: CustomStringConvertible {
    package var description: String { hex }
}
