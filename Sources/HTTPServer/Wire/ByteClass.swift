/// Sets of ASCII bytes, each as two words of 64 bits.
struct ByteClass {
    private let low: UInt64
    private let high: UInt64

    private init(_ members: StaticString, ranges: [ClosedRange<UInt8>]) {
        var low: UInt64 = 0
        var high: UInt64 = 0
        func add(_ byte: UInt8) {
            if byte < 64 { low |= 1 << UInt64(byte) } else { high |= 1 << UInt64(byte - 64) }
        }
        members.withUTF8Buffer { $0.forEach(add) }
        for range in ranges { range.forEach(add) }
        self.low = low
        self.high = high
    }

    @inline(__always)
    func contains(_ byte: UInt8) -> Bool {
        guard byte < 128 else { return false }
        return (byte < 64 ? low >> UInt64(byte) : high >> UInt64(byte - 64)) & 1 != 0
    }

    private static let alphanumeric: [ClosedRange<UInt8>] = [0x30...0x39, 0x41...0x5A, 0x61...0x7A]

    /// The bytes of a token: methods and field names (RFC 9110 section 5.6.2).
    static let token = ByteClass("!#$%&'*+-.^_`|~", ranges: alphanumeric)
    /// The bytes of host and port: reg-name, IP literal and port (RFC 3986 section 3.2), without user information.
    static let host = ByteClass("-._~%!$&'()*+,;=:[]", ranges: alphanumeric)
}
