import Digests
import Objects

/// A picture of at most 16 by 16 pixels as the tools write it: a PNG whose pixels lie uncompressed in it.
///
/// It serves as it is as the placeholder, and the colours can be read from it without a decoder.
struct TinyPicture {
    static let side = 16
    static let uri = "data:image/png;base64,"

    let png: [UInt8]
    let width: Int
    let height: Int
    /// Red, green, blue and alpha of each pixel, row by row.
    let pixels: [[UInt8]]

    /// Nil for everything that the tools were not told to write.
    init?(png: [UInt8]) {
        guard png.count <= 1 << 16, png.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) else {
            return nil
        }
        var packed: [UInt8] = []
        var header: [UInt8] = []
        var position = 8
        while png.count - position >= 12 {
            let length = png[position..<(position + 4)].reduce(0) { $0 << 8 | Int($1) }
            guard length <= png.count - position - 12 else { return nil }
            let data = png[(position + 8)..<(position + 8 + length)]
            if png[(position + 4)..<(position + 8)].elementsEqual("IHDR".utf8) { header = Array(data) }
            if png[(position + 4)..<(position + 8)].elementsEqual("IDAT".utf8) { packed += data }
            position += 12 + length
        }
        guard header.count == 13, header[8] == 8, header[12] == 0,
            let channels = [0: 1, 2: 3, 4: 2, 6: 4][header[9]], let rows = Self.stored(packed)
        else { return nil }
        width = header[0..<4].reduce(0) { $0 << 8 | Int($1) }
        height = header[4..<8].reduce(0) { $0 << 8 | Int($1) }
        guard (1...64).contains(width), (1...64).contains(height),
            rows.count == height * (1 + width * channels)
        else { return nil }
        var pixels: [[UInt8]] = []
        for row in 0..<height {
            let start = row * (1 + width * channels)
            // A filter would make differences of the bytes.
            guard rows[start] == 0 else { return nil }
            for column in 0..<width {
                let pixel = Array(
                    rows[(start + 1 + column * channels)..<(start + 1 + (column + 1) * channels)])
                switch channels {
                case 1: pixels.append([pixel[0], pixel[0], pixel[0], 255])
                case 2: pixels.append([pixel[0], pixel[0], pixel[0], pixel[1]])
                case 3: pixels.append(pixel + [255])
                default: pixels.append(pixel)
                }
            }
        }
        self.png = png
        self.pixels = pixels
    }

    /// The content of a zlib stream of stored blocks (RFC 1951 section 3.2.4).
    private static func stored(_ stream: [UInt8]) -> [UInt8]? {
        var bytes: [UInt8] = []
        var position = 2
        while stream.count - position >= 5 {
            let kind = stream[position]
            let length = Int(stream[position + 1]) | Int(stream[position + 2]) << 8
            guard kind <= 1, length <= stream.count - position - 5 else { return nil }
            bytes += stream[(position + 5)..<(position + 5 + length)]
            position += 5 + length
            if kind == 1 { return bytes }
        }
        return nil
    }

    /// Nil if it would be longer than a placeholder may be.
    var dataURI: String? {
        let uri = Self.uri + Base64.encode(png)
        return uri.utf8.count <= MediaFacts.maximumPlaceholder ? uri : nil
    }

    var hasTransparentPixel: Bool { pixels.contains { $0[3] < 255 } }

    /// `#rrggbb` of the colour that most of the picture has: pixels are sorted by three bits of each channel, and
    /// the fullest group's mean is taken. Nil if nothing of it can be seen.
    var dominantColour: String? {
        var groups: [Int: (weight: Int, sums: [Int])] = [:]
        for pixel in pixels where pixel[3] > 0 {
            let key = Int(pixel[0] >> 5) << 6 | Int(pixel[1] >> 5) << 3 | Int(pixel[2] >> 5)
            var group = groups[key] ?? (0, [0, 0, 0])
            group.weight += Int(pixel[3])
            for channel in 0..<3 { group.sums[channel] += Int(pixel[channel]) * Int(pixel[3]) }
            groups[key] = group
        }
        // The smaller key where two are as full, so that equal contents have equal facts.
        let fullest = groups.max { ($0.value.weight, $1.key) < ($1.value.weight, $0.key) }
        guard let fullest else { return nil }
        let (weight, sums) = fullest.value
        return "#" + hexEncode(sums.map { UInt8(truncatingIfNeeded: ($0 + weight / 2) / weight) })
    }
}
