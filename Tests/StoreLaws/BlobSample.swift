package import NIOCore

/// Bytes for tests, the same for the same seed.
package enum BlobSample {
    /// Numbers of SplitMix64 (Steele, Lea, Flood 2014), little-endian, the last one cut short.
    package static func bytes(_ count: Int, seed: UInt64) -> [UInt8] {
        var random = SimulatedDiskRandom(seed: seed)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count + 8)
        while bytes.count < count {
            let number = random.next()
            for shift in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: number >> UInt64(8 * shift))) }
        }
        bytes.removeLast(bytes.count - count)
        return bytes
    }

    package static func buffer(_ count: Int, seed: UInt64) -> ByteBuffer {
        ByteBuffer(bytes: bytes(count, seed: seed))
    }
}
