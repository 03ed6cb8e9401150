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
    static func commonPrefix(
        _ key: some RandomAccessCollection<UInt8>, prefix: [UInt8], delimiter: [UInt8]
    ) -> [UInt8]? {
        var rest = key.dropFirst(prefix.count)
        while let found = rest.firstIndex(of: delimiter[0]) {
            rest = rest[found...]
            if rest.starts(with: delimiter) {
                return Array(key.prefix(key.count - rest.count + delimiter.count))
            }
            rest = rest.dropFirst()
        }
        return nil
    }
}
