/// The name in a Host field, without the port.
enum HostName {
    /// Nil when the port is not digits or there is no name.
    static func withoutPort(_ host: String) -> String? {
        let bytes = host.utf8
        guard let colon = bytes.lastIndex(of: 0x3A), bytes.last != 0x5D /* ] */ else {
            return host.isEmpty ? nil : host
        }
        let port = bytes[bytes.index(after: colon)...]
        guard port.count <= 5, port.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), colon > bytes.startIndex else {
            return nil
        }
        return String(host[..<colon])
    }

    /// Whether it names this machine, where the first project's domain is served.
    static func isLocal(_ name: String) -> Bool {
        name == "localhost" || name == "127.0.0.1"
    }
}
