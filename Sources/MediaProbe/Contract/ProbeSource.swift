/// Where the probe reads an object from.
package struct ProbeSource: Sendable {
    /// Bytes of the object.
    package let size: Int64
    /// The bytes of a range within the object, all of them: fewer count as an error of the storage. The probe asks
    /// for at most `largestRead` bytes at once.
    package let read: @Sendable (Range<Int64>) async throws -> [UInt8]

    package static let largestRead = 1 << 20

    package init(size: Int64, read: @escaping @Sendable (Range<Int64>) async throws -> [UInt8]) {
        self.size = size
        self.read = read
    }

    /// Bytes that lie in memory.
    package init(_ bytes: [UInt8]) {
        self.init(size: Int64(bytes.count)) { Array(bytes[Int($0.lowerBound)..<Int($0.upperBound)]) }
    }
}
