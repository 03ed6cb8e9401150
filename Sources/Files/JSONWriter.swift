/// Writes one JSON document (RFC 8259) into bytes; commas and colons come by themselves.
///
/// The caller opens and closes in order; the document is UTF-8 whatever the input was.
package struct JSONWriter: Sendable {
    package private(set) var bytes: [UInt8] = []
    /// Whether the next value needs a comma before it.
    private var needsComma = false

    package init(reserving count: Int = 512) {
        bytes.reserveCapacity(count)
    }

    package mutating func beginObject() { open(0x7B) }
    package mutating func endObject() { close(0x7D) }
    package mutating func beginArray() { open(0x5B) }
    package mutating func endArray() { close(0x5D) }

    /// The name of the member whose value comes next.
    package mutating func name(_ name: String) {
        separate()
        quote(name.utf8)
        bytes.append(0x3A)
        needsComma = false
    }

    package mutating func string(_ value: String) {
        separate()
        quote(value.utf8)
        needsComma = true
    }

    /// A string of bytes that may not be UTF-8: what is not becomes U+FFFD.
    package mutating func string(bytes value: some Collection<UInt8>) {
        string(String(decoding: value, as: UTF8.self))
    }

    package mutating func integer(_ value: some BinaryInteger) {
        separate()
        bytes += String(value).utf8
        needsComma = true
    }

    package mutating func boolean(_ value: Bool) {
        separate()
        bytes += (value ? "true" : "false").utf8
        needsComma = true
    }

    package mutating func null() {
        separate()
        bytes += "null".utf8
        needsComma = true
    }

    package mutating func member(_ name: String, _ value: String) {
        self.name(name)
        string(value)
    }

    package mutating func member(_ name: String, _ value: some BinaryInteger) {
        self.name(name)
        integer(value)
    }

    package mutating func member(_ name: String, _ value: Bool) {
        self.name(name)
        boolean(value)
    }

    package mutating func member(_ name: String, _ value: Double) {
        self.name(name)
        number(value)
    }

    /// A finite number; nothing else is one in JSON, and becomes null.
    package mutating func number(_ value: Double) {
        guard value.isFinite else { return null() }
        separate()
        bytes += (value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : "\(value)").utf8
        needsComma = true
    }

    /// A whole value that is JSON already.
    package mutating func value(json: [UInt8]) {
        separate()
        bytes += json
        needsComma = true
    }

    /// The members of an object that is JSON already, into the one that is open.
    package mutating func members(ofJSON object: [UInt8]) {
        guard let first = object.firstIndex(of: 0x7B), let last = object.lastIndex(of: 0x7D), first < last
        else {
            return
        }
        let inner = object[(first + 1)..<last]
        guard inner.contains(where: { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }) else { return }
        separate()
        bytes += inner
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { bytes.append(0x2C) }
    }

    private mutating func open(_ bracket: UInt8) {
        separate()
        bytes.append(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
    }

    private mutating func quote(_ text: String.UTF8View) {
        bytes.append(0x22)
        for byte in text {
            switch byte {
            case 0x22, 0x5C:
                bytes.append(0x5C)
                bytes.append(byte)
            case 0x0A:
                bytes += [0x5C, 0x6E]
            case 0x0D:
                bytes += [0x5C, 0x72]
            case 0x09:
                bytes += [0x5C, 0x74]
            case 0x00...0x1F, 0x7F, 0x3C, 0x3E, 0x26:
                // `<`, `>` and `&` too, so that a document pasted into a page cannot end a script element.
                bytes += [0x5C, 0x75, 0x30, 0x30]
                bytes.append(Self.digit(byte >> 4))
                bytes.append(Self.digit(byte & 15))
            default:
                bytes.append(byte)
            }
        }
        bytes.append(0x22)
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? 0x30 + value : 0x57 + value
    }
}
