extension XMLWriter {
    mutating func append(_ text: String, isAttribute: Bool = false) {
        var text = text
        text.withUTF8 { append(valid: $0, isAttribute: isAttribute) }
    }

    /// - Parameter text: valid UTF-8.
    mutating func append(valid text: UnsafeBufferPointer<UInt8>, isAttribute: Bool = false) {
        if Self.needsNothing(text) {
            append(raw: text)
        } else {
            appendReplacing(text, isAttribute: isAttribute)
        }
    }

    /// Most text is written as it is, and one look without branches tells.
    static func needsNothing(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        var hasSpecial = false
        for byte in text { hasSpecial = isSpecial(byte) || hasSpecial }
        return !hasSpecial
    }

    /// Writes valid UTF-8 piecewise: runs that need nothing are copied whole.
    private mutating func appendReplacing(_ text: UnsafeBufferPointer<UInt8>, isAttribute: Bool) {
        var runStart = 0
        var index = 0
        while index < text.count {
            let byte = text[index]
            guard Self.isSpecial(byte),
                let (replacement, length) = replacement(in: text, at: index, isAttribute)
            else {
                index += 1
                continue
            }
            append(raw: UnsafeBufferPointer(rebasing: text[runStart..<index]))
            append(markup: replacement)
            index += length
            runStart = index
        }
        append(raw: UnsafeBufferPointer(rebasing: text[runStart...]))
    }

    /// Whether the byte may begin something that is not written as it is. 0xEF begins U+FFFE and U+FFFF.
    @inline(__always)
    private static func isSpecial(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "&") || byte == UInt8(ascii: "<") || byte == UInt8(ascii: ">")
            || byte == UInt8(ascii: "\"") || byte == 0xEF
    }

    /// What is written instead of the character at `index`, and the length of that character; nil when
    /// it is written as it is.
    private func replacement(
        in text: UnsafeBufferPointer<UInt8>, at index: Int, _ isAttribute: Bool
    ) -> (StaticString, Int)? {
        switch text[index] {
        case UInt8(ascii: "&"): return ("&amp;", 1)
        case UInt8(ascii: "<"): return ("&lt;", 1)
        case UInt8(ascii: ">"): return ("&gt;", 1)
        case UInt8(ascii: "\""): return ("&quot;", 1)
        // A reader turns a carriage return into a line feed, and white space in an attribute into a
        // space, unless it is a reference (XML 1.0 §2.11, §3.3.3).
        case UInt8(ascii: "\r"): return ("&#13;", 1)
        case UInt8(ascii: "\t"): return isAttribute ? ("&#9;", 1) : nil
        case UInt8(ascii: "\n"): return isAttribute ? ("&#10;", 1) : nil
        case 0xEF:
            let isNoncharacter = index + 2 < text.count && text[index + 1] == 0xBF && text[index + 2] >= 0xBE
            return isNoncharacter ? ("\u{FFFD}", 3) : nil
        default: return ("\u{FFFD}", 1)
        }
    }
}
