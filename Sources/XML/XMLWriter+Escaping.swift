extension XMLWriter {
    mutating func append(_ text: String, isAttribute: Bool = false) {
        var text = text
        text.withUTF8 { appendEscaped($0, isAttribute: isAttribute) }
    }

    mutating func append(utf8 text: some Collection<UInt8>) {
        let isDone: Void? = text.withContiguousStorageIfAvailable { appendRepaired($0) }
        if isDone == nil {
            Array(text).withUnsafeBufferPointer { appendRepaired($0) }
        }
    }

    /// Writes bytes of which nothing is known. ASCII, the common case, needs no second look.
    private mutating func appendRepaired(_ text: UnsafeBufferPointer<UInt8>) {
        if text.allSatisfy({ $0 < 0x80 }) {
            appendEscaped(text, isAttribute: false)
        } else {
            append(String(decoding: text, as: UTF8.self))
        }
    }

    /// Writes valid UTF-8. Most text needs nothing, and one look without branches tells.
    private mutating func appendEscaped(_ text: UnsafeBufferPointer<UInt8>, isAttribute: Bool) {
        var hasSpecial = false
        for byte in text { hasSpecial = isSpecial(byte) || hasSpecial }
        guard hasSpecial else { return bytes.append(contentsOf: text) }
        appendReplacing(text, isAttribute: isAttribute)
    }

    /// Writes valid UTF-8 piecewise: runs that need nothing are copied whole.
    private mutating func appendReplacing(_ text: UnsafeBufferPointer<UInt8>, isAttribute: Bool) {
        var runStart = 0
        var index = 0
        while index < text.count {
            let byte = text[index]
            guard isSpecial(byte), let (replacement, length) = replacement(in: text, at: index, isAttribute)
            else {
                index += 1
                continue
            }
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[runStart..<index]))
            bytes.append(contentsOf: replacement.utf8)
            index += length
            runStart = index
        }
        bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[runStart...]))
    }

    /// Whether the byte may begin something that is not written as it is. 0xEF begins U+FFFE and U+FFFF.
    @inline(__always)
    private func isSpecial(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "&") || byte == UInt8(ascii: "<") || byte == UInt8(ascii: ">")
            || byte == UInt8(ascii: "\"") || byte == 0xEF
    }

    /// What is written instead of the character at `index`, and the length of that character; nil when
    /// it is written as it is.
    private func replacement(
        in text: UnsafeBufferPointer<UInt8>, at index: Int, _ isAttribute: Bool
    ) -> (String, Int)? {
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
