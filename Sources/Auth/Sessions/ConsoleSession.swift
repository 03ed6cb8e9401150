import Digests
package import Objects

/// What the cookie of a signed-in browser says, sealed by the server: no table of sessions is kept.
package struct ConsoleSession: Hashable, Sendable {
    /// Bytes of the secret that the page sends with every change.
    static let csrfLength = 16
    /// Bytes that tell a key from a later one with the same id.
    static let markLength = 16
    private static let format: UInt8 = 1
    private static let expiryLength = 8

    /// The key that signed in, with which the session ends.
    package var key: KeyID
    /// The first millisecond at which it is good no more, since 1970.
    package var expires: Int64
    /// What the page, and no other site, can send beside the cookie.
    var csrf: [UInt8]
    /// The secret as the page sends it.
    package var csrfText: String { Base64.encodeURL(csrf) }
    /// Made of the key's secret.
    var mark: [UInt8]

    /// One byte of format, the expiry in eight, the secret for changes, the mark of the key, and its id.
    var bytes: [UInt8] {
        let time = UInt64(bitPattern: expires)
        return [Self.format] + (0..<Self.expiryLength).map { UInt8(truncatingIfNeeded: time >> (8 * $0)) }
            + csrf + mark + Array(key.string.utf8)
    }

    init(key: KeyID, expires: Int64, csrf: [UInt8], mark: [UInt8]) {
        self.key = key
        self.expires = expires
        self.csrf = csrf
        self.mark = mark
    }

    /// Nil for what `bytes` could not have made.
    init?(_ bytes: [UInt8]) {
        let head = 1 + Self.expiryLength
        let fixed = head + Self.csrfLength + Self.markLength
        guard bytes.count > fixed, bytes[0] == Self.format,
            let id = String(validating: bytes[fixed...], as: UTF8.self)
        else { return nil }
        let time = (0..<Self.expiryLength).reduce(into: UInt64(0)) { $0 |= UInt64(bytes[1 + $1]) << (8 * $1) }
        self.init(
            key: KeyID(id), expires: Int64(bitPattern: time),
            csrf: Array(bytes[head..<head + Self.csrfLength]),
            mark: Array(bytes[head + Self.csrfLength..<fixed]))
    }
}
