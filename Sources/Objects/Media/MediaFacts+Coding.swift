/// As the catalog keeps facts: a byte for the version, then fields of a tag, a length of two bytes and the value.
///
/// A reader skips tags that it does not know, so that an older server can read what a newer one wrote. Fields
/// that are absent take no bytes.
extension MediaFacts {
    private static let version: UInt8 = 1

    private enum Tag: UInt8 {
        case kind = 1
        case type, width, height, rotation, duration, frames, fps, bitrate, codec, container, transparency
        case animated, placeholder, background, pages
    }

    package var encoded: [UInt8] {
        var bytes = [Self.version]
        func field(_ tag: Tag, _ value: [UInt8]?) {
            guard let value, let length = UInt16(exactly: value.count) else { return }
            bytes.append(tag.rawValue)
            bytes.append(UInt8(truncatingIfNeeded: length >> 8))
            bytes.append(UInt8(truncatingIfNeeded: length))
            bytes.append(contentsOf: value)
        }
        field(.kind, Array(kind.rawValue.utf8))
        field(.type, Array(type.utf8))
        field(.width, width.map(Self.bytes(of:)))
        field(.height, height.map(Self.bytes(of:)))
        field(.rotation, rotation.map(Self.bytes(of:)))
        field(.duration, duration.map(Self.bytes(of:)))
        field(.frames, frames.map(Self.bytes(of:)))
        field(.fps, fps.map(Self.bytes(of:)))
        field(.bitrate, bitrate.map(Self.bytes(of:)))
        field(.codec, codec.map { Array($0.utf8) })
        field(.container, container.map { Array($0.utf8) })
        field(.transparency, transparency.map { [$0 ? 1 : 0] })
        field(.animated, animated.map { [$0 ? 1 : 0] })
        field(.placeholder, placeholder.map { Array($0.utf8) })
        field(.background, background.map { Array($0.utf8) })
        field(.pages, pages.map(Self.bytes(of:)))
        return bytes
    }

    /// Throws `corrupt` for what `encoded` of no version could have made.
    package init(decoding bytes: [UInt8]) throws(StoreError) {
        guard bytes.first == Self.version else { throw Self.broken }
        self.init(kind: .unknown, type: "")
        var position = 1
        while position < bytes.count {
            guard bytes.count - position >= 3 else { throw Self.broken }
            let tag = Tag(rawValue: bytes[position])
            let length = Int(bytes[position + 1]) << 8 | Int(bytes[position + 2])
            position += 3
            guard bytes.count - position >= length else { throw Self.broken }
            if let tag { try take(tag, bytes[position..<(position + length)]) }
            position += length
        }
        guard !type.isEmpty else { throw Self.broken }
    }

    private mutating func take(_ tag: Tag, _ value: ArraySlice<UInt8>) throws(StoreError) {
        switch tag {
        case .kind: kind = Kind(rawValue: Self.text(value)) ?? .unknown
        case .type: type = Self.text(value)
        case .width: width = try Self.integer(value)
        case .height: height = try Self.integer(value)
        case .rotation: rotation = try Self.integer(value)
        case .duration: duration = try Self.real(value)
        case .frames: frames = try Self.integer(value)
        case .fps: fps = try Self.real(value)
        case .bitrate: bitrate = try Self.integer(value)
        case .codec: codec = Self.text(value)
        case .container: container = Self.text(value)
        case .transparency: transparency = try Self.flag(value)
        case .animated: animated = try Self.flag(value)
        case .placeholder: placeholder = Self.text(value)
        case .background: background = Self.text(value)
        case .pages: pages = try Self.integer(value)
        }
    }

    private static let broken = StoreError.corrupt("a content's media facts cannot be read")

    /// Big-endian without leading zeros; facts are counts and never negative.
    private static func bytes(of number: Int) -> [UInt8] {
        var rest = UInt64(max(0, number))
        var bytes: [UInt8] = []
        while rest > 0 {
            bytes.append(UInt8(truncatingIfNeeded: rest))
            rest >>= 8
        }
        return bytes.reversed()
    }

    private static func bytes(of real: Double) -> [UInt8] {
        stride(from: UInt64(56), through: 0, by: -8).map { UInt8(truncatingIfNeeded: real.bitPattern >> $0) }
    }

    private static func integer(_ value: ArraySlice<UInt8>) throws(StoreError) -> Int {
        guard value.count <= 8 else { throw broken }
        let number = value.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard let number = Int(exactly: number) else { throw broken }
        return number
    }

    private static func real(_ value: ArraySlice<UInt8>) throws(StoreError) -> Double {
        guard value.count == 8 else { throw broken }
        return Double(bitPattern: value.reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
    }

    private static func flag(_ value: ArraySlice<UInt8>) throws(StoreError) -> Bool {
        guard value.count == 1, let byte = value.first, byte <= 1 else { throw broken }
        return byte == 1
    }

    private static func text(_ value: ArraySlice<UInt8>) -> String {
        String(decoding: value, as: UTF8.self)
    }
}
