/// A SHA-256 digest: 32 bytes held in place, so that it can key a dictionary without touching the heap.
package struct SHA256Digest: Sendable {
    package static let byteCount = 32

    // Eight bytes each, read big-endian, so that the order of the words is the order of the bytes.
    private let first: UInt64
    private let second: UInt64
    private let third: UInt64
    private let fourth: UInt64

    /// Nil unless there are exactly 32 bytes.
    package init?(bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        let digest = bytes.withContiguousStorageIfAvailable { Self(reading: UnsafeRawBufferPointer($0)) }
        self = digest ?? Array(bytes).withUnsafeBytes { Self(reading: $0) }
    }

    /// Nil unless the text is exactly 64 hexadecimal digits of either case.
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
        precondition(buffer.count == Self.byteCount, "A SHA-256 digest has 32 bytes")
        first = UInt64(bigEndian: buffer.loadUnaligned(fromByteOffset: 0, as: UInt64.self))
        second = UInt64(bigEndian: buffer.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        third = UInt64(bigEndian: buffer.loadUnaligned(fromByteOffset: 16, as: UInt64.self))
        fourth = UInt64(bigEndian: buffer.loadUnaligned(fromByteOffset: 24, as: UInt64.self))
    }

    package var bytes: [UInt8] {
        withUnsafeBytes { [UInt8]($0) }
    }

    /// Lower-case hexadecimal.
    package var hex: String {
        withUnsafeBytes { hexEncode($0) }
    }

    package func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result
    {
        let stored = (first.bigEndian, second.bigEndian, third.bigEndian, fourth.bigEndian)
        return try Swift.withUnsafeBytes(of: stored, body)
    }
}

extension SHA256Digest {
    package static func hash(_ bytes: UnsafeRawBufferPointer) -> SHA256Digest {
        ThreadContexts.current.sha256(of: bytes)
    }

    package static func hash(_ bytes: [UInt8]) -> SHA256Digest {
        bytes.withUnsafeBytes { hash($0) }
    }

    package static func hash(_ bytes: RawSpan) -> SHA256Digest {
        bytes.withUnsafeBytes { hash($0) }
    }
}

extension SHA256Digest: Hashable {
    package static func == (one: Self, other: Self) -> Bool {
        one.first == other.first && one.second == other.second
            && one.third == other.third && one.fourth == other.fourth
    }

    /// One word of four is enough: the digest is already spread evenly.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(first)
    }
}

extension SHA256Digest: Comparable {
    /// The order of the bytes, which is also that of the hexadecimal form.
    package static func < (one: Self, other: Self) -> Bool {
        (one.first, one.second, one.third, one.fourth) < (
            other.first, other.second, other.third, other.fourth
        )
    }
}

extension SHA256Digest: CustomStringConvertible {
    package var description: String { hex }
}
