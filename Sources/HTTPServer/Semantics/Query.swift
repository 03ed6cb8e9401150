/// Takes a query apart and decodes it; order and duplicates are kept, empty parts (`a&&b`) are skipped.
///
/// `value` is nil when a parameter has no `=`, empty when nothing follows it. The result is nil when an escape is
/// bad, when a name or value is not UTF-8, or when there are more than `limit` parameters.
package func parseQuery(
    _ raw: String, plusIsSpace: Bool, limit: Int
) -> [(name: String, value: String?)]? {
    var items: [(name: String, value: String?)] = []
    for part in raw.utf8.split(separator: 0x26 /* & */) {
        guard items.count < limit else { return nil }
        let mark = part.firstIndex(of: 0x3D /* = */)
        guard let name = decoded(part[..<(mark ?? part.endIndex)], plusIsSpace) else { return nil }
        guard let mark else {
            items.append((name, nil))
            continue
        }
        guard let value = decoded(part[part.index(after: mark)...], plusIsSpace) else { return nil }
        items.append((name, value))
    }
    return items
}

private func decoded(_ part: Substring.UTF8View, _ plusIsSpace: Bool) -> String? {
    queryBytes(part, plusIsSpace).flatMap { String(validating: $0, as: UTF8.self) }
}

private func queryBytes(_ part: Substring.UTF8View, _ plusIsSpace: Bool) -> [UInt8]? {
    var bytes: [UInt8] = []
    var source = part.makeIterator()
    while let byte = source.next() {
        switch byte {
        case 0x2B where plusIsSpace:
            bytes.append(0x20)
        case 0x25:
            guard let high = source.next().flatMap(hexValue), let low = source.next().flatMap(hexValue) else {
                return nil
            }
            bytes.append(high << 4 | low)
        default:
            bytes.append(byte)
        }
    }
    return bytes
}
