/// A part of an object that was uploaded in parts.
package struct ObjectPart: Hashable, Sendable {
    /// Bytes.
    package var size: Int64
    /// The checksum of the part alone, when it came with one.
    package var checksum: ObjectChecksum?

    package init(size: Int64, checksum: ObjectChecksum? = nil) {
        self.size = size
        self.checksum = checksum
    }
}
