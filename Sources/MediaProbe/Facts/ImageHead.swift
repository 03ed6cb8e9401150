/// What an image's first bytes say that the tools do not.
struct ImageHead {
    let bytes: [UInt8]

    /// Chunks of a PNG that are stepped over before its picture begins.
    private static let maximumChunks = 1024

    /// Whether the content begins as libvips' loader for the format expects, so that no other loader is taken.
    func isFormat(_ format: MediaRoute.Format) -> Bool {
        switch format {
        case .jpeg: has([0xFF, 0xD8, 0xFF])
        case .png: has([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
        case .gif: has(Array("GIF87a".utf8)) || has(Array("GIF89a".utf8))
        case .webp: has(Array("RIFF".utf8)) && has(Array("WEBP".utf8), at: 8)
        case .tiff: has([0x49, 0x49, 0x2A, 0]) || has([0x4D, 0x4D, 0, 0x2A])
        case .heif: has(Array("ftyp".utf8), at: 4)
        }
    }

    /// A sequence of AVIF pictures, which is a film in all but name.
    var isMovingAVIF: Bool { has(Array("ftypavis".utf8), at: 4) }

    /// Frames of a PNG: of its animation control chunk, which stands before the picture (PNG section 11.3.6.1).
    var framesOfPNG: Int? {
        var position = 8
        for _ in 0..<Self.maximumChunks {
            guard let length = number(at: position), bytes.count - position >= 8 else { return nil }
            let name = bytes[(position + 4)..<(position + 8)]
            if name.elementsEqual("IDAT".utf8) { return nil }
            if name.elementsEqual("acTL".utf8) { return number(at: position + 8) }
            position += 12 + length
        }
        return nil
    }

    private func number(at position: Int) -> Int? {
        guard position >= 0, bytes.count - position >= 4 else { return nil }
        return bytes[position..<(position + 4)].reduce(0) { $0 << 8 | Int($1) }
    }

    private func has(_ sign: [UInt8], at offset: Int = 0) -> Bool {
        bytes.count >= offset + sign.count && bytes[offset..<(offset + sign.count)].elementsEqual(sign)
    }
}
