import Server

/// Where an upload goes.
struct UploadTarget: Sendable {
    var host: String
    var port: Int
    /// The authority as written, for the Host field.
    var authority: String
    /// Path and query, as written; what a request line cannot hold is escaped.
    var target: String
    var secret: String?
    /// Without the query, which may hold a signature.
    var plainURL: String

    /// Throws `AdminError`, which says what is wrong with the URL.
    init(_ url: String, secret: String?) throws {
        guard !url.hasPrefix("https://") else {
            throw AdminError("this command speaks plain HTTP only; use a http:// address of the server")
        }
        guard url.hasPrefix("http://"), !url.contains("#"), let slash = url.dropFirst(7).firstIndex(of: "/")
        else {
            throw AdminError("URL must be like http://localhost:8080/folder/file.bin")
        }
        authority = String(url.dropFirst(7)[..<slash])
        target = Self.escaped(url[slash...])
        plainURL = String(url[..<slash]) + String(target.prefix { $0 != "?" })
        (host, port) = try Self.place(authority)
        self.secret = secret
        guard secret != nil || target.contains("signature=") else {
            throw AdminError("give the secret of a key with --key, or a signed link")
        }
        guard secret?.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) ?? true else {
            throw AdminError("a secret has printable characters only")
        }
    }

    /// `name`, `name:port`, `address:port` or `[address]:port`.
    private static func place(_ authority: String) throws -> (String, Int) {
        var host = authority[...]
        var port: Int? = 80
        if let colon = authority.lastIndex(of: ":"), !authority.hasSuffix("]") {
            host = authority[..<colon]
            port = Int(authority[authority.index(after: colon)...])
        }
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        guard !host.isEmpty, authority.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), let port,
            (1...65_535).contains(port)
        else { throw AdminError("URL has no host or a wrong port") }
        return (String(host), port)
    }

    private static func escaped(_ text: Substring) -> String {
        text.utf8.map { byte in
            (0x21...0x7E).contains(byte)
                ? String(Character(UnicodeScalar(byte)))
                : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }.joined()
    }
}
