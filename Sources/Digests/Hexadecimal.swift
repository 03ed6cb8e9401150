/// Two lower-case digits a byte.
package func hexEncode(_ bytes: some Sequence<UInt8>) -> String {
    bytes.withContiguousStorageIfAvailable { hexDigits(of: $0) }
        ?? Array(bytes).withUnsafeBufferPointer { hexDigits(of: $0) }
}

private func hexDigits(of bytes: UnsafeBufferPointer<UInt8>) -> String {
    String(unsafeUninitializedCapacity: 2 * bytes.count) { digits in
        for index in bytes.indices {
            digits.initializeElement(at: 2 * index, to: hexDigit(bytes[index] >> 4))
            digits.initializeElement(at: 2 * index + 1, to: hexDigit(bytes[index] & 0xF))
        }
        return 2 * bytes.count
    }
}

func hexDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
}

/// The bytes that pairs of digits of either case stand for; nil for an odd number of digits or any
/// other character.
package func hexDecode(_ text: some StringProtocol) -> [UInt8]? {
    let digits = text.utf8
    return digits.withContiguousStorageIfAvailable { hexBytes(of: $0) }
        ?? Array(digits).withUnsafeBufferPointer { hexBytes(of: $0) }
}

private func hexBytes(of digits: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
    guard digits.count.isMultiple(of: 2) else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(digits.count / 2)
    for index in stride(from: 0, to: digits.count, by: 2) {
        guard let high = hexValue(digits[index]), let low = hexValue(digits[index + 1]) else { return nil }
        bytes.append(high << 4 | low)
    }
    return bytes
}

private func hexValue(_ digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
    default: nil
    }
}
