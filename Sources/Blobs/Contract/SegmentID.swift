/// The number of a segment: handed out by the catalog, above zero, unique for ever.
package struct SegmentID: Hashable, Comparable, Sendable {
    package let rawValue: Int64

    package init(rawValue: Int64) {
        precondition(rawValue > 0, "A segment id is above zero")
        self.rawValue = rawValue
    }

    package init(_ rawValue: Int64) {
        self.init(rawValue: rawValue)
    }

    package static func < (one: SegmentID, other: SegmentID) -> Bool {
        one.rawValue < other.rawValue
    }
}

extension SegmentID: CustomStringConvertible {
    /// The file name: 16 lower-case hexadecimal digits, so that the order of names is that of ids.
    package var description: String { fileName }
}

extension SegmentID {
    package var fileName: String {
        let digits = String(UInt64(rawValue), radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }

    /// The folder below `segments`: the last two digits, which spread ids given out in order.
    package var folderName: String {
        String(fileName.suffix(2))
    }

    /// Nil for every name that is not exactly the `fileName` of an id: files of others are left alone.
    package init?(fileName: String) {
        guard fileName.utf8.count == 16, let value = Int64(fileName, radix: 16), value > 0 else { return nil }
        self.init(rawValue: value)
        guard self.fileName == fileName else { return nil }
    }
}
