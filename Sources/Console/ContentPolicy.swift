/// What the console's page may load and where it may send to (Content Security Policy Level 3).
///
/// No script runs but those compiled in, and none may make markup of text; files of users are shown as pictures, sound
/// and film from their own origins, or read as text, and never framed.
struct ContentPolicy: Sendable {
    /// Scheme and authority of each; one that could end the header's directive is left out.
    let origins: [String]

    init(origins: [String]) {
        self.origins = origins.filter { origin in
            origin.hasPrefix("http://") || origin.hasPrefix("https://")
        }.filter { $0.utf8.allSatisfy(Self.isAddressByte) }
    }

    var text: String {
        let files = (["'self'"] + origins).joined(separator: " ")
        return [
            "default-src 'none'", "script-src 'self'", "style-src 'self'", "font-src 'self'",
            "img-src \(files) data: blob:", "media-src \(files) blob:", "connect-src \(files)",
            "manifest-src 'self'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
            "require-trusted-types-for 'script'", "trusted-types 'none'",
        ].joined(separator: "; ")
    }

    private static func isAddressByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x2F, 0x3A, 0x5B, 0x5D: true
        default: false
        }
    }
}
