import HTTPServer
import Objects

/// The field that makes a browser save a file (RFC 6266).
enum ContentDisposition {
    /// `attachment` under the key's last segment: in ASCII for old clients, and as UTF-8 (RFC 8187).
    static func attachment(_ key: ObjectKey) -> String {
        let name = key.bytes.lastIndex(of: 0x2F).map { key.bytes[($0 + 1)...] } ?? key.bytes[...]
        guard !name.isEmpty else { return "attachment" }
        var plain: [UInt8] = []
        for scalar in String(decoding: name, as: UTF8.self).unicodeScalars {
            plain.append(isPlain(scalar) ? UInt8(truncatingIfNeeded: scalar.value) : UInt8(ascii: "_"))
        }
        let fallback = String(decoding: plain, as: UTF8.self)
        return
            "attachment; filename=\"\(fallback)\"; filename*=UTF-8''\(percentEncode(name, keepingSlash: false))"
    }

    /// Printable ASCII without what quoting, escaping or a path would make of it.
    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        guard scalar.value >= 0x20, scalar.value < 0x7F else { return false }
        return scalar != "\"" && scalar != "\\" && scalar != "%" && scalar != ";"
    }
}
