/// The body of a function, initialiser, subscript or computed property.
struct FunctionBody: Equatable {
    /// The word that declares it, and what follows, for the report.
    let declaration: String
    /// The line of the declaration, from 1.
    let line: Int
    /// Lines between its braces.
    let lineCount: Int
}

extension FunctionBody {
    /// Every body in blanked code, nested ones included.
    static func all(in code: [String]) -> [FunctionBody] {
        let bytes = Array(code.joined(separator: "\n").utf8)
        var bodies: [FunctionBody] = []
        var line = 1
        var index = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "\n") { line += 1 }
            guard let word = word(in: bytes, at: index) else {
                index += 1
                continue
            }
            if introducers.contains(word.text), !isMember(bytes, index),
                let opening = opening(in: bytes, after: word.end, isProperty: word.text == "var"),
                let closing = closing(in: bytes, from: opening)
            {
                let inside = bytes[opening..<closing].count { $0 == UInt8(ascii: "\n") }
                let rest = bytes[index...].prefix { $0 != UInt8(ascii: "{") && $0 != UInt8(ascii: "\n") }
                let declaration = String(decoding: rest, as: UTF8.self)
                bodies.append(
                    FunctionBody(declaration: declaration, line: line, lineCount: max(inside - 1, 0)))
            }
            index = word.end
        }
        return bodies
    }

    private static let introducers: Set<String> = ["func", "init", "deinit", "subscript", "var"]

    /// Where one of these stands, a declaration before it has ended without a body.
    private static let otherDeclarations: Set<String> = [
        "func", "init", "deinit", "subscript", "var", "let", "struct", "enum", "actor", "extension",
        "protocol",
        "case", "typealias", "associatedtype", "static", "mutating", "package", "private", "fileprivate",
        "import",
    ]

    private static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "`"), 0x80...:
            true
        default: false
        }
    }

    /// The word that begins at `start`, if one does.
    private static func word(in bytes: [UInt8], at start: Int) -> (text: String, end: Int)? {
        guard isWordByte(bytes[start]) else { return nil }
        let end = bytes[start...].firstIndex { !isWordByte($0) } ?? bytes.count
        return (String(decoding: bytes[start..<end], as: UTF8.self), end)
    }

    /// Whether it is a call, `Type.init`, and no declaration.
    private static func isMember(_ bytes: [UInt8], _ start: Int) -> Bool {
        start > 0 && bytes[start - 1] == UInt8(ascii: ".")
    }

    /// The brace that opens the body of the declaration; nil when it has none.
    private static func opening(in bytes: [UInt8], after start: Int, isProperty: Bool) -> Int? {
        var depth = 0
        var index = start
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "("), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: ")"), UInt8(ascii: "]"): depth -= 1
            case UInt8(ascii: "{") where depth == 0: return index
            case UInt8(ascii: "}") where depth == 0: return nil
            case UInt8(ascii: "="), UInt8(ascii: "\n"):
                if isProperty, depth == 0 { return nil }
            default: break
            }
            if depth < 0 { return nil }
            guard let word = word(in: bytes, at: index) else {
                index += 1
                continue
            }
            if depth == 0, otherDeclarations.contains(word.text) { return nil }
            index = word.end
        }
        return nil
    }

    private static func closing(in bytes: [UInt8], from opening: Int) -> Int? {
        var depth = 0
        for index in opening..<bytes.count {
            if bytes[index] == UInt8(ascii: "{") { depth += 1 }
            if bytes[index] == UInt8(ascii: "}") { depth -= 1 }
            if depth == 0 { return index }
        }
        return nil
    }
}
