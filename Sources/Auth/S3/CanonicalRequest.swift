import Digests
import HTTPServer

/// The canonical form of a request that Signature Version 4 signs.
///
/// Source: AWS S3 API Reference, "Signature Calculations for the Authorization Header".
struct CanonicalRequest: Sendable {
    let text: String

    /// `path` and `query` are canonical already; `headers` are the signed ones, in the order of the list.
    init(
        method: String, path: String, query: String, headers: [(name: String, value: String)],
        signedHeaders: String, payload: String
    ) {
        var text = method
        text.reserveCapacity(512)
        text += "\n"
        text += path
        text += "\n"
        text += query
        text += "\n"
        for header in headers {
            text += header.name
            text += ":"
            text += header.value
            text += "\n"
        }
        text += "\n"
        text += signedHeaders
        text += "\n"
        text += payload
        self.text = text
    }

    func stringToSign(_ timestamp: AWSTimestamp, _ scope: CredentialScope) -> String {
        "\(S3Authenticator.algorithm)\n\(timestamp.text)\n\(scope.text)\n"
            + SHA256Digest.hash(Array(text.utf8)).hex
    }

    /// The wire path decoded and encoded once: `//`, `.` and `..` are bytes of a key and stay. Nil for a bad escape.
    static func path(_ rawPath: String) -> String? {
        guard let bytes = percentDecode(rawPath) else { return nil }
        return bytes.isEmpty ? "/" : percentEncode(bytes, keepingSlash: true)
    }

    /// Each line trimmed, runs of blanks in it made one space; lines of the same name joined by a comma.
    static func headerValue(_ lines: [String]) -> String {
        if lines.count == 1, !needsFolding(lines[0].utf8) { return lines[0] }
        var bytes: [UInt8] = []
        for (index, line) in lines.enumerated() {
            if index > 0 { bytes.append(0x2C) }
            var isPending = false
            var hasBegun = false
            for byte in line.utf8 {
                if byte == 0x20 || byte == 0x09 {
                    isPending = hasBegun
                } else {
                    if isPending { bytes.append(0x20) }
                    bytes.append(byte)
                    isPending = false
                    hasBegun = true
                }
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func needsFolding(_ line: String.UTF8View) -> Bool {
        var previous: UInt8 = 0x20
        for byte in line {
            if byte == 0x09 || (byte == 0x20 && previous == 0x20) { return true }
            previous = byte
        }
        return previous == 0x20 && !line.isEmpty
    }
}
