/// The bytes that the text stands for; nil when a `%` is not followed by two hexadecimal digits.
///
/// `+` is an ordinary byte here (RFC 3986 section 2.1).
package func percentDecode(_ text: some StringProtocol) -> [UInt8]? {
    percentDecode(String(text))
}

/// The same for whole strings; a generic that is not specialised costs a call for each byte.
package func percentDecode(_ text: String) -> [UInt8]? {
    var text = text
    return text.withUTF8 { percentDecode($0) }
}

private func percentDecode(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
    let result = [UInt8](unsafeUninitializedCapacity: text.count) { bytes, count in
        var index = 0
        while index < text.count {
            var byte = text[index]
            index += 1
            if byte == 0x25 /* % */ {
                guard text.count - index >= 2, let high = hexValue(text[index]),
                    let low = hexValue(text[index + 1])
                else {
                    count = 0
                    return
                }
                byte = high << 4 | low
                index += 2
            }
            bytes.initializeElement(at: count, to: byte)
            count += 1
        }
    }
    // An escape that is bad leaves nothing, and nothing else does but an empty text.
    return result.isEmpty && !text.isEmpty ? nil : result
}

/// Escapes every byte but `A-Z a-z 0-9 - . _ ~`, in upper-case digits, as signatures version 4 of AWS want it.
///
/// `/` stays as it is when `keepingSlash` is true.
package func percentEncode(_ bytes: some Sequence<UInt8>, keepingSlash: Bool) -> String {
    let encoded = bytes.withContiguousStorageIfAvailable { percentEncode($0, keepingSlash) }
    return encoded ?? Array(bytes).withUnsafeBufferPointer { percentEncode($0, keepingSlash) }
}

private func percentEncode(_ bytes: UnsafeBufferPointer<UInt8>, _ keepingSlash: Bool) -> String {
    let isPlain: (UInt8) -> Bool = { isUnreserved($0) || (keepingSlash && $0 == 0x2F) }
    let escapes = bytes.count { !isPlain($0) }
    guard escapes > 0 else { return String(decoding: bytes, as: UTF8.self) }
    return String(unsafeUninitializedCapacity: bytes.count + 2 * escapes) { text in
        var count = 0
        for byte in bytes {
            if isPlain(byte) {
                text.initializeElement(at: count, to: byte)
                count += 1
            } else {
                text.initializeElement(at: count, to: 0x25)
                text.initializeElement(at: count + 1, to: hexDigit(byte >> 4))
                text.initializeElement(at: count + 2, to: hexDigit(byte & 15))
                count += 3
            }
        }
        return count
    }
}

func hexValue(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x41 + 10
    case 0x61...0x66: byte - 0x61 + 10
    default: nil
    }
}

private func hexDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? 0x30 + value : 0x41 + value - 10
}

private func isUnreserved(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: true
    default: false
    }
}
