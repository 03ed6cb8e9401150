/// A JSON text (RFC 8259), read strictly and within limits.
///
/// Policies are judged on every request of a door that does without Foundation, and what is judged must be what was
/// written: a name that an object has twice is refused, because two readers could disagree about it.
package indirect enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    /// As it was written.
    case number(String)
    case string(String)
    case array([JSONValue])
    /// In the order written, each name once.
    case object([Member])

    package struct Member: Hashable, Sendable {
        package var name: String
        package var value: JSONValue

        package init(name: String, value: JSONValue) {
            self.name = name
            self.value = value
        }
    }

    package struct Malformed: Error {}

    /// Nesting of a text.
    static let maximumDepth = 16

    package init(_ bytes: [UInt8]) throws(Malformed) {
        var reader = Reader(bytes: bytes)
        self = try reader.value(depth: 0)
        reader.skipSpace()
        guard reader.isAtEnd else { throw Malformed() }
    }

    /// The value of a member of an object.
    package subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name.utf8.elementsEqual(name.utf8) }?.value
    }

    package var string: String? {
        if case .string(let text) = self { text } else { nil }
    }
}

extension JSONValue {
    private struct Reader {
        let bytes: [UInt8]
        var position = 0

        init(bytes: [UInt8]) { self.bytes = bytes }

        var isAtEnd: Bool { position == bytes.count }

        mutating func skipSpace() {
            while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
        }

        private mutating func next() throws(Malformed) -> UInt8 {
            guard position < bytes.count else { throw Malformed() }
            defer { position += 1 }
            return bytes[position]
        }

        /// The next byte after space, which stays.
        private mutating func peek() throws(Malformed) -> UInt8 {
            skipSpace()
            guard position < bytes.count else { throw Malformed() }
            return bytes[position]
        }

        mutating func value(depth: Int) throws(Malformed) -> JSONValue {
            guard depth <= JSONValue.maximumDepth else { throw Malformed() }
            switch try peek() {
            case UInt8(ascii: "{"): return try object(depth)
            case UInt8(ascii: "["): return try array(depth)
            case UInt8(ascii: "\""): return .string(try text())
            case UInt8(ascii: "t"): return try word("true", .bool(true))
            case UInt8(ascii: "f"): return try word("false", .bool(false))
            case UInt8(ascii: "n"): return try word("null", .null)
            default: return try number()
            }
        }

        private mutating func word(_ word: StaticString, _ value: JSONValue) throws(Malformed) -> JSONValue {
            for byte in word.description.utf8 where try next() != byte { throw Malformed() }
            return value
        }

        private mutating func object(_ depth: Int) throws(Malformed) -> JSONValue {
            position += 1
            var members: [Member] = []
            if try peek() == UInt8(ascii: "}") {
                position += 1
                return .object(members)
            }
            while true {
                guard try peek() == UInt8(ascii: "\"") else { throw Malformed() }
                let name = try text()
                guard !members.contains(where: { $0.name.utf8.elementsEqual(name.utf8) }),
                    try peek() == UInt8(ascii: ":")
                else { throw Malformed() }
                position += 1
                members.append(Member(name: name, value: try value(depth: depth + 1)))
                switch try peek() {
                case UInt8(ascii: ","): position += 1
                case UInt8(ascii: "}"):
                    position += 1
                    return .object(members)
                default: throw Malformed()
                }
            }
        }

        private mutating func array(_ depth: Int) throws(Malformed) -> JSONValue {
            position += 1
            var values: [JSONValue] = []
            if try peek() == UInt8(ascii: "]") {
                position += 1
                return .array(values)
            }
            while true {
                values.append(try value(depth: depth + 1))
                switch try peek() {
                case UInt8(ascii: ","): position += 1
                case UInt8(ascii: "]"):
                    position += 1
                    return .array(values)
                default: throw Malformed()
                }
            }
        }

        private mutating func number() throws(Malformed) -> JSONValue {
            let start = position
            let isPart: (UInt8) -> Bool = {
                (0x30...0x39).contains($0) || [0x2B, 0x2D, 0x2E, 0x45, 0x65].contains($0)
            }
            while position < bytes.count, isPart(bytes[position]) { position += 1 }
            let written = String(decoding: bytes[start..<position], as: UTF8.self)
            guard Double(written) != nil, written.utf8.first != UInt8(ascii: "+") else { throw Malformed() }
            return .number(written)
        }

        private mutating func text() throws(Malformed) -> String {
            position += 1
            var decoded: [UInt8] = []
            while true {
                let byte = try next()
                switch byte {
                case UInt8(ascii: "\""):
                    guard let text = String(validating: decoded, as: UTF8.self) else { throw Malformed() }
                    return text
                case UInt8(ascii: "\\"): try escape(onto: &decoded)
                case ..<0x20: throw Malformed()
                default: decoded.append(byte)
                }
            }
        }

        private mutating func escape(onto decoded: inout [UInt8]) throws(Malformed) {
            switch try next() {
            case UInt8(ascii: "\""): decoded.append(UInt8(ascii: "\""))
            case UInt8(ascii: "\\"): decoded.append(UInt8(ascii: "\\"))
            case UInt8(ascii: "/"): decoded.append(UInt8(ascii: "/"))
            case UInt8(ascii: "b"): decoded.append(0x08)
            case UInt8(ascii: "f"): decoded.append(0x0C)
            case UInt8(ascii: "n"): decoded.append(0x0A)
            case UInt8(ascii: "r"): decoded.append(0x0D)
            case UInt8(ascii: "t"): decoded.append(0x09)
            case UInt8(ascii: "u"):
                var code = UInt32(try unit())
                if (0xD800..<0xDC00).contains(code) {
                    guard try next() == UInt8(ascii: "\\"), try next() == UInt8(ascii: "u") else {
                        throw Malformed()
                    }
                    let low = UInt32(try unit())
                    guard (0xDC00..<0xE000).contains(low) else { throw Malformed() }
                    code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
                }
                guard let scalar = Unicode.Scalar(code) else { throw Malformed() }
                decoded.append(contentsOf: String(Character(scalar)).utf8)
            default: throw Malformed()
            }
        }

        private mutating func unit() throws(Malformed) -> UInt16 {
            var value: UInt16 = 0
            for _ in 0..<4 {
                guard let digit = Character(Unicode.Scalar(try next())).hexDigitValue else {
                    throw Malformed()
                }
                value = value << 4 | UInt16(digit)
            }
            return value
        }
    }
}
