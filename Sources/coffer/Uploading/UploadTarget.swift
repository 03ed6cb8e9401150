import Server

/// Where an upload goes.
struct UploadTarget: Sendable {
    var host: String
    var port: Int
    /// The authority as written, for the Host field.
    var authority: String
    /// Path and query, as written.
    var target: String
    var secret: String?
    var plainURL: String

    init(_ url: String, secret: String?) throws {
        guard !url.hasPrefix("https://") else {
            throw AdminError("this command speaks plain HTTP only; use a http:// address of the server")
        }
        guard url.hasPrefix("http://"), let slash = url.dropFirst(7).firstIndex(of: "/") else {
            throw AdminError("URL must be like http://localhost:8080/folder/file.bin")
        }
        authority = String(url.dropFirst(7)[..<slash])
        target = String(url[slash...])
        plainURL = String(url.prefix { $0 != "?" })
        let parts = authority.split(separator: ":", maxSplits: 1)
        host = String(parts.first ?? "")
        guard !host.isEmpty, let port = parts.count == 2 ? Int(parts[1]) : 80, (1...65_535).contains(port)
        else {
            throw AdminError("URL has no host or a wrong port")
        }
        self.port = port
        self.secret = secret
        guard secret != nil || target.contains("signature=") else {
            throw AdminError("give the secret of a key with --key, or a signed link")
        }
    }
}
