/// What a request line asks for, taken apart but not decoded (RFC 9112 section 3.2).
struct RequestTarget {
    /// Percent-encoded, before the `?`; `*` in asterisk-form, the authority in authority-form.
    var rawPath: String
    /// What follows the first `?`, nil when there is none.
    var rawQuery: String?
    /// Host and port of an absolute-form target, as sent.
    var authority: String?

    init(_ target: String) {
        let bytes = target.utf8
        guard bytes.first != 0x2F /* / */, let rest = Self.afterScheme(bytes) else {
            (rawPath, rawQuery) = Self.splitQuery(target[...])
            return
        }
        let end = rest.firstIndex { $0 == 0x2F || $0 == 0x3F } ?? rest.endIndex
        authority = String(target[rest.startIndex..<end])
        if end < rest.endIndex, rest[end] == 0x2F {
            (rawPath, rawQuery) = Self.splitQuery(target[end...])
        } else {
            // An absolute form without a path means the root (RFC 9112 section 3.2.1).
            (rawPath, rawQuery) = Self.splitQuery(target[end...])
            rawPath = "/"
        }
    }

    private static func afterScheme(_ bytes: String.UTF8View) -> Substring.UTF8View? {
        for scheme in ["http://", "https://"] {
            let prefix = bytes.prefix(scheme.utf8.count)
            if prefix.elementsEqual(scheme.utf8, by: { lowerCased($0) == $1 }) {
                return bytes[prefix.endIndex...]
            }
        }
        return nil
    }

    private static func splitQuery(_ text: Substring) -> (String, String?) {
        guard let mark = text.utf8.firstIndex(of: 0x3F /* ? */) else { return (String(text), nil) }
        return (String(text[..<mark]), String(text[text.utf8.index(after: mark)...]))
    }
}
