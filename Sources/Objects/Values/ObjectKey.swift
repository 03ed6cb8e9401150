/// The key of an object: 1–1,024 bytes of UTF-8, compared as bytes.
///
/// Two different keys can be canonically equivalent `String`s, so a key is never compared, hashed or
/// sorted as one. Which keys a door can reach is that door's rule; the store keeps bytes as sent.
package struct ObjectKey: Hashable, Comparable, Sendable, CustomStringConvertible {
    package static let maximumLength = 1024

    package let bytes: [UInt8]

    /// Nil when empty, longer than 1,024 bytes, or not UTF-8.
    package init?(_ bytes: [UInt8]) {
        guard (1...Self.maximumLength).contains(bytes.count),
            String(validating: bytes, as: UTF8.self) != nil
        else { return nil }
        self.bytes = bytes
    }

    package init?(_ string: String) {
        self.init(Array(string.utf8))
    }

    /// For keys that were valid when they were stored.
    package init(stored bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// For logs and messages only.
    package var description: String { String(decoding: bytes, as: UTF8.self) }

    package static func < (a: Self, b: Self) -> Bool {
        a.bytes.lexicographicallyPrecedes(b.bytes)
    }
}
