/// Blanks what is not code in a Swift file, so that words and braces can be looked for.
enum SwiftCode {
    /// The text with comments and the contents of string literals, interpolations included, replaced by
    /// spaces. Lines stay where they are.
    static func blanked(_ text: String) -> String {
        var scanner = Scanner(bytes: Array(text.utf8))
        scanner.scan()
        return String(decoding: scanner.bytes, as: UTF8.self)
    }

    private struct Scanner {
        var bytes: [UInt8]
        private var index = 0

        init(bytes: [UInt8]) { self.bytes = bytes }

        mutating func scan() {
            while index < bytes.count {
                let start = index
                if skipComment() || skipLiteral() {
                    blank(start..<index)
                } else {
                    index += 1
                }
            }
        }

        private func at(_ text: String, _ place: Int) -> Bool {
            bytes[place...].starts(with: text.utf8)
        }

        private mutating func blank(_ range: Range<Int>) {
            for place in range where bytes[place] != UInt8(ascii: "\n") { bytes[place] = UInt8(ascii: " ") }
        }

        private mutating func skipComment() -> Bool {
            if at("//", index) {
                while index < bytes.count, bytes[index] != UInt8(ascii: "\n") { index += 1 }
                return true
            }
            guard at("/*", index) else { return false }
            var depth = 0
            while index < bytes.count {
                if at("/*", index) {
                    depth += 1
                    index += 2
                } else if at("*/", index) {
                    depth -= 1
                    index += 2
                    if depth == 0 { break }
                } else {
                    index += 1
                }
            }
            return true
        }

        /// A string literal of any form, or an extended regular expression literal.
        private mutating func skipLiteral() -> Bool {
            var hashes = 0
            while index + hashes < bytes.count, bytes[index + hashes] == UInt8(ascii: "#") { hashes += 1 }
            let pounds = String(repeating: "#", count: hashes)
            let opening = index + hashes
            if at("\"\"\"", opening) {
                index = opening + 3
                skipString(until: "\"\"\"" + pounds, escape: "\\" + pounds)
                return true
            }
            if at("\"", opening) {
                index = opening + 1
                skipString(until: "\"" + pounds, escape: "\\" + pounds)
                return true
            }
            guard hashes > 0, at("/", opening) else { return false }
            index = opening + 1
            while index < bytes.count, !at("/" + pounds, index) { index += 1 }
            index = min(index + 1 + hashes, bytes.count)
            return true
        }

        private mutating func skipString(until end: String, escape: String) {
            while index < bytes.count {
                if at(end, index) {
                    index += end.utf8.count
                    return
                }
                if at(escape + "(", index) {
                    index += escape.utf8.count + 1
                    skipInterpolation()
                } else if at(escape, index) {
                    index += escape.utf8.count + 1
                } else {
                    index += 1
                }
            }
            index = min(index, bytes.count)
        }

        private mutating func skipInterpolation() {
            var depth = 1
            while index < bytes.count, depth > 0 {
                if skipComment() || skipLiteral() { continue }
                if bytes[index] == UInt8(ascii: "(") { depth += 1 }
                if bytes[index] == UInt8(ascii: ")") { depth -= 1 }
                index += 1
            }
        }
    }
}
