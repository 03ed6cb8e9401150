import Objects

/// The key that the path of a URL names.
enum DeliveryKey {
    /// Decodes the percent-escapes of a path that begins with a slash and takes what follows that slash.
    ///
    /// Nothing is made valid: a `.` or `..` segment, a control byte, a bad escape, what is not UTF-8, an empty key
    /// and one over 1,024 bytes are refused.
    static func parse(rawPath: String) throws(Refusal) -> ObjectKey {
        let path = Array(rawPath.utf8)
        guard path.first == 0x2F else { throw .invalid("The request target has no path.") }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(min(path.count, ObjectKey.maximumLength + 1))
        var index = 1
        // The present segment: its bytes, and how many of them are dots.
        var (length, dots) = (0, 0)
        var isASCII = true
        while index < path.count {
            var byte = path[index]
            index += 1
            if byte == 0x25 {
                guard index + 1 < path.count, let high = hexValue(path[index]),
                    let low = hexValue(path[index + 1])
                else {
                    throw .invalid(
                        "The path has a percent sign that is not followed by two hexadecimal digits.")
                }
                byte = high << 4 | low
                index += 2
            } else if byte == 0xEF, path[index...].starts(with: [0xBF, 0xBD]) {
                // The replacement character stands where bytes came that were no UTF-8; escaped, it is a
                // character like any other.
                throw .invalid("The path is not UTF-8.")
            }
            guard byte >= 0x20, byte != 0x7F else { throw .invalid("The path has a control character.") }
            if byte == 0x2F {
                try checkDots(dots, of: length)
                (length, dots) = (0, 0)
            } else {
                length += 1
                if byte == 0x2E { dots += 1 }
                if byte >= 0x80 { isASCII = false }
            }
            bytes.append(byte)
            guard bytes.count <= ObjectKey.maximumLength else {
                throw .invalid("The path is longer than \(ObjectKey.maximumLength) bytes.")
            }
        }
        try checkDots(dots, of: length)
        guard !bytes.isEmpty else { throw .invalid("The path names no file.") }
        if isASCII { return ObjectKey(stored: bytes) }
        guard let key = ObjectKey(bytes) else { throw .invalid("The path is not UTF-8.") }
        return key
    }

    private static func checkDots(_ dots: Int, of length: Int) throws(Refusal) {
        guard dots < length || length == 0 || length > 2 else {
            throw .invalid("The path has a segment that is only dots.")
        }
    }

    private static func hexValue(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 0x30...0x39: digit - 0x30
        case 0x41...0x46: digit - 0x37
        case 0x61...0x66: digit - 0x57
        default: nil
        }
    }
}
