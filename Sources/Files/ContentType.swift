/// Finds out the media type of a file: its magic number if that is specific, else its name's extension, else what
/// the client said.
package enum ContentType {
    /// What a file is when nothing tells.
    package static let unknown = "application/octet-stream"
    /// Bytes of a body's beginning that are looked at.
    package static let headLength = 512
    /// Longest Content-Type that is believed, bytes.
    static let maximumDeclaredLength = 255

    /// `head` is the body's beginning, `name` its key or file name, `declared` the client's Content-Type.
    ///
    /// A declared type that names the type found keeps its parameters (`charset`, `codecs`).
    package static func detect(head: some Collection<UInt8>, name: [UInt8], declared: String?) -> String {
        let declared = declared.flatMap(believable)
        let byName = type(ofName: name)
        let found: String
        switch MagicNumber.look(at: Array(head.prefix(headLength))) {
        case .exactly(let type):
            found = type
        case .container(let type, let isRefinedBy):
            // A container says what is around the content; the extension says what is in it.
            if let byName, isRefinedBy(byName) {
                found = byName
            } else if byName == nil, let declared, isRefinedBy(essence(of: declared)) {
                found = essence(of: declared)
            } else {
                found = type
            }
        case .perhaps(let type):
            found = byName ?? type
        case .nothing:
            found = byName ?? declared ?? unknown
        }
        if let declared, essence(of: declared) == essence(of: found) { return declared }
        return found
    }

    /// Type and subtype in lower case, without parameters.
    package static func essence(of contentType: String) -> String {
        var length = 0
        var isPlain = true
        for byte in contentType.utf8 {
            if byte == 0x3B || byte == 0x20 || byte == 0x09 { break }
            if byte >= 0x41 && byte <= 0x5A || byte >= 0x80 { isPlain = false }
            length += 1
        }
        // Nearly always the type as stored is its own essence.
        if isPlain, length == contentType.utf8.count { return contentType }
        return String(decoding: contentType.utf8.prefix(length), as: UTF8.self).lowercased()
    }

    /// Whether a browser that shows it runs nothing in it, so that it needs no sandbox.
    package static func isInert(_ contentType: String) -> Bool {
        isInert(essence: essence(of: contentType))
    }

    /// The same for a type that is an essence already.
    package static func isInert(essence: String) -> Bool {
        if inert.contains(essence) { return true }
        if essence.hasSuffix("+xml") { return false }
        return inertFamilies.contains(where: essence.hasPrefix)
    }

    private static let inertFamilies = ["image/", "audio/", "video/", "font/"]
    private static let inert: Set<String> = [
        unknown, "text/plain", "text/css", "text/csv", "text/markdown", "text/vtt", "application/json",
        "application/zip", "application/gzip", "application/x-tar", "application/wasm",
        "application/vnd.apple.mpegurl",
    ]

    /// The type as sent if it is a type that tells something, else nil.
    private static func believable(_ declared: String) -> String? {
        let bytes = Array(declared.utf8)
        guard bytes.count <= maximumDeclaredLength, bytes.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) else {
            return nil
        }
        let essence = essence(of: declared)
        let halves = essence.utf8.split(separator: 0x2F, omittingEmptySubsequences: false)
        guard halves.count == 2, halves.allSatisfy({ !$0.isEmpty && $0.allSatisfy(isTokenByte) }) else {
            return nil
        }
        // curl sends this type unasked with every body given by `--data-binary`; nobody stores such a file.
        if essence == "application/x-www-form-urlencoded" { return nil }
        return declared
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        case 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D, 0x2E, 0x5E, 0x5F, 0x60, 0x7C, 0x7E: true
        default: false
        }
    }

    /// By the extension behind the last dot of the last segment, without case; nil when it has none that is known.
    static func type(ofName name: [UInt8]) -> String? {
        let segment = name.lastIndex(of: 0x2F).map { name[($0 + 1)...] } ?? name[...]
        guard let dot = segment.lastIndex(of: 0x2E), dot + 1 < segment.endIndex, segment.endIndex - dot <= 16
        else {
            return nil
        }
        return extensionTypes[String(decoding: segment[(dot + 1)...], as: UTF8.self).lowercased()]
    }
}
