import HTTPServer
import Objects

/// The key that the path of a URL names.
enum DeliveryKey {
    /// Decodes the percent-escapes of a path that begins with a slash and takes what follows that slash.
    ///
    /// Nothing is made valid: a `.` or `..` segment, a control byte, a bad escape, what is not UTF-8, an empty key
    /// and one over 1,024 bytes are refused.
    static func parse(rawPath: String) throws(Refusal) -> ObjectKey {
        guard rawPath.utf8.first == 0x2F else { throw .invalid("The request target has no path.") }
        // A path that came as invalid UTF-8 has this character in place of what was sent; escaped, it is a key
        // like any other.
        guard !rawPath.utf8.contains(0xEF) || !rawPath.unicodeScalars.contains("\u{FFFD}") else {
            throw .invalid("The path is not UTF-8.")
        }
        guard let bytes = percentDecode(rawPath.dropFirst()) else {
            throw .invalid("The path has a percent sign that is not followed by two hexadecimal digits.")
        }
        guard !bytes.isEmpty else { throw .invalid("The path names no file.") }
        guard bytes.count <= ObjectKey.maximumLength else {
            throw .invalid("The path is longer than \(ObjectKey.maximumLength) bytes.")
        }
        try checkSegments(bytes)
        guard let key = ObjectKey(bytes) else { throw .invalid("The path is not UTF-8.") }
        return key
    }

    private static func checkSegments(_ bytes: [UInt8]) throws(Refusal) {
        var length = 0
        var dots = 0
        for byte in bytes {
            guard byte >= 0x20, byte != 0x7F else { throw .invalid("The path has a control character.") }
            if byte == 0x2F {
                try checkDots(dots, of: length)
                length = 0
                dots = 0
            } else {
                length += 1
                if byte == 0x2E { dots += 1 }
            }
        }
        try checkDots(dots, of: length)
    }

    private static func checkDots(_ dots: Int, of length: Int) throws(Refusal) {
        guard dots < length || length == 0 || length > 2 else {
            throw .invalid("The path has a segment that is only dots.")
        }
    }
}
