import Foundation

/// Which addresses belong to anybody, by the registries of special-purpose addresses (RFC 6890).
enum NetworkAddress {
    /// - Parameter text: in numeric form, with a zone or without.
    static func isPublic(_ text: String) -> Bool {
        let bare = String(text.prefix { $0 != "%" })
        var four = in_addr()
        if inet_pton(AF_INET, bare, &four) == 1 {
            return isPublic(UInt32(bigEndian: four.s_addr))
        }
        var six = in6_addr()
        guard inet_pton(AF_INET6, bare, &six) == 1 else { return false }
        let words = six.__in6_u.__u6_addr32
        return isPublic(
            [words.0, words.1, words.2, words.3].flatMap { word in
                (0..<4).map { UInt8(truncatingIfNeeded: UInt32(bigEndian: word) >> (24 - 8 * $0)) }
            })
    }

    private static let blocksOfFour: [(UInt32, Int)] = [
        (0x0000_0000, 8), (0x0A00_0000, 8), (0x6440_0000, 10), (0x7F00_0000, 8), (0xA9FE_0000, 16),
        (0xAC10_0000, 12), (0xC000_0000, 24), (0xC000_0200, 24), (0xC058_6300, 24), (0xC0A8_0000, 16),
        (0xC612_0000, 15), (0xC633_6400, 24), (0xCB00_7100, 24), (0xE000_0000, 4), (0xF000_0000, 4),
    ]

    private static func isPublic(_ address: UInt32) -> Bool {
        !blocksOfFour.contains { block, bits in address >> (32 - UInt32(bits)) == block >> (32 - UInt32(bits))
        }
    }

    private static func isPublic(_ bytes: [UInt8]) -> Bool {
        func four(_ start: Int) -> UInt32 { bytes[start..<start + 4].reduce(0) { $0 << 8 | UInt32($1) } }
        // What carries an address of the other kind leads there: mapped, translated (64:ff9b::/96), 6to4.
        if bytes[..<10].allSatisfy({ $0 == 0 }), bytes[10] == 0xFF, bytes[11] == 0xFF {
            return isPublic(four(12))
        }
        if bytes.starts(with: [0x00, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0]) { return isPublic(four(12)) }
        if bytes.starts(with: [0x20, 0x02]) { return isPublic(four(2)) }
        // Global unicast is 2000::/3; of it Teredo, benchmarks, ORCHID and documentation are not.
        guard bytes[0] & 0xE0 == 0x20 else { return false }
        if bytes.starts(with: [0x20, 0x01, 0x0D, 0xB8]) { return false }
        return !(bytes.starts(with: [0x20, 0x01]) && bytes[2] < 2)
    }
}
