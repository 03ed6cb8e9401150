/// Bounds of a listing, compared as bytes.
enum KeyRange {
    /// The smallest sequence of bytes above all that begin with `prefix`; nil when there is none.
    static func successor(of prefix: [UInt8]) -> [UInt8]? {
        guard let last = prefix.lastIndex(where: { $0 != 0xff }) else { return nil }
        var end = Array(prefix[...last])
        end[last] += 1
        return end
    }

    /// The part of `key` up to and with the first delimiter after the prefix; nil when there is none.
    static func commonPrefix(_ key: [UInt8], prefix: [UInt8], delimiter: [UInt8]) -> [UInt8]? {
        let first = delimiter[0]
        var start = prefix.count
        while let found = key[min(start, key.count)...].firstIndex(of: first) {
            if key[found...].starts(with: delimiter) { return Array(key[..<(found + delimiter.count)]) }
            start = found + 1
        }
        return nil
    }
}
