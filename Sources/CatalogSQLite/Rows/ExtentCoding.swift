import Blobs
import Objects

/// A page of places: 8 bytes of segment, 8 of offset, 4 of length each, big-endian.
enum ExtentCoding {
    static let extentBytes = 20
    /// Places of one page.
    static let maximumExtents = 1000

    static func encode(_ places: some Sequence<Place>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(places.underestimatedCount * extentBytes)
        for place in places {
            append(UInt64(bitPattern: place.segment.rawValue), 8, &bytes)
            append(UInt64(bitPattern: place.offset), 8, &bytes)
            append(UInt64(place.length), 4, &bytes)
        }
        return bytes
    }

    static func decode(_ bytes: [UInt8]) throws -> [Place] {
        guard bytes.count % extentBytes == 0 else {
            throw StoreError.corrupt("a page of extents in the catalog is cut")
        }
        return try stride(from: 0, to: bytes.count, by: extentBytes).map { start in
            let segment = Int64(bitPattern: number(bytes, start, 8))
            guard segment > 0 else { throw StoreError.corrupt("an extent in the catalog has no segment") }
            return Place(
                segment: SegmentID(segment),
                offset: Int64(bitPattern: number(bytes, start + 8, 8)),
                length: Int(number(bytes, start + 16, 4)))
        }
    }

    private static func append(_ value: UInt64, _ count: Int, _ bytes: inout [UInt8]) {
        for index in (0..<count).reversed() {
            bytes.append(UInt8(truncatingIfNeeded: value >> (8 * UInt64(index))))
        }
    }

    private static func number(_ bytes: [UInt8], _ start: Int, _ count: Int) -> UInt64 {
        bytes[start..<start + count].reduce(0) { $0 << 8 | UInt64($1) }
    }
}
