/// Turns a film as a telephone does: by the matrix in its track header (ISO/IEC 14496-12 section 8.3.2).
enum IsoMatrix {
    struct NoTrack: Error {}

    static func turned(_ bytes: [UInt8], clockwise degrees: Int) throws -> [UInt8] {
        var bytes = bytes
        let name = Array("tkhd".utf8)
        guard let start = bytes.indices.first(where: { bytes[$0...].starts(with: name) }) else {
            throw NoTrack()
        }
        let (cosine, sine): (Int32, Int32) =
            switch degrees {
            case 90: (0, 1)
            case 180: (-1, 0)
            case 270: (0, -1)
            default: (1, 0)
            }
        let matrix: [Int32] = [cosine << 16, sine << 16, 0, -sine << 16, cosine << 16, 0, 0, 0, 1 << 30]
        // Version, flags, times, identifier, reserved, layer and volume stand before it.
        var position = start + 4 + 4 + 20 + 8 + 8
        for number in matrix {
            for shift in stride(from: 24, through: 0, by: -8) {
                bytes[position] = UInt8(truncatingIfNeeded: number >> Int32(shift))
                position += 1
            }
        }
        return bytes
    }
}
