/// An address or a block of addresses, of either version of IP (RFC 4632, RFC 4291).
struct IPRange: Hashable, Sendable {
    private let address: [UInt8]
    /// Bits that count.
    private let length: Int

    /// `192.0.2.0/24`, `2001:db8::/32`, or an address alone; nil for anything else.
    init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = Self.bytes(parts[0]) else { return nil }
        self.address = address
        if parts.count == 1 {
            length = 8 * address.count
        } else {
            guard let length = Int(parts[1]), (0...8 * address.count).contains(length) else { return nil }
            self.length = length
        }
    }

    func contains(_ text: String) -> Bool {
        guard let other = Self.bytes(text[...]), other.count == address.count else { return false }
        for bit in 0..<length {
            let mask = UInt8(0x80) >> UInt8(bit % 8)
            if (address[bit / 8] ^ other[bit / 8]) & mask != 0 { return false }
        }
        return true
    }

    private static func bytes(_ text: Substring) -> [UInt8]? {
        text.contains(":") ? version6(text) : version4(text)
    }

    private static func version4(_ text: Substring) -> [UInt8]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        let bytes = parts.compactMap { $0.utf8.count <= 3 ? UInt8($0) : nil }
        return bytes.count == 4 ? bytes : nil
    }

    private static func version6(_ text: Substring) -> [UInt8]? {
        if text.utf8.elementsEqual("::".utf8) { return [UInt8](repeating: 0, count: 16) }
        if let gap = text.firstRange(of: "::") {
            guard let head = groups(text[..<gap.lowerBound]), let tail = groups(text[gap.upperBound...]),
                head.count + tail.count <= 14
            else { return nil }
            return head + [UInt8](repeating: 0, count: 16 - head.count - tail.count) + tail
        }
        guard let all = groups(text), all.count == 16 else { return nil }
        return all
    }

    private static func groups(_ text: Substring) -> [UInt8]? {
        if text.isEmpty { return [] }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        var bytes: [UInt8] = []
        for (index, part) in parts.enumerated() {
            if index == parts.count - 1, part.contains(".") {
                guard let last = version4(part) else { return nil }
                bytes += last
            } else {
                guard (1...4).contains(part.utf8.count), let group = UInt16(part, radix: 16) else {
                    return nil
                }
                bytes += [UInt8(group >> 8), UInt8(group & 0xFF)]
            }
        }
        return bytes.count <= 16 ? bytes : nil
    }
}
